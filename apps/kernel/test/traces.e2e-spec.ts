import { CONTEXTS } from '@skep/contracts';
import { kernel } from '@skep/contracts/kernel';
import { type Ctx, newCtx } from '@skep/platform';
import { asService } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ada, bob, type KernelHarness, startKernel } from './kernel.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
let harness: KernelHarness;
let ids: string[];

beforeAll(async () => {
  harness = await startKernel();
  const record = (user_id: string, more: object = {}) =>
    harness.call(kernel.recordAction, asService('test'), {
      ...{ trace_id: TRACE, user_id, tenant_id: 'default', app_id: 'notes', tool_name: 'add', action_type: 'write', status: 'success' },
      ...{
        tokens_used: 0,
        heartbeat_count: 0,
        action_price: 0,
        extension_price: 0,
        platform_fee: 0,
        llm_total_calls: 0,
        llm_total_tokens: 0,
      },
      ...{ result_preview: `what ${user_id} said`, ...more },
    });
  const outer = await record('imp_u_ada');
  const inner = await record('imp_u_ada', { tool_name: 'inner', chain_id: outer.id });
  ids = [outer.id, inner.id, (await record('imp_u_bob')).id];
});
afterAll(() => harness?.close());

const read = (id: string, ctx: Ctx = ada()) => harness.call(kernel.getTrace, ctx, { id });
const administrator = (tenant: string) =>
  newCtx({ tenant, user: 'imp_u_grace', actor: 'user', role: 'admin', scopes: ['actions:read', 'admin:audit:read'] });

it('a trace has the parts of its reader, each after what caused it, and names the services that did not answer', async () => {
  const trace = await read(ids[1]!);
  expect(trace.parts.map(({ id, depth, text }) => [id, depth, text])).toEqual([
    [ids[0], 0, 'what imp_u_ada said'],
    [ids[1], 1, 'what imp_u_ada said'],
  ]);
  expect(trace.missing).toEqual(CONTEXTS.filter((context) => !['kernel', 'registry'].includes(context)));
});

it('a part of another person is not found, also in a trace in which one has parts', async () => {
  await expect(read(ids[2]!)).rejects.toMatchObject({ body: { code: 'not_found' } });
  expect((await read(TRACE, bob())).parts.map(({ id }) => id)).toEqual([ids[2]]);
});

it('an administrator sees what all users of their tenant did, and not what they said', async () => {
  const { parts } = await read(ids[2]!, administrator('default'));
  expect(parts.map(({ id, text }) => [id, text])).toEqual(ids.map((id) => [id, null]));
  await expect(read(ids[2]!, administrator('elsewhere'))).rejects.toMatchObject({ body: { code: 'not_found' } });
});
