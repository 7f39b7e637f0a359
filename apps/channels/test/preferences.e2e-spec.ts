import { auth } from '@skep/contracts/auth';
import { channels, type UpdatePreferences } from '@skep/contracts/channels';
import type { Ctx } from '@skep/platform';
import { asService, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChannelsHarness, openChannels } from './channels.js';

let harness: ChannelsHarness;
let ada: Ctx;
let bob: Ctx;
let zoe: Ctx;
beforeAll(async () => {
  harness = await openChannels();
  ({ ada, bob, zoe } = harness);
});
afterAll(() => harness?.close());
beforeEach(async () => {
  await harness.query('delete from run');
  await harness.query('delete from notification');
  await harness.query('delete from preference');
  await harness.infra.query('kernel', 'delete from feed_event');
});

const read = (user: Ctx) => harness.call(channels.getPreferences, user, {});
const change = (user: Ctx, changes: UpdatePreferences) => harness.call(channels.updatePreferences, user, changes);
const list = async (user: Ctx, more: object = {}) =>
  (await harness.call(channels.listNotifications, user, { limit: 50, offset: 0, unread: false, ...more })).rows;
const mark = async (user: Ctx, notification_ids?: string[]) =>
  (await harness.call(channels.markNotificationsRead, user, { notification_ids })).marked;
const ids = (rows: { notification_id: string }[]) => rows.map(({ notification_id }) => notification_id);

describe('your notifications', () => {
  it('are listed newest first, page by page, with what you have not read', async () => {
    const sent: string[] = [];
    for (const message of ['one', 'two', 'three']) sent.unshift(await harness.notify(ada, { message }));
    const [newest] = await list(ada);
    expect(newest).toEqual({
      ...{ notification_id: sent[0], source: '', subject: '', message: 'three', body: '', priority: 'normal' },
      ...{ created_at: expect.any(Date), read_at: null },
    });
    expect(ids(await list(ada, { limit: 2 }))).toEqual(sent.slice(0, 2));
    expect(ids(await list(ada, { limit: 2, offset: 2 }))).toEqual(sent.slice(2));
    expect([await mark(ada, [sent[1]!]), await mark(ada, [sent[1]!, 'ntf_unknown'])]).toEqual([1, 0]);
    expect(ids(await list(ada, { unread: true }))).toEqual([sent[0], sent[2]]);
    expect((await list(ada))[1]!.read_at).toEqual(expect.any(Date));
    expect([await mark(ada), await list(ada, { unread: true })]).toEqual([2, []]);
  });

  it('are neither listed nor marked by others', async () => {
    const id = await harness.notify(ada);
    for (const other of [bob, zoe, { ...zoe, user: ada.user }]) expect([await list(other), await mark(other, [id])]).toEqual([[], 0]);
    expect(ids(await list(ada, { unread: true }))).toEqual([id]);
  });
});

describe('preferences', () => {
  it('have defaults, and change field by field, for you alone', async () => {
    const before = await read(ada);
    const everything = { min_priority: 'low', quiet_priority: 'urgent' };
    expect(before).toEqual({
      ...{ timezone: 'UTC', quiet_from: null, quiet_until: null },
      channels: { panel: everything, email: everything, push: everything, whatsapp: { ...everything, min_priority: 'never' } },
    });
    await change(ada, { timezone: 'Europe/Berlin', quiet_from: '22:00', quiet_until: '07:00' });
    await change(ada, { channels: { email: { min_priority: 'high' } } });
    expect(await change(ada, { channels: { email: { quiet_priority: 'high' } } })).toEqual({
      ...{ timezone: 'Europe/Berlin', quiet_from: '22:00', quiet_until: '07:00' },
      channels: { ...before.channels, email: { min_priority: 'high', quiet_priority: 'high' } },
    });
    for (const other of [bob, zoe, { ...zoe, user: ada.user }]) expect(await read(other)).toEqual(before);
    expect(await change(ada, { quiet_from: '' })).toMatchObject({ quiet_from: null, quiet_until: '07:00' });
  });

  it('of an unknown time zone, time, channel or priority are refused', async () => {
    const faulty = [
      ...[{ timezone: 'Mars/Olympus' }, { quiet_from: '24:00' }, { quiet_until: '7:00' }, { channels: { panel: { min_priority: 'x' } } }],
      { channels: { email: { quiet_priority: 'never' } } },
    ];
    for (const changes of faulty) expect(await codeOf(change(ada, changes as UpdatePreferences))).toBe('invalid_input');
  });

  it('with quiet hours hold a notification back until they end; an urgent one passes', async () => {
    const clock = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);
    await change(ada, { quiet_from: clock(-60), quiet_until: clock(60) });
    await harness.notify(ada, { message: 'Later.' });
    await harness.notify(ada, { message: 'Now!', priority: 'urgent' });
    await harness.notify(bob, { message: 'Bob.' });
    const messages = async () => (await harness.heard(ada)).map(({ payload }) => payload['message']);
    await waitUntil('the urgent one', async () => (await messages())[0]);
    const held = await waitUntil(
      'the one that waits',
      async () =>
        (
          await harness.query(
            `select due_at from run where kind = 'notification.panel' and ended_at is null and due_at > now() + interval '1 minute'`,
          )
        )[0],
    );
    expect((held['due_at'] as Date).toISOString().slice(11, 16)).toBe(clock(60));
    expect(await messages()).toEqual(['Now!']);
    await waitUntil('another person', async () => (await harness.heard(bob)).length);
    await harness.query(`update run set due_at = now() where ended_at is null`);
    await harness.settle();
    expect(await messages()).toEqual(['Now!', 'Later.']);
  });

  it('of an erased user are gone', async () => {
    await change(bob, { timezone: 'Europe/Berlin' });
    await harness.publish(auth.userErased, { tenant_id: bob.tenant, user_id: bob.user });
    await waitUntil('the erasure', async () => !(await harness.query('select from preference')).length);
  });
});

it('a service learns where a user can be reached, and a user who is unknown in the tenant has no surfaces', async () => {
  const surfaces = ({ user, tenant }: Ctx) => harness.call(channels.getSurfaces, asService('test'), { user_id: user, tenant_id: tenant });
  expect(await surfaces(zoe)).toEqual({ user_id: zoe.user, surfaces: ['panel', 'email'] });
  expect(await codeOf(surfaces({ ...zoe, tenant: 'default' }))).toBe('user_not_found');
});
