import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Outbound } from '@skep/platform';
import { freePort, startWhatsAppCloud, WHATSAPP_CHALLENGE, type WhatsAppCloud } from '@skep/testkit';
import { InvalidSignature, Refused } from '../adapter.js';
import { WhatsAppAdapter } from './whatsapp.js';

let cloud: WhatsAppCloud;
let adapter: WhatsAppAdapter;
const outbound = new Outbound('');
const signal = new AbortController().signal;
const MESSAGE = { chat_id: '15550001', text: 'Bees sleep at night.', reply_to: 'wamid.1' };

beforeAll(async () => {
  cloud = await startWhatsAppCloud();
  adapter = new WhatsAppAdapter(cloud.url, outbound);
});
afterEach(() => void Object.assign(cloud, { mood: undefined, sent: [] }));
afterAll(async () => {
  await cloud?.close();
  await outbound.close();
});
const send = (more = {}, until = signal) =>
  adapter.send({ ...cloud.credentials, ...more }, MESSAGE, until).catch((error: unknown) => error);

describe('credentials', () => {
  it('are those of a number, which has a name', async () => {
    expect(await adapter.identify(cloud.credentials, signal)).toEqual({ id: cloud.credentials.phone_number_id, name: 'Ada’s Bees' });
  });

  it('that are wrong are refused; a number that cannot be asked for is not wrong', async () => {
    await expect(adapter.identify({ ...cloud.credentials, access_token: 'x' }, signal)).rejects.toThrow(Refused);
    const nowhere = new WhatsAppAdapter(`http://127.0.0.1:${await freePort()}`, outbound);
    await expect(nowhere.identify(cloud.credentials, signal)).rejects.toMatchObject({ retryAfterMs: 5_000 });
  });
});

describe('a message that is sent', () => {
  it('answers the one that it is for, and shows no preview of addresses', async () => {
    const id = await send();
    expect(cloud.sent).toEqual([{ id, to: '15550001', text: MESSAGE.text, reply_to: 'wamid.1', preview: false }]);
  });

  it('is tried again later beyond a limit of rate, and never if it is refused', async () => {
    cloud.mood = 'limited';
    expect(await send()).toMatchObject({ retryAfterMs: 15_000 });
    cloud.mood = 'refusing';
    expect(await send()).toEqual(expect.objectContaining({ message: 'WhatsApp: (#131047) Re-engagement message' }));
    expect(await send()).toBeInstanceOf(Refused);
    expect(await send()).not.toMatchObject({ retryAfterMs: expect.any(Number) });
  });

  it('may have arrived if Meta fails, or gives no answer', async () => {
    cloud.mood = 'failing';
    expect(await send()).not.toBeInstanceOf(Refused);
    cloud.mood = 'silent';
    const until = AbortSignal.timeout(200);
    expect(await send({}, until)).not.toBeInstanceOf(Refused);
    expect(cloud.sent).toHaveLength(2);
  });

  it('has surely not arrived without a connection', async () => {
    const nowhere = new WhatsAppAdapter(`http://127.0.0.1:${await freePort()}`, outbound);
    await expect(nowhere.send(cloud.credentials, MESSAGE, signal)).rejects.toMatchObject({ retryAfterMs: 5_000 });
  });

  it('names no credentials in its errors', async () => {
    const errors = [await send({ access_token: 'very-secret' }), await send({ phone_number_id: 'secret-number' })];
    expect(errors.map(String).join()).not.toContain('secret');
  });
});

