import { billing } from '@skep/contracts/billing';
import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { type AppProcess, asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ada, bob, fn, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
let accounts: AppProcess;
let people = 0;
const LIMIT = 500;
const create = { id: 's1', op: 'store.create', args: { kind: 'link', data: { url: 'x' } } };
const save = (id: string) => ({ id, op: 'call', args: { function: 'save', params: {} } });

beforeAll(async () => {
  harness = await startKernel({ env: { SKEP_CALLS_AT_ONCE: '100' } });
  accounts = await harness.infra.startApp('billing');
  await harness.publishApp('links', [fn('save', [create]), fn('twice', [save('c1'), save('c2')])]);
  await harness.publish(portal.appApproved, {
    ...{ app_id: 'links', developer_id: 'imp_u_ada', tenant_id: 'default', revision: 1, version: '1.0.0', name: 'Links' },
    ...{ short_description: '', category: '', icon: '', tags: [], system: false, functions: [], permissions: [], pricing_model: 'free' },
    ...{ pricing_config: {}, revenue_split: 70, approved_at: new Date() },
  });
  // An app can be installed before its approval has arrived, and called after it.
  await waitUntil(
    'the approval',
    async () => (await harness.call(registry.resolveCall, await user(), { app_id: 'links' })).revision === 1,
    30_000,
  );
});
afterAll(() => harness?.close());

/** A new user with the app installed. */
async function user(): Promise<Ctx> {
  const ctx = bob({ user: `imp_u_limited_${people++}` });
  await harness.call(registry.installApp, ctx, { app_id: 'links' });
  return ctx;
}
const call = (who: Ctx, name = 'save') => harness.run('links', name, {}, who);
const used = async (who: Ctx) => (await harness.call(billing.getUsage, who, {})).usage['actions'] ?? 0;
const useUp = (who: Ctx, left: number) =>
  harness.call(billing.trackUsage, asService('kernel'), {
    user_id: who.user,
    tenant_id: who.tenant,
    meter: 'actions',
    quantity: LIMIT - left,
  });
const documents = (who: Ctx) => harness.query('select from document where user_id = $1', [who.user]);
const refused = { body: { code: 'usage_limit_reached', status: 429 } };

it('calls that cost nothing run as often as the plan allows, also concurrently, and are counted once', async () => {
  const who = await user();
  await useUp(who, 10);
  const asked = await Promise.allSettled(Array.from({ length: 30 }, () => call(who)));
  for (const outcome of asked) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(refused);
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  expect(await documents(who)).toHaveLength(10);
  const after = await user();
  await call(after, 'no_such_function');
  await waitUntil('an event after theirs', async () => (await used(after)) === 1, 10_000);
  expect(await used(who)).toBe(LIMIT);
});

it('a nested call is counted as well, and its refusal is the error of the step', async () => {
  const who = await user();
  await useUp(who, 2);
  expect(await call(who, 'twice')).toMatchObject({ status: 'error', error: expect.stringContaining('500 actions a month') });
  expect(await documents(who)).toHaveLength(1);
});

it('the developer of an app has no limit for its calls', async () => {
  await useUp(ada(), 0);
  expect(await call(ada())).toMatchObject({ status: 'success' });
});

it('a change of plan limits a user without a limit at once', async () => {
  const who = await user();
  const limit = (actions: number) =>
    harness.infra.query('billing', `update plan set limits = jsonb_build_object('actions', $1::int) where id = 'free'`, [actions]);
  await limit(-1);
  await call(who);
  await useUp(who, 0);
  await limit(LIMIT);
  // The kernel has cached that this caller has no limit, so it does not ask billing.
  expect(await call(who)).toMatchObject({ status: 'success' });
  const changed = { tenant_id: 'default', user_id: who.user, plan: 'free', status: 'expired', expires_at: null };
  await harness.publish(billing.subscriptionChanged, { ...changed, move: 'expired' });
  await waitUntil(
    'the limit',
    () =>
      call(who).then(
        () => false,
        (error: unknown) => expect(error).toMatchObject(refused) === undefined,
      ),
    10_000,
  );
});

it('calls that cost nothing run while billing is down, and are counted when it is back', async () => {
  const who = await user();
  await used(who);
  await accounts.kill('SIGKILL');
  expect(await call(who)).toMatchObject({ status: 'success' });
  await harness.infra.startApp('billing');
  await waitUntil('the count', async () => (await used(who)) === 1, 20_000);
});
