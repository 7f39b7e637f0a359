import { languageModel, type LanguageModel, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Reader } from './streams/reader.js';

const WORDS = Array.from({ length: 40 }, (_, n) => `w${n}`).join(' ');

let skep: Skep;
let model: LanguageModel;
let ada: TestUser;
let bob: TestUser;

beforeAll(async () => {
  model = await languageModel();
  const operator = { SKEP_LLM_PROVIDER: 'openai', SKEP_LLM_BASE_URL: `${model.url}/v1`, SKEP_LLM_MODEL: 'usual', SKEP_LLM_TIER: 'free' };
  skep = await startSkep({ env: { ...operator, SKEP_AGENT_OPEN_READS: 'on' } });
  [ada, bob] = [await skep.signUpUser(), await skep.signUpUser()];
});
beforeEach(() => void Object.assign(model, { asked: [], says: WORDS, pauseMs: 30, abandoned: 0 }));
afterAll(() => Promise.all([skep?.close(), model?.close()]));

const ask = (method: string, path: string, body?: unknown, who = ada) =>
  skep.http(method, path, { token: who.access, ...(body !== undefined && { body }) });
const talk = async () => String((await ask('POST', '/api/conversations', {})).json['id']);
const messages = async (id: string) =>
  (await ask('GET', `/api/conversations/${id}/messages`)).rows.map(({ role, content }) => [String(role), String(content)]);
const streamOf = (id: string) => `${skep.url}/api/chat/${id}/stream`;
const begin = (id: string, content = 'Bees?') => Reader.open(streamOf(id), ada.access, { input: { content } });
const again = (id: string, lastId?: string) => Reader.open(streamOf(id), ada.access, lastId === undefined ? {} : { lastId });
/** What a client shows. */
const said = ({ events }: Reader) =>
  events.map(({ event, data }) => (event === 'chunk' ? (data as { content: string }).content : '')).join('');
const hasBegun = (reader: Reader, words = 1) => waitUntil('words', () => said(reader).split(' ').length > words);

describe('a chat over HTTP', () => {
  it('is a stream with a start, the words, and an end', async () => {
    const id = await talk();
    const reader = await begin(id);
    const events = await reader.end();
    expect([events[0]!.event, events.at(-1)!.event, said(reader)]).toEqual(['start', 'done', WORDS]);
    expect(events.at(-1)!.data).toMatchObject({ finish_reason: 'stop', provider: 'openai' });
    expect(events.every((event) => event.id !== undefined)).toBe(true);
    expect(await messages(id)).toEqual([
      ['user', 'Bees?'],
      ['assistant', WORDS],
    ]);
  });

  it('is read on where a client left it, in the middle and after the end', async () => {
    const id = await talk();
    const first = await begin(id);
    await hasBegun(first, 5);
    first.close();
    const before = said(first);
    const second = await again(id, first.lastId);
    await second.end();
    expect(before + said(second)).toBe(WORDS);
    expect(second.events.filter(({ event }) => event === 'start')).toEqual([]);
    const third = await again(id, first.lastId);
    await third.end();
    expect([said(third), third.events.at(-1)!.event]).toEqual([said(second), 'done']);
    const whole = await again(id);
    await whole.end();
    expect(said(whole)).toBe(WORDS);
  });

  it('is read by two devices at once', async () => {
    const id = await talk();
    const [phone] = [await begin(id)];
    await hasBegun(phone!);
    const laptop = await again(id);
    await Promise.all([phone!.end(), laptop.end()]);
    expect([said(phone!), said(laptop)]).toEqual([WORDS, WORDS]);
    expect(await messages(id)).toHaveLength(2);
  });

  it('is cancelled by another device: what was said is kept, and the provider is not listened to any more', async () => {
    const id = await talk();
    const reader = await begin(id);
    await hasBegun(reader, 3);
    expect((await ask('POST', `/api/chat/${id}/cancel`)).status).toBe(200);
    const { data, event } = (await reader.end()).at(-1)!;
    expect([event, (data as { finish_reason?: string }).finish_reason]).toEqual(['done', 'cancelled']);
    await waitUntil('the answer', async () => (await messages(id)).length === 2);
    const [, kept] = await messages(id);
    expect([WORDS.startsWith(kept![1]!), kept![1]!.length >= said(reader).length]).toEqual([true, true]);
    await waitUntil('the provider to be left', () => model.abandoned === 1);
  });

  it('belongs to its person', async () => {
    const id = await talk();
    await (await begin(id)).end();
    for (const [method, path, body] of [
      ['GET', `/api/chat/${id}/stream`],
      ['POST', `/api/chat/${id}/stream`, { content: 'x' }],
      ['POST', `/api/chat/${id}/edit`, { message_id: 'x', content: 'x' }],
      ['POST', `/api/chat/${id}/cancel`],
      ['POST', `/api/chat/${id}`, { content: 'x' }],
      ['GET', `/api/conversations/${id}/export`],
      ['POST', `/api/conversations/${id}/share`],
      ['GET', `/api/conversations/${id}/versions`],
    ] as const)
      expect([path, (await ask(method, path, body, bob)).status]).toEqual([path, 404]);
  });

  it('is edited, downloaded, and shared with people who are not signed in', async () => {
    model.pauseMs = undefined;
    const id = await talk();
    await (await begin(id)).end();
    const [{ id: message_id }] = (await ask('GET', `/api/conversations/${id}/messages`)).rows as unknown as [{ id: string }];
    const edited = await Reader.open(`${skep.url}/api/chat/${id}/edit`, ada.access, { input: { message_id, content: 'Wasps?' } });
    await edited.end();
    const file = await ask('GET', `/api/conversations/${id}/export?format=markdown`);
    expect([file.status, file.headers.get('content-type'), file.headers.get('content-disposition')]).toEqual([
      ...[200, 'text/markdown; charset=utf-8', `attachment; filename=conversation-${id}.md`],
    ]);
    expect([file.text.includes('Wasps?'), file.text.includes('\n\nBees?')]).toEqual([true, false]);
    const { url } = (await ask('POST', `/api/conversations/${id}/share`)).json;
    const shared = await skep.http('GET', String(url).slice(skep.url.length));
    expect([shared.status, (shared.json['messages'] as unknown as { content: string }[]).map(({ content }) => content)]).toEqual([
      ...[200, ['Wasps?', WORDS]],
    ]);
    expect((await ask('DELETE', `/api/conversations/${id}/share`)).status).toBe(200);
    expect((await skep.http('GET', String(url).slice(skep.url.length))).status).toBe(404);
  });
});

