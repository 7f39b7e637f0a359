import {
  languageModel,
  type LanguageModel,
  type McpUpstream,
  type Skep,
  startMcpUpstream,
  startSkep,
  type TestUser,
  waitUntil,
} from '@skep/testkit';
import type { Output } from '@skep/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operatorCommand } from './operator-command.js';
import { clientOf, publishPaidApp } from './paid-app.js';
import { Reader } from './streams/reader.js';

type Trace = Awaited<Output<'getTrace'>>;
type Part = Trace['parts'][number];

const PRICES = { save: 40, add: 3, model: 60 };
let skep: Skep;
let model: LanguageModel;
let upstream: McpUpstream;
let ada: TestUser;
let bob: TestUser;
let admin: TestUser;
let trace: Trace;

const read = async (id: string, who = bob) =>
  (await skep.http('GET', `/v1/traces/${encodeURIComponent(id)}`, { token: who.access })) as unknown as { status: number; json: Trace };
const ofKind = (kind: Part['kind'], name?: string) =>
  trace.parts.filter((part) => part.kind === kind && (name === undefined || part.name === name));
/** The parts around one, innermost first. */
const around = ({ parent_id }: Part): Part[] => {
  const parent = trace.parts.find(({ id }) => id === parent_id);
  return parent ? [parent, ...around(parent)] : [];
};

beforeAll(async () => {
  [model, upstream] = await Promise.all([languageModel(), startMcpUpstream()]);
  const operator = { SKEP_LLM_PROVIDER: 'openai', SKEP_LLM_BASE_URL: `${model.url}/v1`, SKEP_LLM_MODEL: 'usual', SKEP_LLM_TIER: 'economy' };
  skep = await startSkep({ env: { ...operator, SKEP_OUTBOUND_ALLOW: '127.0.0.1/32' } });
  ({ ada, bob } = await publishPaidApp(skep, PRICES.save));
  admin = await skep.signInAdmin();
  await publishRemoteApp();
  Object.assign(model, {
    calls: [
      { name: 'link-saver__save_link', args: { url: 'https://bees.example.com' } },
      { name: 'remote__add', args: { a: 20, b: 22 } },
    ],
    says: 'Saved, and 42.',
  });
  const id = String((await skep.http('POST', '/api/conversations', { token: bob.access, body: {} })).json['id']);
  const reader = await Reader.open(`${skep.url}/api/chat/${id}/stream`, bob.access, { input: { content: 'Save it, and add.' } });
  const message = (await reader.end()).at(-1)!.data as { message_id: string };
  // Charges and events arrive after the end of the turn.
  trace = await waitUntil(
    'the whole story',
    async () => {
      const { json, status } = await read(message.message_id);
      return status === 200 &&
        json.credits === PRICES.save + PRICES.add + 2 * PRICES.model &&
        json.parts.filter(({ kind }) => kind === 'event').length >= 2
        ? json
        : undefined;
    },
    20_000,
  );
});
afterAll(() => Promise.all([skep?.close(), model?.close(), upstream?.close()]));

async function publishRemoteApp(): Promise<void> {
  const developer = clientOf(skep, ada);
  const app_id = 'remote';
  await clientOf(skep, admin).grantTier({ user_id: ada.id, tier: 'studio' });
  await developer.createApp({ app_id, name: 'Remote', short_description: 'Adds.', category: 'productivity' });
  await developer.updateApp({ app_id, pricing_model: 'per_action', pricing_config: { tool_prices: { add: PRICES.add } } });
  const credential = { secret: 'token', header: 'Authorization', prefix: 'Bearer ' };
  await developer.recordDeploy({ app_id, version: '1.0.0', source: { kind: 'remote_mcp', url: upstream.url(), credential } });
  const path = `/v1/developer/apps/${app_id}/deploys`;
  const deployed = async () => String((await skep.http('GET', path, { token: ada.access })).rows[0]!['status']) === 'success';
  await waitUntil('the deploy', deployed, 10_000);
  await developer.submitApp({ app_id });
  await clientOf(skep, admin).approveApp({ app_id });
  await waitUntil('the install', () => clientOf(skep, bob).installApp({ app_id }), 10_000);
  await skep.http('PUT', `/v1/secrets/${app_id}/token`, { token: bob.access, body: { value: 'up-bob' } });
}

