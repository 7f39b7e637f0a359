import { auth } from '@skep/contracts/auth';
import { channels, type RegisterDevice } from '@skep/contracts/channels';
import type { Ctx } from '@skep/platform';
import { codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type ChannelsHarness, openChannels } from './channels.js';
import { type Firebase, refusal, startFirebase, UNREGISTERED } from './firebase.js';

let harness: ChannelsHarness;
let firebase: Firebase;
let ada: Ctx;
let bob: Ctx;
let zoe: Ctx;
beforeAll(async () => {
  firebase = await startFirebase();
  harness = await openChannels({ env: firebase.env });
  ({ ada, bob, zoe } = harness);
});
afterAll(async () => {
  await harness?.close();
  await firebase?.close();
});
beforeEach(async () => {
  await harness.settle();
  await harness.query('delete from device_token');
  Object.assign(firebase, { answers: [], asked: [] });
});

let tokens = 0;
const newToken = () => `fcm:${++tokens}-${'x'.repeat(150)}`;
const register = (user: Ctx, token = newToken(), more: Partial<RegisterDevice> = {}) =>
  harness.call(channels.registerDevice, user, { token, platform: 'ios', device_id: 'phone', app_version: '1.0.0', ...more });
const forget = (user: Ctx, token_or_id: string) => harness.call(channels.forgetDevice, user, { token_or_id });
const kept = async () => (await harness.query('select from device_token')).length;
const pushed = (token: string) => firebase.asked.filter((push) => push.token === token);

it('a notification is pushed to the devices of its person, with its id, and to nobody else', async () => {
  const mine = [newToken(), newToken()];
  const others = [newToken(), newToken()];
  for (const token of mine) await register(ada, token);
  await register(bob, others[0]);
  await register(zoe, others[1], { platform: 'android' });
  const id = await harness.notify(ada, { subject: 'Report', message: 'Ready. ä', priority: 'high', extension_id: 'reports' });
  await harness.settle();
  expect(firebase.asked.map(({ token }) => token).sort()).toEqual(mine.sort());
  expect(firebase.asked[0]).toMatchObject({
    notification: { title: 'Report', body: 'Ready. ä' },
    data: { notification_id: id, source: 'reports', priority: 'high' },
    android: { priority: 'HIGH', notification: { tag: id } },
    apns: { headers: { 'apns-priority': '10', 'apns-collapse-id': id } },
  });
});

it('the largest notification fits', async () => {
  await register(ada);
  await harness.notify(ada, { message: '\u0001ä'.repeat(2_000), subject: '\u0001'.repeat(200) });
  await harness.settle();
  expect(Buffer.byteLength(JSON.stringify(firebase.asked[0]))).toBeLessThan(4_096);
});

it('a token is kept once, also of eight that register it at once, and is new once', async () => {
  const token = newToken();
  const all = await Promise.all(Array.from({ length: 8 }, () => register(ada, token)));
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  expect(all.filter(({ created }) => created)).toHaveLength(1);
  expect(await kept()).toBe(1);
});

it('a device that changed hands gets only what is for its newest person', async () => {
  const token = newToken();
  await register(zoe, token);
  await register(ada, token);
  await harness.notify(zoe);
  await harness.notify(ada, { message: 'For Ada.' });
  await harness.settle();
  expect(pushed(token).map(({ notification }) => notification.body)).toEqual(['For Ada.']);
  // A push that was put off finds the device with another person.
  firebase.answers = [refusal(503, 'UNAVAILABLE')];
  await harness.notify(ada, { message: 'Late.' });
  await waitUntil('the first try', () => pushed(token).length === 2);
  await register(bob, token);
  await harness.settle();
  expect(pushed(token)).toHaveLength(2);
});

it('a device is forgotten by its token or its id, once and again, and not by others', async () => {
  const token = newToken();
  const { id } = await register(ada, token);
  for (const other of [bob, zoe]) for (const one of [token, id]) await forget(other, one);
  expect(await kept()).toBe(1);
  for (const one of [token, token, id, 'unknown']) expect(await forget(ada, one)).toEqual({});
  expect(await kept()).toBe(0);
  await register(ada, token);
  await forget(ada, id);
  expect(await kept()).toBe(0);
});