describe('with SKEP_AGENT_OPEN_READS', () => {
  it('what the published API shows to everyone is read without a token, and is nobody’s', async () => {
    await ask('POST', '/api/agents', { id: 'own', name: 'Own', type: 'x' });
    await ask('PUT', '/api/config/workspace/SOUL.md', { content: 'A secret.' });
    const { rows } = await skep.http('GET', '/api/agents');
    expect(rows.map(({ id }) => id)).toEqual(['default']);
    for (const path of [
      '/api/config',
      '/api/config/workspace',
      '/api/config/workspace/SOUL.md',
      '/api/config/providers',
      '/api/runtime',
      '/api/skills',
    ]) {
      const { status, text } = await skep.http('GET', path);
      expect([path, status, text.includes('secret')]).toEqual([path, 200, false]);
    }
  });

  it('nothing else is, and a bad token is refused', async () => {
    const id = await talk();
    for (const [method, path] of [
      ...[
        ['GET', '/api/conversations'],
        ['GET', `/api/conversations/${id}`],
        ['GET', `/api/chat/${id}/stream`],
      ],
      ...[
        ['POST', '/api/agents'],
        ['PUT', '/api/runtime'],
        ['GET', '/api/admin/agents'],
        ['GET', '/api/memory/status'],
      ],
    ] as [string, string][])
      expect([path, (await skep.http(method, path, method === 'GET' ? {} : { body: {} })).status]).toEqual([path, 401]);
    expect((await skep.http('GET', '/api/agents', { token: 'x.y.z' })).status).toBe(401);
  });
});

it('agents and limits for everyone are set up by administrators only', async () => {
  const admin = await skep.signInAdmin();
  const clerk = { name: 'Clerk', type: 'x', enforced: true };
  expect((await ask('PUT', '/api/admin/agents/clerk', clerk)).status).toBe(403);
  expect((await ask('PUT', '/api/admin/runtime', {})).status).toBe(403);
  expect((await ask('PUT', '/api/admin/agents/clerk', clerk, admin)).json).toMatchObject({ id: 'clerk', source: 'tenant', enforced: true });
  expect((await ask('GET', '/api/agents/clerk')).json).toMatchObject({ name: 'Clerk' });
  expect((await ask('PUT', '/api/agents/clerk', { name: 'Mine' })).status).toBe(403);
  expect((await ask('DELETE', '/api/admin/agents/clerk', undefined, admin)).json).toEqual({ deleted: 'clerk' });
});
