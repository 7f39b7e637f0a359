import { auth } from '@skep/contracts/auth';
import { automation } from '@skep/contracts/automation';
import { billing } from '@skep/contracts/billing';
import { RESERVED_APP_IDS } from '@skep/contracts/builtins';
import { connections } from '@skep/contracts/connections';
import { FEED_SCOPES, type FeedEvent, kernel } from '@skep/contracts/kernel';
import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { asAnonymous, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ada, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
let mark = 0;
const user = { tenant_id: 'default', user_id: 'imp_u_ada' };
const developer = { tenant_id: 'default', developer_id: 'imp_u_ada' };

beforeAll(async () => {
  harness = await startKernel({ beside: [] });
});
afterAll(() => harness?.close());

const events = async () => (await harness.call(kernel.readFeed, asAnonymous(), { after: 0, limit: 500, ...user })).events;

/** All events up to one that is published last. */
async function eventsUntilNow() {
  const transaction_id = `end${mark++}`;
  await harness.publish(billing.balanceChanged, { ...user, balance: 0, amount: 0, reason: 'end', transaction_id });
  return waitUntil('the last event', async () => {
    const received = await events();
    const end = received.findIndex(({ payload }) => payload['id'] === transaction_id);
    return end < 0 ? undefined : received.slice(0, end);
  });
}
const install = (installed: boolean, sequence: number) => ({ ...user, app_id: 'links', installed, install_count: sequence, sequence });

/** Shortens the stream's duplicate window from two minutes to 100 ms, so that only the inbox detects a duplicate. */
async function forgetCopiesSoon(): Promise<void> {
  const { connection } = harness.bus;
  const { config } = (await connection.request('$JS.API.STREAM.INFO.events')).json<{ config: object }>();
  await connection.request('$JS.API.STREAM.UPDATE.events', JSON.stringify({ ...config, duplicate_window: 100e6 }));
}
const streamed = async () =>
  (await harness.bus.connection.request('$JS.API.STREAM.INFO.events')).json<{ state: { last_seq: number } }>().state.last_seq;

it('events of other services reach the user concerned', async () => {
  await harness.publish(registry.installChanged, install(true, 1));
  await harness.publish(registry.installChanged, install(false, 2));
  await harness.publish(portal.deployFinished, {
    ...developer,
    deploy_id: 'dep_1',
    app_id: 'links',
    status: 'failed',
    error_message: 'no IR',
  });
  await harness.publish(portal.reviewStatusChanged, { ...developer, app_id: 'links', decision: 'approved', reason: null });
  await harness.publish(portal.suspensionChanged, { ...developer, app_id: 'links', reason: 'It spies.', changed_at: new Date() });
  await harness.publish(portal.suspensionChanged, { ...developer, app_id: 'links', reason: null, changed_at: new Date() });
  await harness.publish(billing.balanceChanged, { ...user, balance: 5, amount: 5, reason: 'topup', transaction_id: 't1' });
  await harness.publish(billing.balanceChanged, {
    ...user,
    user_id: 'imp_u_bob',
    balance: 5,
    amount: 5,
    reason: 'topup',
    transaction_id: 't2',
  });
  const received = await waitUntil('all of it', async () => {
    const found = Object.fromEntries((await events()).map(({ type, payload }) => [type, payload]));
    return Object.keys(found).length >= 7 ? found : undefined;
  });
  expect(received['marketplace.installed']).toMatchObject({
    scope: 'marketplace',
    action: 'installed',
    id: 'links',
    data: { installed: true, sequence: 1 },
  });
  expect(received['marketplace.uninstalled']).toMatchObject({ data: { installed: false, sequence: 2 } });
  expect(received['developer.deploy_finished']).toMatchObject({ id: 'dep_1', data: { status: 'failed', error_message: 'no IR' } });
  expect(received['developer.app_approved']).toMatchObject({ id: 'links', data: { reason: null } });
  expect(received['developer.app_suspended']).toMatchObject({ id: 'links', data: { reason: 'It spies.' } });
  expect(received['developer.app_restored']).toMatchObject({ id: 'links', data: { reason: null } });
  expect((await eventsUntilNow()).some(({ payload }) => payload['id'] === 't2')).toBe(false);
});

it('an event that arrives twice or out of order is added once', async () => {
  const installs = (received: FeedEvent[]) =>
    received.map(({ payload }) => (payload['data'] as { sequence?: number }).sequence).filter((sequence) => sequence && sequence > 7);
  await forgetCopiesSoon();
  const later = await harness.publish(registry.installChanged, install(false, 9));
  await waitUntil('the later one', async () => installs(await events()).includes(9));
  const earlier = await harness.publish(registry.installChanged, install(true, 8));
  await waitUntil('the earlier one', async () => installs(await events()).includes(8));
  await sleep(250);
  const before = await streamed();
  // Sent until the stream, which forgets what it has seen in its own time, takes them.
  await waitUntil('the copies', async () => {
    await harness.publish(registry.installChanged, install(true, 8), { id: earlier });
    await harness.publish(registry.installChanged, install(false, 9), { id: later });
    return (await streamed()) >= before + 2;
  });
  expect(installs(await eventsUntilNow())).toEqual([9, 8]);
});

it('each transition of a subscription reaches its owner under the published name', async () => {
  const after = { ...user, plan: 'pro', status: 'active', expires_at: new Date('2030-02-01T00:00:00Z') };
  for (const move of ['upgraded', 'cancelled', 'resumed', 'renewed', 'past_due', 'expired'] as const)
    await harness.publish(billing.subscriptionChanged, { ...after, move });
  const names = ['plan_changed', 'subscription_cancelled', 'subscription_resumed', 'subscription_renewed'];
  const received = await waitUntil(
    'all of them',
    async () => {
      const types = (await events()).map(({ type }) => type).filter((type) => /^billing\.(plan|subscription)/.test(type));
      return types.length === 6 && types;
    },
    10_000,
  );
  expect(received).toEqual([...names, 'subscription_past_due', 'subscription_expired'].map((name) => `billing.${name}`));
});

it('no event of the platform has a prefix that an app id could have', async () => {
  await harness.publish(auth.sessionRevoked, { ...user, session_id: 'ses_1', reason: 'logout', forget_at: new Date() });
  const mailbox = { app_id: 'mailer', account_id: 'oa_1', provider: 'google', history_id: '17' };
  await harness.publish(connections.mailboxChanged, { ...user, ...mailbox });
  await harness.publish(automation.automationTriggered, { ...user, rule_id: 7, execution_id: 'exe_1' });
  await harness.run('billing', 'change_plan', {}, ada({ scopes: ['billing:write'] }));
  const scopes = await waitUntil('an event of each scope', async () => {
    const found = [...new Set((await events()).map(({ type }) => type.split('.')[0]!))].sort();
    return found.length >= FEED_SCOPES.length ? found : undefined;
  });
  expect(scopes).toEqual([...FEED_SCOPES]);
  const told = (await events()).find(({ type }) => type === 'connections.mailbox_changed');
  expect(told).toMatchObject({ user_id: 'imp_u_ada', payload: { id: 'oa_1', data: mailbox } });
  for (const scope of scopes) expect(RESERVED_APP_IDS).toContain(scope);
});
