import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Outbound } from '@skep/platform';
import { freePort, type SlackWorkspace, startSlackWorkspace, waitUntil } from '@skep/testkit';
import { type Delivery, InvalidSignature, Refused } from '../adapter.js';
import { SlackAdapter } from './slack.js';

let slack: SlackWorkspace;
let adapter: SlackAdapter;
const outbound = new Outbound('127.0.0.1/32');
const signal = new AbortController().signal;

beforeAll(async () => {
  slack = await startSlackWorkspace();
  adapter = new SlackAdapter(slack.url, outbound);
});
afterEach(() => {
  jest.useRealTimers();
  Object.assign(slack, { mood: undefined, sent: [], acknowledged: [] });
});
afterAll(async () => {
  await slack?.close();
  await outbound.close();
});
const send = (chat_id = 'D1', text = 'Yes.', until = signal) =>
  adapter.send(slack.credentials, { chat_id, text }, until).catch((error: unknown) => error);

it('credentials are those of a bot; wrong ones are refused', async () => {
  expect(await adapter.identify(slack.credentials, signal)).toEqual({ id: 'U0BEE', name: 'bee' });
  await expect(adapter.identify({ ...slack.credentials, bot_token: 'x' }, signal)).rejects.toMatchObject({ retryAfterMs: undefined });
  await expect(adapter.identify({ bot_token: 'xoxb-1' }, signal)).rejects.toThrow('Slack needs a signing_secret');
  const nowhere = new SlackAdapter(`http://127.0.0.1:${await freePort()}`, outbound);
  await expect(nowhere.identify(slack.credentials, signal)).rejects.toMatchObject({ retryAfterMs: 5_000 });
});

describe('a message that is sent', () => {
  it('goes to its thread, mentions nobody, and opens no address', async () => {
    expect(await send('C1:1700000000.000100', 'Look, <!channel>: https://example.com/?a=1&b=2')).toBe('1700000000.000001');
    expect(slack.sent).toEqual([
      {
        ...{ channel: 'C1', thread_ts: '1700000000.000100', unfurl_links: false, unfurl_media: false },
        text: 'Look, &lt;!channel&gt;: https://example.com/?a=1&amp;b=2',
      },
    ]);
    await send('D1');
    expect(slack.sent[1]).not.toHaveProperty('thread_ts');
  });

  it('is tried again when Slack says, and never if it is refused', async () => {
    slack.mood = 'limited';
    expect(await send()).toMatchObject({ retryAfterMs: 7_000 });
    slack.mood = 'refusing';
    const error = await send();
    expect(error).toBeInstanceOf(Refused);
    expect(error).toMatchObject({ message: 'Slack: channel_not_found', retryAfterMs: undefined });
  });

  it('may have arrived if Slack fails, or gives no answer', async () => {
    slack.mood = 'failing';
    expect(await send()).not.toBeInstanceOf(Refused);
    slack.mood = 'silent';
    expect(await send('D1', 'Yes.', AbortSignal.timeout(200))).not.toBeInstanceOf(Refused);
    expect(slack.sent).toHaveLength(2);
  });
});

describe('an event', () => {
  const messagesOf = (event: object) => adapter.read(slack.credentials, slack.request(event)).delivery.messages;

  it('brings a direct message, with its characters as they were written', () => {
    const { delivery, answer } = adapter.read(slack.credentials, slack.request(slack.message('1 &lt; 2 &amp; 3', { ts: '17.01' })));
    expect(answer).toEqual({ status: 200, type: 'text/plain', body: '' });
    expect(delivery).toEqual({
      messages: [
        {
          ...{ message_id: '17.01', text: '1 < 2 & 3', is_to_bot: true, sender: { id: 'U1', name: 'U1' } },
          chat: { id: 'D1', type: 'direct', name: 'U1' },
        },
      ],
      receipts: [],
    });
  });

  it('brings a mention in a channel, of which each thread is a chat', () => {
    const mention = { type: 'app_mention', channel: 'C1', channel_type: 'channel' };
    const [first] = messagesOf(slack.message('<@U0BEE> hello', { ...mention, ts: '17.01' }));
    expect(first).toMatchObject({ text: 'hello', is_to_bot: true, chat: { id: 'C1:17.01', group: 'C1', type: 'group' } });
    const [second] = messagesOf(slack.message('and <@U0BEE>?', { ...mention, ts: '17.02', thread_ts: '17.01' }));
    expect(second).toMatchObject({ message_id: '17.02', chat: { id: 'C1:17.01' }, reply_to: '17.01' });
    // The same message once more, as an app that is subscribed to both gets it.
    const [again] = messagesOf(slack.message('<@U0BEE> hello', { ...mention, type: 'message', ts: '17.01' }));
    expect(again).toEqual(first);
    const [others] = messagesOf(slack.message('hello, all', { ...mention, type: 'message' }));
    expect(others).toMatchObject({ is_to_bot: false });
  });

  it('brings nothing of bots, of the bot itself, and of what is no message', () => {
    const odd = [{ bot_id: 'B1' }, { user: 'U0BEE' }, { subtype: 'message_changed' }, { subtype: 'channel_join' }];
    const more = [{ type: 'reaction_added' }, { text: ' <@U0BEE> ' }, { user: 7 }, { ts: undefined }];
    for (const fields of [...odd, ...more]) expect(messagesOf(slack.message('hello', fields))).toEqual([]);
    for (const body of ['{}', '{"type":"event_callback"}', '{"type":"event_callback","event":[]}'])
      expect(adapter.read(slack.credentials, slack.sign(body)).delivery.messages).toEqual([]);
  });

  it('is answered with the challenge if Slack makes sure of the address', () => {
    const { answer } = adapter.read(slack.credentials, slack.sign('{"type":"url_verification","challenge":"3eZbrw1a"}'));
    expect(answer).toEqual({ status: 200, type: 'text/plain', body: '3eZbrw1a' });
  });
});

