import { type Skep, startSkep, startWhatsAppCloud, type TestUser, waitUntil, type WhatsAppCloud } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';

const MAX = 3 * 1024 * 1024;
const SECRET = 'heylo-secret';

let skep: Skep;
let whatsapp: WhatsAppCloud;
let ada: TestUser;
let bob: TestUser;

beforeAll(async () => {
  whatsapp = await startWhatsAppCloud();
  const { access_token, phone_number_id, app_secret, verify_token } = whatsapp.credentials;
  skep = await startSkep({
    env: {
      ...{ WHATSAPP_API_BASE: whatsapp.url, WHATSAPP_TOKEN: access_token, WHATSAPP_PHONE_NUMBER_ID: phone_number_id },
      ...{ WHATSAPP_APP_SECRET: app_secret, WHATSAPP_VERIFY_TOKEN: verify_token, HEYLO_WEBHOOK_SECRET: SECRET },
    },
  });
  [ada, bob] = [await skep.signUpUser(), await skep.signUpUser()];
});
afterAll(() => Promise.all([skep?.close(), whatsapp?.close()]));

const ask = async (method: string, path: string, body?: object, who = ada) =>
  skep.http(method, path, { token: who.access, ...(body && { body }) });
const meta = (body: string, headers = whatsapp.sign(body).headers) =>
  fetch(`${skep.url}/whatsapp_webhooks`, { method: 'POST', headers, body });

describe('the webhook of WhatsApp', () => {
  it('gives the challenge back as text to who knows the token', async () => {
    const handshake = (more: object) => {
      const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'verify-1', 'hub.challenge': '<b>1158201444</b>', ...more };
      return fetch(`${skep.url}/whatsapp_webhooks?${new URLSearchParams(query).toString()}`);
    };
    const answer = await handshake({});
    expect([answer.status, await answer.text()]).toEqual([200, '<b>1158201444</b>']);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    const others = [{ 'hub.verify_token': 'x' }, { 'hub.mode': 'x' }, { 'hub.challenge': '' }];
    expect(await Promise.all(others.map(async (more) => (await handshake(more)).status))).toEqual([403, 400, 400]);
  });

  it('takes up to 3 MiB, byte for byte, and no more', async () => {
    const fill = (bytes: number) => {
      const empty = JSON.stringify({ object: 'whatsapp_business_account', entry: [], pad: '' });
      // A quotation mark has two bytes in JSON.
      return empty.replace('""', `"${'\\"'.repeat(500_000)}${'x'.repeat(bytes - Buffer.byteLength(empty) - 1_000_000)}"`);
    };
    const [most, more] = [fill(MAX), fill(MAX + 1)];
    expect(Buffer.byteLength(most)).toBe(MAX);
    expect((await meta(most)).status).toBe(200);
    expect((await meta(most, whatsapp.sign(`${most} `).headers)).status).toBe(401);
    expect((await meta(more)).status).toBe(413);
  });

  it('refuses what is not signed, and what is signed and no JSON', async () => {
    expect((await meta('{}', { 'content-type': 'application/json', 'x-hub-signature-256': '' })).status).toBe(401);
    expect((await meta('hello')).status).toBe(400);
    expect(await (await meta('{}')).json()).toEqual({});
  });
});