describe('the trace of an agent’s turn', () => {
  it('has its run, its steps, both calls, both answers of the model, and what each cost', () => {
    const [run] = ofKind('run', 'agent.turn');
    expect(run).toMatchObject({ status: 'done', service: 'agent', depth: 0 });
    const [save, add] = [ofKind('call', 'link-saver.save_link')[0]!, ofKind('call', 'remote.add')[0]!];
    expect([save, add]).toMatchObject([
      { status: 'success', credits: PRICES.save, service: 'kernel' },
      { status: 'success', credits: PRICES.add },
    ]);
    expect(ofKind('model')).toMatchObject([{ credits: PRICES.model }, { credits: PRICES.model, tokens: 15 }]);
    for (const part of [save, add, ...ofKind('model')]) expect(around(part).map(({ kind }) => kind)).toEqual(['step', 'run']);
    expect(
      ofKind('hold')
        .map((hold) => around(hold)[0]?.kind)
        .sort(),
    ).toEqual(['call', 'call', 'model', 'model']);
    expect(trace.missing).toEqual([]);
  });

  it('has the ledger lines that add up to what it cost', () => {
    const entries = ofKind('entry');
    expect(entries.map(({ credits }) => credits).sort()).toEqual([-PRICES.add, -PRICES.save, -PRICES.model, -PRICES.model].sort());
    expect(entries.reduce((sum, { credits }) => sum + credits!, 0)).toBe(-trace.credits);
    expect(entries.map((entry) => around(entry)[0]?.status)).toEqual(['captured', 'captured', 'captured', 'captured']);
  });

  it('is a tree in the order of time, in which each part follows what caused it', () => {
    for (const [at, part] of trace.parts.entries()) {
      const [parent] = around(part);
      expect(part.depth).toBe(parent ? parent.depth + 1 : 0);
      if (parent) expect(trace.parts.indexOf(parent)).toBeLessThan(at);
    }
  });

  it('opens by the id of anything in it', async () => {
    for (const id of [trace.trace_id, ...trace.parts.map(({ id }) => id)])
      expect({ id, trace: (await read(id)).json.trace_id }).toEqual({ id, trace: trace.trace_id });
  });

  it('is not found by others, whatever id they give, and not without a trace', async () => {
    for (const id of [trace.trace_id, ...trace.parts.map(({ id }) => id)])
      expect({ id, status: (await read(id, ada)).status }).toEqual({ id, status: 404 });
    for (const id of ['act_nope', 'entry:999999', 'entry:', 'hold_', "x' or 1=1 --", 'f'.repeat(32), '0', '../traces'])
      expect((await read(id)).status).toBe(404);
    expect((await skep.http('GET', `/v1/traces/${trace.trace_id}`)).status).toBe(401);
  });

  it('shows an administrator what happened, and not what was said', async () => {
    const { json } = await read(trace.trace_id, admin);
    expect(json.parts.map(({ id }) => id)).toEqual(expect.arrayContaining(trace.parts.map(({ id }) => id)));
    expect(json.parts.filter(({ user_id, text }) => user_id === bob.id && text !== null)).toEqual([]);
    expect(trace.parts.some(({ text }) => text !== null)).toBe(true);
  });

  it('is what the command prints', async () => {
    const id = ofKind('call')[0]!.id;
    const text = await operatorCommand(skep, 'trace', id, '--tenant', 'default');
    expect(text).toContain(`${trace.trace_id}: 2 calls, ${trace.credits} credits`);
    expect(text).toMatch(/^run agent\.turn {2}done, \+\d+ ms/m);
    const json = JSON.parse(await operatorCommand(skep, 'trace', id, '--tenant', 'default', '--json')) as Trace;
    expect(json.trace_id).toBe(trace.trace_id);
  });
});

describe('a request', () => {
  const save = { app_id: 'link-saver', params: { url: 'https://wax.example.com' }, function: 'save_link' };
  const call = (headers = {}) =>
    skep.http('POST', '/v1/extensions/link-saver/call', { token: bob.access, headers, body: { ...save, user_id: bob.id } });

  it('leads to its trace by the id that its answer has', async () => {
    const id = (await call()).headers.get('x-request-id')!;
    const { json } = await read(id);
    expect([json.trace_id, json.parts[0]!.name]).toEqual([id.replaceAll('-', ''), 'link-saver.save_link']);
  });

  it('continues the trace that it names', async () => {
    const trace_id = '0af7651916cd43dd8448eb211c80319c';
    const answer = await call({ traceparent: `00-${trace_id}-b7ad6b7169203331-01` });
    expect((await read(trace_id)).json.parts[0]!.name).toBe('link-saver.save_link');
    expect((await read(answer.headers.get('x-request-id')!)).status).toBe(404);
  });

  it('that waited for its user has one trace with the confirmed call', async () => {
    await skep.http('PATCH', '/v1/me/settings', {
      token: bob.access,
      body: { confirmation_actions: { write: true }, confirmation_enabled: true },
    });
    const waiting = (await call()).json as unknown as { data: { confirmation_id: string } };
    const { confirmation_id } = waiting.data;
    await skep.http('POST', `/v1/confirmations/${confirmation_id}/confirm`, { token: bob.access, body: {} });
    const { json } = await read(confirmation_id);
    const kinds = json.parts.map(({ kind, depth, status }) => ({ kind, depth, status }));
    expect(kinds).toEqual(
      expect.arrayContaining([
        { kind: 'confirmation', depth: 0, status: 'confirmed' },
        { kind: 'call', depth: 1, status: 'success' },
      ]),
    );
  });

  it('of an administrator leads from its audit entry to all that it changed', async () => {
    await skep.http('PATCH', `/v1/users/${ada.id}`, { token: admin.access, body: { is_active: true, first_name: 'Ada' } });
    const { items } = (await skep.http('GET', '/v1/audit', { token: admin.access })).json as unknown as {
      items: { id: number; trace_id: string; request_id: string }[];
    };
    const entry = items.find(({ trace_id }) => trace_id !== null)!;
    for (const id of [`audit:${entry.id}`, entry.request_id]) expect((await read(id, admin)).json.trace_id).toBe(entry.trace_id);
  });
});