describe('a request', () => {
  it('without the signature of the app is refused, before it is read', () => {
    const request = slack.request(slack.message('hello'));
    for (const signature of ['', 'v0=', `v0=${'0'.repeat(64)}`, request.headers['x-slack-signature']?.replace('v0', 'v1') ?? '']) {
      const headers = { ...request.headers, 'x-slack-signature': signature };
      expect(() => adapter.read(slack.credentials, { ...request, headers })).toThrow(InvalidSignature);
    }
    expect(() => adapter.read(slack.credentials, { ...request, body: Buffer.from('x') })).toThrow(InvalidSignature);
    expect(() => adapter.read({ bot_token: 'xoxb-1' }, request)).toThrow(InvalidSignature);
    expect(() => adapter.read(slack.credentials, slack.sign('no JSON'))).toThrow('The body should be a JSON object');
  });

  it('that was signed more than five minutes ago is refused', () => {
    const now = Math.floor(Date.now() / 1_000);
    for (const at of [now - 310, now + 310]) expect(() => adapter.read(slack.credentials, slack.sign('{}', at))).toThrow(InvalidSignature);
    expect(adapter.read(slack.credentials, slack.sign('{}', now - 290)).answer.status).toBe(200);
  });

  it('has the signature of the documentation', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const headers = {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    };
    jest.useFakeTimers({ now: 1_531_420_618_000 });
    const request = { method: 'POST' as const, headers, query: {}, body: Buffer.from(body) };
    expect(() => adapter.read(slack.credentials, request)).toThrow('The body should be a JSON object');
  });
});

describe('a socket', () => {
  /** Listens until the test ends. `error` is why it stopped before. */
  function listen(store?: (delivery: Delivery) => Promise<void>) {
    const stop = new AbortController();
    const heard: string[] = [];
    const keep = async (delivery: Delivery) => {
      await store?.(delivery);
      heard.push(...delivery.messages.map(({ text }) => text));
    };
    const credentials = { ...slack.credentials, app_token: slack.app_token };
    const ended = adapter.listen(credentials, undefined, keep, stop.signal).then(
      () => 'stopped',
      (error: unknown) => error,
    );
    return { heard, ended, stop: () => (stop.abort(), ended) };
  }
  const isOpen = () => waitUntil('the socket', () => slack.sockets() === 1);

  it('is for credentials with an app token', () => {
    expect([adapter.isListening(slack.credentials), adapter.isListening({ app_token: 'xapp-1' })]).toEqual([false, true]);
  });

  it('brings messages, which are acknowledged once they are stored', async () => {
    let isStored = (): void => undefined;
    const stored = new Promise<void>((resolve) => (isStored = resolve));
    const { heard, stop } = listen(() => stored);
    await isOpen();
    const id = slack.deliver(slack.message('hello'));
    const second = slack.deliver(slack.message('hello again'));
    // Read on the first way there; an acknowledgement would be here after the second.
    await slack.roundTrip();
    await slack.roundTrip();
    expect(slack.acknowledged).toEqual([]);
    isStored();
    await waitUntil('both acknowledgements', () => slack.acknowledged.length === 2);
    expect([slack.acknowledged, heard]).toEqual([
      [id, second],
      ['hello', 'hello again'],
    ]);
    expect(await stop()).toBe('stopped');
    await waitUntil('the end of the socket', () => slack.sockets() === 0);
  });

  it('that was not acknowledged brings its message again on the next connection', async () => {
    const first = listen(() => Promise.reject(new Error('no database')));
    await isOpen();
    slack.deliver(slack.message('hello'));
    expect(await first.ended).toMatchObject({ message: 'no database' });
    const second = listen();
    await waitUntil('its acknowledgement', () => slack.acknowledged.length === 1);
    await second.stop();
    expect([second.heard, slack.acknowledged.length]).toEqual([['hello'], 1]);
  });

  it('that breaks, or that Slack ends at once, is an error; one that is turned off is refused', async () => {
    const broken = listen();
    await isOpen();
    slack.deliver(slack.message('hello'));
    await waitUntil('the message', () => broken.heard.length === 1);
    slack.breakSockets();
    expect(await broken.ended).toMatchObject({ code: 1006 });
    const ends: [string, string][] = [
      ['refresh_requested', 'Slack ended the connection at once (refresh_requested).'],
      ['link_disabled', 'Socket mode is turned off in the settings of the app at Slack.'],
    ];
    for (const [reason, message] of ends) {
      const ended = listen();
      await isOpen();
      slack.disconnect(reason);
      expect(await ended.ended).toMatchObject({ message });
      await waitUntil('the end of the socket', () => slack.sockets() === 0);
    }
    await expect(adapter.listen({ app_token: 'x' }, undefined, async () => undefined, signal)).rejects.toThrow(Refused);
  });

  it('is not opened at an address on the inside that Slack names', async () => {
    const strict = new Outbound('');
    const inside = new SlackAdapter(slack.url, strict);
    await expect(inside.listen({ app_token: slack.app_token }, undefined, async () => undefined, signal)).rejects.toThrow(
      'is not a public address',
    );
    await strict.close();
  });
});
