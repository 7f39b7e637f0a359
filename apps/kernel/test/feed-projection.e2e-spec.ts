import { auth, billing, FEED_SCOPES, type FeedEvent, kernel, portal, registry, RESERVED_APP_IDS } from '@skep/contracts';
import { nobody, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
let mark = 0;
const whose = { tenant_id: 'default', user_id: 'imp_u_ada' };
const mine = { tenant_id: 'default', developer_id: 'imp_u_ada' };

beforeAll(async () => {
  harness = await startKernel({ beside: [] });
});
afterAll(() => harness?.close());

const events = async () => (await harness.call(kernel.readFeed, nobody(), { after: 0, limit: 500, ...whose })).events;

/** Everything up to an event that is told last. */
async function eventsUntilNow() {
  const transaction_id = `end${mark++}`;
  await harness.publish(billing.balanceChanged, { ...whose, balance: 0, amount: 0, reason: 'end', transaction_id });
  return waitUntil('the last event', async () => {
    const told = await events();
    const end = told.findIndex(({ payload }) => payload['id'] === transaction_id);
    return end < 0 ? undefined : told.slice(0, end);
  });
}
const install = (installed: boolean, sequence: number) => ({ ...whose, app_id: 'links', installed, install_count: sequence, sequence });

/** Lets the stream take a copy for a new message after 100 ms instead of two minutes, so that only the inbox knows the event. */
async function forgetCopiesSoon(): Promise<void> {
  const { connection } = harness.bus;
  const { config } = (await connection.request('$JS.API.STREAM.INFO.events')).json<{ config: object }>();
  await connection.request('$JS.API.STREAM.UPDATE.events', JSON.stringify({ ...config, duplicate_window: 100e6 }));
}
const streamed = async () =>
  (await harness.bus.connection.request('$JS.API.STREAM.INFO.events')).json<{ state: { last_seq: number } }>().state.last_seq;

it('what other services tell reaches the person concerned', async () => {
  await harness.publish(registry.installChanged, install(true, 1));
  await harness.publish(registry.installChanged, install(false, 2));
  await harness.publish(portal.deployFinished, { ...mine, deploy_id: 'dep_1', app_id: 'links', status: 'failed', error_message: 'no IR' });
  await harness.publish(portal.reviewStatusChanged, { ...mine, app_id: 'links', decision: 'approved', reason: null });
  await harness.publish(portal.suspensionChanged, { ...mine, app_id: 'links', reason: 'It spies.', changed_at: new Date() });
  await harness.publish(portal.suspensionChanged, { ...mine, app_id: 'links', reason: null, changed_at: new Date() });
  await harness.publish(billing.balanceChanged, { ...whose, balance: 5, amount: 5, reason: 'topup', transaction_id: 't1' });
  await harness.publish(billing.balanceChanged, {
    ...whose,
    user_id: 'imp_u_bob',
    balance: 5,
    amount: 5,
    reason: 'topup',
    transaction_id: 't2',
  });
  const told = await waitUntil('all of it', async () => {
    const found = Object.fromEntries((await events()).map(({ type, payload }) => [type, payload]));
    return Object.keys(found).length >= 7 ? found : undefined;
  });
  expect(told['marketplace.installed']).toMatchObject({
    scope: 'marketplace',
    action: 'installed',
    id: 'links',
    data: { installed: true, sequence: 1 },
  });
  expect(told['marketplace.uninstalled']).toMatchObject({ data: { installed: false, sequence: 2 } });
  expect(told['developer.deploy_finished']).toMatchObject({ id: 'dep_1', data: { status: 'failed', error_message: 'no IR' } });
  expect(told['developer.app_approved']).toMatchObject({ id: 'links', data: { reason: null } });
  expect(told['developer.app_suspended']).toMatchObject({ id: 'links', data: { reason: 'It spies.' } });
  expect(told['developer.app_restored']).toMatchObject({ id: 'links', data: { reason: null } });
  expect((await eventsUntilNow()).some(({ payload }) => payload['id'] === 't2')).toBe(false);
});

it('what arrives twice, or after what came later, is told once', async () => {
  const installs = (told: FeedEvent[]) =>
    told.map(({ payload }) => (payload['data'] as { sequence?: number }).sequence).filter((sequence) => sequence && sequence > 7);
  await forgetCopiesSoon();
  const later = await harness.publish(registry.installChanged, install(false, 9));
  await waitUntil('the later one', async () => installs(await events()).includes(9));
  const earlier = await harness.publish(registry.installChanged, install(true, 8));
  await waitUntil('the earlier one', async () => installs(await events()).includes(8));
  await sleep(250);
  const before = await streamed();
  await harness.publish(registry.installChanged, install(true, 8), { id: earlier });
  await harness.publish(registry.installChanged, install(false, 9), { id: later });
  await waitUntil('the copies', async () => (await streamed()) >= before + 2);
  expect(installs(await eventsUntilNow())).toEqual([9, 8]);
});

it('each move of a subscription reaches its owner under the name that clients know', async () => {
  const after = { ...whose, plan: 'pro', status: 'active', expires_at: new Date('2030-02-01T00:00:00Z') };
  for (const move of ['upgraded', 'cancelled', 'resumed', 'renewed', 'past_due', 'expired'] as const)
    await harness.publish(billing.subscriptionChanged, { ...after, move });
  const names = ['plan_changed', 'subscription_cancelled', 'subscription_resumed', 'subscription_renewed'];
  const told = await waitUntil(
    'all of them',
    async () => {
      const types = (await events()).map(({ type }) => type).filter((type) => /^billing\.(plan|subscription)/.test(type));
      return types.length === 6 && types;
    },
    10_000,
  );
  expect(told).toEqual([...names, 'subscription_past_due', 'subscription_expired'].map((name) => `billing.${name}`));
});

it('what the feed tells of its own never has the prefix that an app could have', async () => {
  await harness.publish(auth.sessionRevoked, { ...whose, session_id: 'ses_1', reason: 'logout', forget_at: new Date() });
  const scopes = await waitUntil('an event of each scope', async () => {
    const found = [...new Set((await events()).map(({ type }) => type.split('.')[0]!))].sort();
    return found.length >= FEED_SCOPES.length ? found : undefined;
  });
  expect(scopes).toEqual([...FEED_SCOPES]);
  for (const scope of scopes) expect(RESERVED_APP_IDS).toContain(scope);
});