it('a token that Firebase does not know is removed, and the others are kept', async () => {
  const live = newToken();
  await register(ada, live);
  const badToken = refusal(400, 'INVALID_ARGUMENT', [{ fieldViolations: [{ field: 'message.token' }] }]);
  for (const answer of [UNREGISTERED, refusal(404, 'NOT_FOUND'), badToken, refusal(403, 'SENDER_ID_MISMATCH')]) {
    await harness.query('delete from device_token');
    const { id } = await register(ada);
    firebase.answers = [answer];
    await harness.notify(ada);
    await harness.settle();
    expect(await harness.query('select from device_token where id = $1', [id])).toEqual([]);
  }
  await register(ada, live);
  await harness.notify(ada);
  await harness.settle();
  expect([await kept(), pushed(live).length]).toEqual([1, 1]);
});

it('a push that Firebase finds invalid is dropped, and the device stays', async () => {
  await register(ada);
  firebase.answers = [refusal(400, 'INVALID_ARGUMENT')];
  await harness.notify(ada);
  await harness.settle();
  expect([await kept(), firebase.asked.length]).toEqual([1, 1]);
});

it('a push that Firebase puts off comes after the time that it names, and holds up no other device', async () => {
  const [slow, fast] = [newToken(), newToken()];
  await register(ada, slow);
  firebase.answers = [refusal(429, 'QUOTA_EXCEEDED', [], { 'retry-after': '3' })];
  await harness.notify(ada);
  await waitUntil('the first try', () => firebase.asked.length);
  await register(ada, fast);
  await harness.notify(ada, { message: 'Second.' });
  await waitUntil('the other device', () => pushed(fast).length);
  await harness.settle();
  const [first, ...rest] = pushed(slow).filter(({ notification }) => notification.body !== 'Second.');
  expect(rest).toHaveLength(1);
  expect(rest[0]!.at - first!.at).toBeGreaterThanOrEqual(2_950);
  expect(rest[0]!.at - first!.at).toBeLessThan(9_000);
});

it('a push whose answer is lost is sent again, and replaces itself', async () => {
  const token = newToken();
  await register(ada, token);
  firebase.answers = ['silent'];
  await harness.notify(ada);
  await harness.settle();
  expect(new Set(pushed(token).map(({ apns }) => apns.headers['apns-collapse-id'])).size).toBe(1);
  expect(pushed(token)).toHaveLength(2);
});

it('an access token is asked for once, and anew when Google takes it back', async () => {
  await register(ada);
  await harness.notify(ada);
  await harness.settle();
  const { grants } = firebase;
  await harness.notify(ada);
  await harness.settle();
  expect(firebase.grants).toBe(grants);
  firebase.valid.clear();
  await harness.notify(ada, { message: 'Anew.' });
  await harness.settle();
  expect(firebase.grants).toBe(grants + 1);
  expect(firebase.asked.at(-1)?.notification.body).toBe('Anew.');
});

it('a person has at most 20 devices: those that were registered first make room', async () => {
  const all = Array.from({ length: 22 }, newToken);
  for (const token of all) await register(ada, token);
  await register(ada, all[2]);
  await register(ada);
  await harness.notify(ada);
  await harness.settle();
  expect([pushed(all[2]!).length, pushed(all[3]!).length, firebase.asked.length]).toEqual([1, 0, 20]);
});

it('input that is not valid is refused, and so are devices without an account of Firebase', async () => {
  for (const more of [{ platform: 'fridge' }, { token: '' }, { token: 'x'.repeat(4_097) }])
    expect(await codeOf(register(ada, newToken(), more as never))).toBe('invalid_input');
  await harness.restart({ ...firebase.env, FIREBASE_CREDENTIALS: '' });
  await expect(register(ada)).rejects.toMatchObject({
    body: { code: 'not_configured', detail: expect.stringContaining('FIREBASE_CREDENTIALS') },
  });
  expect(await forget(ada, newToken())).toEqual({});
  await expect(harness.restart({ ...firebase.env, FIREBASE_CREDENTIALS: 'nonsense' })).rejects.toThrow('FIREBASE_CREDENTIALS');
  await expect(harness.restart({ ...firebase.env, FIREBASE_PROJECT: '' })).rejects.toThrow('FIREBASE_PROJECT');
  await harness.restart();
});

