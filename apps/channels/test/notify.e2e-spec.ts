import type { Problem } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import type { Notify } from '@skep/contracts/channels';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asService, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelsHarness, openChannels } from './channels.js';

const APP = 'reports';
const LIMIT = 5;

let harness: ChannelsHarness;
let ada: Ctx;
let bob: Ctx;
let zoe: Ctx;
beforeAll(async () => {
  harness = await openChannels({ env: { SKEP_APP_NOTIFICATIONS_PER_HOUR: String(LIMIT) } });
  ({ ada, bob, zoe } = harness);
  await harness.release(APP, ada, zoe);
});
afterAll(() => harness?.close());
beforeEach(async () => {
  await harness.settle();
  await harness.query('delete from notification');
  await harness.infra.query('kernel', 'delete from feed_event');
});

/** The code of the app, with an extension token of the tenant `default`. */
const app = asService('', { tenant: 'default', actor: `extension:${APP}` });
const notify = (to: Ctx, more: Partial<Notify> = {}, as?: Ctx) => harness.notify(to, more, as);
const stored = () => harness.query('select * from notification order by id');
const hears = async (user: Ctx) => (await waitUntil('the event', async () => (await harness.heard(user))[0]))!;

it('a notification is an event of its user, and of nobody else', async () => {
  const id = await notify(ada, { message: 'Ready.', subject: 'Report', priority: 'high', extension_id: APP, body: 'All of it.' });
  expect(id).toMatch(/^ntf_[0-9a-f]{32}$/);
  const said = { notification_id: id, source: APP, subject: 'Report', message: 'Ready.', priority: 'high', created_at: expect.any(String) };
  expect(await hears(ada)).toEqual({
    type: 'notification',
    payload: { ...said, scope: '', action: 'notification', id, actor: APP, data: said },
  });
  await harness.settle();
  expect([await harness.heard(ada), await harness.heard(bob), await harness.heard(zoe)]).toEqual([[expect.anything()], [], []]);
  expect(await stored()).toMatchObject([{ id, tenant_id: 'default', user_id: ada.user, body: 'All of it.', read_at: null }]);
});

it('the form of older clients is the same notification', async () => {
  const older = { message: '', title: 'Report', body: 'Ready.', source: 'billing' };
  await notify(ada, older);
  await notify(ada, { ...older, body: '' });
  await notify(ada, { ...older, body: 'ä'.repeat(5_000) });
  expect(await stored()).toMatchObject([
    { subject: 'Report', message: 'Ready.', source: 'billing' },
    { subject: 'Report', message: 'Report' },
    { message: 'ä'.repeat(4_000), body: 'ä'.repeat(5_000) },
  ]);
});

it('a service notifies people of every tenant, and not somebody who is unknown there', async () => {
  await notify(zoe);
  expect((await hears(zoe)).type).toBe('notification');
  expect(await codeOf(notify(zoe, { tenant_id: 'default' }))).toBe('user_not_found');
  expect(await codeOf(notify(ada, { user_id: 'imp_u_nobody' }))).toBe('user_not_found');
  expect(await stored()).toHaveLength(1);
});

it('an app notifies for itself, in its tenant, and only users who have it and have not turned it off', async () => {
  await notify(ada, { extension_id: APP, source: 'another' }, app);
  expect(await hears(ada)).toMatchObject({ payload: { source: APP, actor: APP } });
  expect(await codeOf(notify(bob, { extension_id: APP }, app))).toBe('app_not_installed');
  expect(await codeOf(notify(zoe, { extension_id: APP }, app))).toBe('user_not_found');
  await harness.call(registry.disableExtension, ada, { app_id: APP });
  expect(await codeOf(notify(ada, { extension_id: APP }, app))).toBe('app_disabled');
  await harness.call(registry.enableExtension, ada, { app_id: APP });
  expect(await stored()).toHaveLength(1);
});

it('an app notifies each user a limited number of times in an hour, also at once; a service for itself is not limited', async () => {
  const sent = await Promise.allSettled(Array.from({ length: LIMIT + 3 }, () => notify(ada, { extension_id: APP }, app)));
  const refused = sent.flatMap((one) => (one.status === 'rejected' ? [one.reason as Problem] : []));
  expect(refused.map(({ body }) => body.code)).toEqual(Array.from({ length: 3 }, () => 'too_many_requests'));
  expect(refused[0]!.retryAfter).toBeGreaterThan(3_500);
  expect(refused[0]!.retryAfter).toBeLessThanOrEqual(3_600);
  expect(await codeOf(notify(ada, { extension_id: APP }))).toBe('too_many_requests');
  await notify(ada, { extension_id: 'another' });
  for (let i = 0; i <= LIMIT; i++) await notify(ada);
  await notify(bob, { extension_id: APP });
  expect(await stored()).toHaveLength(2 * LIMIT + 3);
  await harness.query(
    `update notification set created_at = created_at - interval '1 hour' where id = (select min(id) from notification where source = $1)`,
    [APP],
  );
  await notify(ada, { extension_id: APP }, app);
  expect(await codeOf(notify(ada, { extension_id: APP }, app))).toBe('too_many_requests');
});

it('who acts for a user notifies nobody else', async () => {
  const forBob = asService('portal', { tenant: bob.tenant, user: bob.user });
  expect(await codeOf(notify(ada, {}, forBob))).toBe('forbidden');
  expect(await codeOf(notify(ada, { extension_id: APP }, { ...app, user: bob.user }))).toBe('forbidden');
  await notify(bob, {}, forBob);
  expect(await stored()).toMatchObject([{ user_id: bob.user }]);
});

it('a repeat under an Idempotency-Key is the same notification, heard once', async () => {
  const ctx = asService('test', { idempotencyKey: 'once' });
  const ids = await Promise.all([1, 2, 3].map(() => notify(ada, { message: 'Once.' }, ctx)));
  expect(new Set([...ids, await notify(ada, { message: 'Once.' }, ctx)]).size).toBe(1);
  await harness.settle();
  expect(await harness.heard(ada)).toHaveLength(1);
});

it('the largest message is delivered, and what is larger, empty or unknown is invalid', async () => {
  await notify(ada, { message: '\u0001'.repeat(4_000), subject: '\u0001'.repeat(200) });
  expect((await hears(ada)).payload['message']).toHaveLength(4_000);
  const faulty = [{ message: '' }, { message: 'x'.repeat(4_001) }, { priority: 'shout' }, { user_id: '' }, { channel: 'x'.repeat(65) }];
  for (const more of faulty) expect(await codeOf(notify(ada, more as Partial<Notify>))).toBe('invalid_input');
});

it('while the kernel cannot store events notifications are accepted, and heard once afterwards', async () => {
  await harness.infra.query('kernel', 'alter table feed_event rename to feed_event_away');
  await notify(ada, { message: 'Later.' });
  await sleep(1_500);
  await harness.infra.query('kernel', 'alter table feed_event_away rename to feed_event');
  expect(await hears(ada)).toMatchObject({ payload: { message: 'Later.' } });
  await harness.settle();
  expect(await harness.heard(ada)).toHaveLength(1);
});

it('an erased user has no notifications', async () => {
  await notify(bob);
  await harness.publish(auth.userErased, { tenant_id: bob.tenant, user_id: bob.user });
  await waitUntil('the erasure', async () => !(await stored()).length);
});
