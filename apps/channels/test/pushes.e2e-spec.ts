import { auth } from '@skep/contracts/auth';
import { channels, type SubscribePush } from '@skep/contracts/channels';
import type { Ctx } from '@skep/platform';
import { codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type ChannelsHarness, openChannels } from './channels.js';
import { type Browser, type PushService, startPushService } from './push-service.js';

let harness: ChannelsHarness;
let service: PushService;
let ada: Ctx;
let bob: Ctx;
let zoe: Ctx;
beforeAll(async () => {
  service = await startPushService();
  harness = await openChannels({ env: { SKEP_OUTBOUND_ALLOW: '127.0.0.0/8' } });
  ({ ada, bob, zoe } = harness);
});
afterAll(async () => {
  await harness?.close();
  await service?.close();
});
beforeEach(async () => {
  await harness.settle();
  await harness.query('delete from push_subscription');
  Object.assign(service, { answers: [], asked: [], faults: [] });
});

const subscribe = (user: Ctx, subscription: SubscribePush) => harness.call(channels.subscribePush, user, subscription);
async function browserOf(user: Ctx): Promise<Browser> {
  const browser = service.browser();
  await subscribe(user, browser.subscription);
  return browser;
}
const subscriptions = async () => (await harness.query('select from push_subscription')).length;

it('a notification is pushed to the browsers of its user, encrypted and signed with the key that they got, and to nobody else', async () => {
  const browsers = [await browserOf(ada), await browserOf(ada)];
  const others = [await browserOf(bob), await browserOf(zoe)];
  const id = await harness.notify(ada, { subject: 'Report', message: 'Ready. ä', priority: 'high', extension_id: 'reports' });
  await harness.settle();
  const said = { notification_id: id, source: 'reports', subject: 'Report', message: 'Ready. ä', priority: 'high' };
  expect([...browsers, ...others].map(({ pushed }) => pushed)).toEqual([[said], [said], [], []]);
  expect(service.faults).toEqual([]);
  for (const user of [ada, zoe]) {
    const { public_key } = await harness.call(channels.getPushKey, user, {});
    expect([...service.signedBy]).toEqual([public_key]);
  }
  expect(service.asked[0]).toMatchObject({ urgency: 'high', ttl: '86400', topic: id.replace('ntf_', ''), 'content-encoding': 'aes128gcm' });
});

it('the largest notification fits', async () => {
  const browser = await browserOf(ada);
  await harness.notify(ada, { message: '\u0001ä'.repeat(2_000), subject: '\u0001'.repeat(200) });
  await harness.settle();
  expect(browser.pushed).toHaveLength(1);
  expect(String(browser.pushed[0]?.['message']).length).toBeGreaterThan(200);
});

it('a subscription that its push service does not know is removed, and the others are kept', async () => {
  const browser = await browserOf(ada);
  for (const status of [404, 410]) {
    await browserOf(ada);
    service.answers = [status, status];
    await harness.notify(ada);
    await harness.settle();
    expect(await subscriptions()).toBe(0);
    await subscribe(ada, browser.subscription);
  }
  service.answers = [400];
  await harness.notify(ada);
  await harness.settle();
  expect([await subscriptions(), service.asked.length]).toEqual([1, 5]);
});

it('a push is tried again when the push service fails, also if another browser has its own already', async () => {
  const browsers = [await browserOf(ada), await browserOf(ada)];
  service.answers = [500, 201, 429, 503];
  await harness.notify(ada, { message: 'Again.' });
  await harness.settle();
  expect(browsers.map(({ pushed }) => pushed.length)).toEqual([1, 1]);
  expect(service.asked).toHaveLength(5);
});

it('a redirect is not followed', async () => {
  await browserOf(ada);
  service.answers = [307];
  await harness.notify(ada);
  await waitUntil('the push', () => service.asked.length);
  expect(service.asked).toHaveLength(1);
  await harness.query('delete from push_subscription');
  await harness.query(`update run set due_at = now() where ended_at is null`);
});

it('an address that is not public is not connected to, and removed', async () => {
  await harness.restart({ SKEP_OUTBOUND_ALLOW: '' });
  const browser = await browserOf(ada);
  await subscribe(ada, { ...browser.subscription, endpoint: 'https://10.0.0.1/secret' });
  await harness.notify(ada);
  await waitUntil('the removal', async () => (await subscriptions()) === 0);
  expect(service.asked).toEqual([]);
  await harness.restart({ SKEP_OUTBOUND_ALLOW: '127.0.0.0/8' });
});

it('a browser belongs to the user who subscribed it last, and only they unsubscribe it', async () => {
  const browser = await browserOf(zoe);
  await subscribe(ada, browser.subscription);
  const { endpoint } = browser.subscription;
  for (const other of [bob, zoe]) await harness.call(channels.unsubscribePush, other, { endpoint });
  await harness.notify(zoe);
  await harness.notify(ada, { message: 'For Ada.' });
  await harness.settle();
  expect(browser.pushed).toMatchObject([{ message: 'For Ada.' }]);
  // The next try of a push finds the browser with another user.
  service.answers = [500];
  const { length } = service.asked;
  await harness.notify(ada, { message: 'Late.' });
  await waitUntil('the failure', () => service.asked.length > length);
  await subscribe(bob, browser.subscription);
  await harness.settle();
  expect(browser.pushed).toHaveLength(1);
  await subscribe(ada, browser.subscription);
  expect(await harness.call(channels.unsubscribePush, ada, { endpoint })).toEqual({ subscribed: false });
  expect(await subscriptions()).toBe(0);
});

it('a user has at most 20 browsers: the oldest make room', async () => {
  const browsers: Browser[] = [];
  for (let n = 0; n < 22; n++) browsers.push(await browserOf(ada));
  await harness.notify(ada);
  await harness.settle();
  expect(browsers.map(({ pushed }) => pushed.length)).toEqual([0, 0, ...Array<number>(20).fill(1)]);
});

it('keys with which nothing can be encrypted, and addresses without TLS, are refused', async () => {
  const { endpoint, keys } = service.browser().subscription;
  const point = Buffer.from(keys.p256dh, 'base64url');
  point[64]! ^= 1;
  const faulty = [
    ...[
      { endpoint: 'http://example.com/x', keys },
      { endpoint: 'ftp://example.com', keys },
      { endpoint: 'https://', keys },
    ],
    ...[
      { endpoint, keys: { ...keys, p256dh: 'x' } },
      { endpoint, keys: { ...keys, p256dh: point.toString('base64url') } },
    ],
    { endpoint, keys: { ...keys, auth: 'AAAA' } },
  ];
  for (const subscription of faulty) expect(await codeOf(subscribe(ada, subscription))).toBe('invalid_input');
  expect(await subscriptions()).toBe(0);
});

it('the private key and the addresses are in no table as text', async () => {
  const { subscription } = await browserOf(ada);
  const rows = await Promise.all(
    ['push_subscription', 'vapid_key', 'run', 'outbox', 'idempotency'].map((table) =>
      harness.query(`select t::text as row from ${table} t`),
    ),
  );
  const stored = JSON.stringify(rows);
  for (const form of [subscription.endpoint, Buffer.from(subscription.endpoint).toString('hex'), subscription.keys.auth])
    expect(stored).not.toContain(form);
});

it('an erased user gets no pushes', async () => {
  await browserOf(bob);
  await harness.publish(auth.userErased, { tenant_id: bob.tenant, user_id: bob.user });
  await waitUntil('the erasure', async () => !(await subscriptions()));
});