it('tokens are in no table as text, and an erased person has none', async () => {
  const token = newToken();
  await register(bob, token);
  await harness.notify(bob);
  await harness.settle();
  const tables = ['device_token', 'run', 'run_step', 'outbox', 'idempotency'];
  const rows = await Promise.all(tables.map((table) => harness.query(`select t::text as row from ${table} t`)));
  for (const form of [token, Buffer.from(token).toString('hex')]) expect(JSON.stringify(rows)).not.toContain(form);
  await harness.publish(auth.userErased, { tenant_id: bob.tenant, user_id: bob.user });
  await waitUntil('the erasure', async () => !(await kept()));
});

it('opening a notification marks it as read, once, and only its person can', async () => {
  const notification_id = await harness.notify(ada);
  const open = (user: Ctx, opened_at?: Date) =>
    harness.call(channels.noteOpened, user, { notification_id, ...(opened_at && { opened_at }) });
  for (const other of [bob, zoe]) expect(await codeOf(open(other))).toBe('notification_not_found');
  expect(await codeOf(harness.call(channels.noteOpened, ada, { notification_id: 'ntf_nothing' }))).toBe('notification_not_found');
  const at = new Date('2026-06-21T10:00:00Z');
  await open(ada, at);
  await open(ada, new Date('2026-06-22T10:00:00Z'));
  const [row] = await harness.query('select opened_at, read_at from notification where id = $1', [notification_id]);
  expect(row).toEqual({ opened_at: at, read_at: at });
});

it('the coach shows and changes the same preferences, one field at a time', async () => {
  const reach = () => harness.call(channels.getReach, ada, {});
  expect(await reach()).toEqual({ channels: { push: true, whatsapp: false, email: true }, quiet_hours: null, timezone: 'UTC', topics: {} });
  await harness.call(channels.updatePreferences, ada, { channels: { push: { min_priority: 'high' } }, timezone: 'Europe/Madrid' });
  const wanted = { channels: { push: true, email: false }, quiet_hours: { start: '22:00', end: '07:00' }, topics: { reports: false } };
  const changed = { ...wanted, channels: { ...wanted.channels, whatsapp: false }, timezone: 'Europe/Madrid' };
  expect(await harness.call(channels.setReach, ada, wanted)).toEqual(changed);
  expect(await harness.call(channels.setReach, ada, {})).toEqual(changed);
  expect(await harness.call(channels.getPreferences, ada, {})).toMatchObject({
    ...{ quiet_from: '22:00', quiet_until: '07:00' },
    channels: { push: { min_priority: 'high' }, email: { min_priority: 'never' }, whatsapp: { min_priority: 'never' } },
  });
  expect(await harness.call(channels.setReach, ada, { quiet_hours: null, topics: {} })).toMatchObject({ quiet_hours: null, topics: {} });
  expect(await harness.call(channels.getReach, bob, {})).toMatchObject({ quiet_hours: null, timezone: 'UTC' });
  const faulty = [
    ...[{ channels: { push: 'sometimes' } }, { quiet_hours: { start: '25:00', end: '07:00' } }, { quiet_hours: { start: '22:00' } }],
    ...[
      { topics: { reports: 'no' } },
      { timezone: 'Nowhere' },
      { topics: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, true])) },
    ],
  ];
  for (const input of faulty) expect(await codeOf(harness.call(channels.setReach, ada, input as never))).toBe('invalid_input');
  await harness.call(channels.setReach, ada, { channels: { push: false } });
  await register(ada);
  await harness.notify(ada, { priority: 'urgent' });
  await harness.settle();
  expect(firebase.asked).toEqual([]);
});
