import { channels } from '@skep/contracts/channels';
import { asAnonymous, codeOf, problemOf, type ServiceHarness, startService } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { start } from '../src/main.js';

const SECRET = 'heylo-secret';
const env = { HEYLO_WEBHOOK_SECRET: SECRET };
let harness: ServiceHarness;
beforeAll(async () => {
  harness = await startService('channels', start, { env });
});
afterAll(() => harness?.close());
beforeEach(() => harness.query('delete from heylo_event'));

let count = 0;
const event = (more: object = {}) =>
  JSON.stringify({ id: `evt-${++count}`, type: 'message.created', community_id: 'c1', data: { text: 'Hello bees' }, ...more });
const now = () => Math.floor(Date.now() / 1_000);
const hex = (raw: string, secret = SECRET, at = now()) => createHmac('sha256', secret).update(`${at}.${raw}`).digest('hex');
const sign = (raw: string, secret = SECRET, at = now()) => ({ 'x-heylo-signature': `t=${at},v1=${hex(raw, secret, at)}` });
const deliver = (raw: string, headers: Record<string, string> = sign(raw)) =>
  harness.call(channels.receiveFromHeylo, asAnonymous(), { method: 'POST', headers, query: {}, body: Buffer.from(raw).toString('base64') });
const kept = async () => (await harness.query('select id from heylo_event')).length;

it('an event is stored once, also of an unknown type, and without its words as text', async () => {
  const raw = event();
  await Promise.all([deliver(raw), deliver(raw), deliver(raw)]);
  expect(await deliver(event({ type: 'moon.rose' }))).toMatchObject({ status_code: 200, body: '{}' });
  expect(await kept()).toBe(2);
  expect(JSON.stringify(await harness.query('select e::text as row from heylo_event e'))).not.toContain('Hello bees');
});

it('a request without a valid signature of the last five minutes is refused', async () => {
  const raw = event();
  const signed = sign(raw)['x-heylo-signature'];
  const refused = [
    ...[
      {},
      { 'x-heylo-signature': '' },
      sign(raw, 'x'),
      sign(raw, SECRET, now() - 3_600),
      sign(raw, SECRET, now() + 3_600),
      sign(`${raw} `),
    ],
    ...[{ 'x-heylo-signature': signed.replace(/t=\d+/, `t=${now() - 1}`) }, { 'x-heylo-signature': signed.replace(/v1=.*/, 'v1=ab') }],
    ...[{ authorization: `Bearer ${SECRET}` }],
  ] as Record<string, string>[];
  for (const headers of refused) expect(await codeOf(deliver(raw, headers))).toBe('invalid_channel_signature');
  expect(await kept()).toBe(0);
  const second = `t=${now()},v1=${'0'.repeat(64)},v1=${hex(raw)}`;
  expect(await deliver(raw, { 'x-heylo-signature': second })).toMatchObject({ status_code: 200 });
});

it('what is signed and no event is refused', async () => {
  for (const raw of ['hello', '[]', '{}', event({ id: 5 }), event({ id: 'x'.repeat(201) }), event({ type: '' })])
    expect(await codeOf(deliver(raw))).toBe('invalid_input');
});

it('the operator chooses how Heylo proves who it is, and may change the secret', async () => {
  const raw = event();
  await harness.restart({ HEYLO_WEBHOOK_SECRET: `new,${SECRET}`, HEYLO_WEBHOOK_SIGNATURE_HEADER: 'X-Sent-By' });
  expect(await deliver(raw, { 'x-sent-by': sign(raw)['x-heylo-signature'] })).toMatchObject({ status_code: 200 });
  await harness.restart({ ...env, HEYLO_WEBHOOK_SIGNATURE_MODE: 'bearer' });
  expect(await deliver(raw, { authorization: `Bearer ${SECRET}` })).toMatchObject({ status_code: 200 });
  for (const headers of [sign(raw), { authorization: 'Bearer x' }, {}] as Record<string, string>[])
    expect(await codeOf(deliver(raw, headers))).toBe('invalid_channel_signature');
  await harness.restart({ HEYLO_WEBHOOK_SECRET: 'user:password', HEYLO_WEBHOOK_SIGNATURE_MODE: 'basic' });
  const authorization = `Basic ${Buffer.from('user:password').toString('base64')}`;
  expect(await deliver(raw, { authorization })).toMatchObject({ status_code: 200 });
  expect(await codeOf(deliver(raw, { authorization: 'Basic x' }))).toBe('invalid_channel_signature');
  await harness.restart({ HEYLO_WEBHOOK_SECRET: '' });
  const refused = await problemOf(deliver(raw, sign(raw, '')));
  expect(refused.body).toMatchObject({ code: 'not_configured', detail: expect.stringContaining('HEYLO_WEBHOOK_SECRET') });
  await harness.restart(env);
});