it('a number is linked by a code from its chat, listed without its digits, and unlinked', async () => {
  const number = '15550102030';
  await meta(whatsapp.request([whatsapp.message(number, 'Hello')]).body.toString());
  await waitUntil('the code', () => whatsapp.sent.length);
  const [code] = /\b\w{4}-\w{4}\b/.exec(whatsapp.sent[0]!.text)!;
  const linked = await ask('POST', '/channel_associations', { code });
  expect(linked).toMatchObject({ status: 201, json: { channel: 'whatsapp', status: 'confirmed', external_user_masked: '•••• 2030' } });
  expect((await ask('POST', '/whatsapp_associations', { code, phone: number })).status).toBe(200);
  expect((await ask('POST', '/channel_associations', { code }, bob)).status).toBe(410);
  expect((await ask('POST', '/channel_associations', { code: 'ZZZZ-ZZZZ' }, bob)).status).toBe(404);
  const listed = await ask('GET', '/channel_associations');
  expect(JSON.parse(listed.text)).toMatchObject([{ id: linked.json['id'] }]);
  expect(listed.text).not.toContain(number);
  const path = `/channel_associations/${String(linked.json['id'])}`;
  expect((await ask('DELETE', path, undefined, bob)).status).toBe(404);
  expect([(await ask('DELETE', path)).status, (await ask('DELETE', path)).status]).toEqual([204, 404]);
});

it('an Idempotency-Key names one code, and another request under it is refused', async () => {
  const make = (channel: string) =>
    skep.http('POST', '/channel_associations/link-codes', { token: ada.access, body: { channel }, headers: { 'idempotency-key': 'k1' } });
  const [one, again] = [await make('whatsapp'), await make('whatsapp')];
  expect(one).toMatchObject({ status: 200, json: { deep_link: expect.stringContaining('https://wa.me/15550783881?text=') } });
  expect(again.json).toEqual(one.json);
  expect((await make('telegram')).status).toBe(409);
});

it('references of messages come from services, as a list, as one, or by name', async () => {
  const reference = {
    ...{
      channel: 'whatsapp',
      conversation_id: 'c',
      internal_message_id: 'm',
      external_message_id: 'wamid.1',
      sent_at: '2026-06-21T09:30:00Z',
    },
  };
  const send = (body: object, headers: Record<string, string>) =>
    fetch(`${skep.url}/channels/message-references`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const asBridge = async (body: object) => (await send(body, { 'x-service-token': skep.serviceToken })).status;
  expect((await send(reference, {})).status).toBe(401);
  expect((await send(reference, { authorization: `Bearer ${ada.access}` })).status).toBe(403);
  for (const body of [reference, [reference], { references: [reference] }]) expect(await asBridge(body)).toBe(404);
  expect(await asBridge([])).toBe(200);
  for (const body of [{}, [{}], Array<object>(101).fill(reference)]) expect(await asBridge(body)).toBe(422);
});

it('Heylo delivers with its signature', async () => {
  const body = JSON.stringify({ id: 'evt-1', type: 'message.created', data: {} });
  const at = Math.floor(Date.now() / 1_000);
  const v1 = createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex');
  const deliver = (signature: string, sent = body) =>
    fetch(`${skep.url}/heylo_webhooks`, { method: 'POST', headers: { 'x-heylo-signature': signature }, body: sent });
  expect((await deliver(`t=${at},v1=${v1}`)).status).toBe(200);
  expect((await deliver(`t=${at},v1=${v1}`, `${body} `)).status).toBe(401);
});

it('a device token is new once, and devices need Firebase', async () => {
  const refused = await ask('POST', '/notifications/tokens', { token: 'a', platform: 'ios', device_id: 'd', app_version: '1' });
  expect(refused).toMatchObject({ status: 503, json: { code: 'not_configured', detail: expect.stringContaining('FIREBASE_CREDENTIALS') } });
  expect((await ask('DELETE', '/notifications/tokens/a:b%2Fc')).status).toBe(204);
});

it('preferences are kept, and a notification is opened by its person only', async () => {
  const wanted = { channels: { push: true, whatsapp: false, email: false }, quiet_hours: { start: '22:00', end: '07:00' }, topics: {} };
  expect(await ask('PUT', '/notifications/preferences', wanted)).toMatchObject({ status: 200, json: wanted });
  expect((await ask('GET', '/notifications/preferences')).json).toMatchObject(wanted);
  expect((await ask('PUT', '/notifications/preferences', { channels: { push: 'sometimes' } })).status).toBe(422);
  expect((await ask('POST', '/notifications/ntf_nothing/opened', {})).status).toBe(404);
});