describe('a request', () => {
  const read = (request: ReturnType<WhatsAppCloud['sign']>, credentials: Record<string, string> = cloud.credentials) =>
    adapter.read(credentials, request);

  it('brings several messages, also answers to others, buttons and captions', () => {
    const messages = [
      cloud.message('15550001', 'One', { id: 'wamid.1' }),
      cloud.message('15550002', '', { id: 'wamid.2', type: 'interactive', interactive: { button_reply: { id: 'b', title: 'Yes' } } }),
      cloud.message('15550001', '', { id: 'wamid.3', type: 'image', image: { id: 'm', caption: 'A hive' }, context: { id: 'wamid.0' } }),
      cloud.message('15550001', '', { type: 'button', button: { text: 'Stop', payload: 'stop' }, id: 'wamid.4' }),
    ];
    const { delivery, answer } = read(cloud.request(messages));
    expect(answer).toEqual({ status: 200, type: 'application/json', body: '{}' });
    const person = { id: '15550001', name: 'Person 15550001' };
    expect(delivery.messages[0]).toEqual({
      ...{ message_id: 'wamid.1', text: 'One', is_to_bot: true, sender: person },
      chat: { ...person, type: 'direct' },
    });
    expect(delivery.messages.map(({ sender, text, reply_to }) => [sender.id, text, reply_to])).toEqual([
      ['15550001', 'One', undefined],
      ['15550002', 'Yes', undefined],
      ['15550001', 'A hive', 'wamid.0'],
      ['15550001', 'Stop', undefined],
    ]);
  });

  it('brings what became of messages that were sent', () => {
    const errors = [{ code: 131026, title: 'Message undeliverable', error_data: { details: 'No account' } }];
    const statuses = ['sent', 'delivered', 'read', 'failed'].map((status, i) =>
      cloud.status(`wamid.${i}`, status, status === 'failed' ? { errors } : {}),
    );
    expect(read(cloud.request([], statuses)).delivery.receipts).toEqual([
      { message_id: 'wamid.1', chat_id: '15550001', status: 'delivered' },
      { message_id: 'wamid.2', chat_id: '15550001', status: 'read' },
      { message_id: 'wamid.3', chat_id: '15550001', status: 'failed', error: 'No account' },
    ]);
  });

  it('brings nothing of what is no message, of groups, and of other numbers', () => {
    const odd = [
      cloud.message('15550001', '', { type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '🐝' } }),
      cloud.message('15550001', '', { type: 'sticker', sticker: { id: '1' } }),
      cloud.message('15550001', 'To all', { group_id: 'g1' }),
      { from: 5, text: null },
    ];
    const nothing = { messages: [], receipts: [] };
    expect(read(cloud.request(odd)).delivery).toEqual(nothing);
    expect(read(cloud.request([cloud.message('15550001', 'One')], [], '999')).delivery).toEqual(nothing);
    for (const body of ['{}', '{"entry":[null,{"changes":"x"}]}', '{"__proto__":{"entry":[]}}'])
      expect(read(cloud.sign(body)).delivery).toEqual(nothing);
  });

  it('without the signature of the app is refused, before it is read', () => {
    const request = cloud.request([cloud.message('15550001', 'One')]);
    const signed = request.headers['x-hub-signature-256'];
    const bad = [undefined, '', 'sha256=', `sha256=${'0'.repeat(64)}`, signed?.replace('sha256', 'sha1'), signed?.slice(0, -1)];
    for (const signature of bad) {
      const headers = { ...request.headers, ...{ 'x-hub-signature-256': signature ?? '' } };
      expect(() => read({ ...request, headers })).toThrow(InvalidSignature);
    }
    expect(() => read({ ...request, body: Buffer.from('no JSON') })).toThrow(InvalidSignature);
    expect(() => read(request, { ...cloud.credentials, app_secret: 'another' })).toThrow(InvalidSignature);
    expect(() => read(request, { ...cloud.credentials, app_secret: '' })).toThrow(InvalidSignature);
    for (const body of ['no JSON', '[]']) expect(() => read(cloud.sign(body))).toThrow('The body should be a JSON object');
  });

  it('has the signature of the documentation of this header', () => {
    const headers = { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' };
    const credentials = { ...cloud.credentials, app_secret: "It's a Secret to Everybody" };
    const request = { method: 'POST' as const, headers, query: {}, body: Buffer.from('Hello, World!') };
    expect(() => read(request, credentials)).toThrow('The body should be a JSON object');
  });

  it('of Meta that makes sure of the address gets its challenge back, if it knows the verify token', () => {
    const { answer, delivery } = read(cloud.verification('verify-1'));
    expect([answer, delivery.messages]).toEqual([{ status: 200, type: 'text/plain', body: WHATSAPP_CHALLENGE }, []]);
    expect(() => read(cloud.verification('verify-2'))).toThrow(InvalidSignature);
    expect(() => read(cloud.verification(''), { ...cloud.credentials, verify_token: '' })).toThrow(InvalidSignature);
    const other = cloud.verification('verify-1');
    expect(() => read({ ...other, query: { ...other.query, 'hub.mode': 'unsubscribe' } })).toThrow(InvalidSignature);
  });
});
