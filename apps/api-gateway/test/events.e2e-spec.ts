import { type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

interface Event {
  id?: string;
  type: string;
  payload: { data?: { n?: number } };
}

let skep: Skep;
let ada: TestUser;
let bob: TestUser;

beforeAll(async () => {
  skep = await startSkep();
  [ada, bob] = await Promise.all([skep.signUpUser(), skep.signUpUser()]);
});
afterAll(() => skep?.close());

async function open(person: TestUser, { headers = {}, query = '' }: { headers?: Record<string, string>; query?: string } = {}) {
  const stop = new AbortController();
  const authorization = query.includes('token=') ? {} : { authorization: `Bearer ${person.access}` };
  const answer = await fetch(`${skep.url}/v1/events/stream${query}`, { headers: { ...authorization, ...headers }, signal: stop.signal });
  const events: Event[] = [];
  const state = { ended: false, text: '' };
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      state.text += decoder.decode(chunk, { stream: true });
      const blocks = state.text.split('\n\n');
      events.length = 0;
      for (const block of blocks.slice(0, -1)) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data) events.push({ id: /^id: (.*)$/m.exec(block)?.[1], ...(JSON.parse(data) as Event) });
      }
    }
  };
  void read().then(
    () => (state.ended = true),
    () => undefined,
  );
  const numbers = () => events.filter(({ type }) => type === 'test.ping').map(({ payload }) => payload.data?.n);
  return { status: answer.status, headers: answer.headers, events, state, numbers, close: () => stop.abort() };
}

const publish = (n: number, user_id: string) =>
  skep.http('POST', '/v1/internal/events/publish', {
    headers: { 'x-service-token': skep.serviceToken },
    body: { scope: 'test', action: 'ping', user_id, data: { n } },
  });

describe('the event stream', () => {
  it('sends users their own events only', async () => {
    const [mine, theirs] = await Promise.all([open(ada), open(bob)]);
    expect(mine.headers.get('content-type')).toMatch('text/event-stream');
    await publish(1, ada.id);
    await publish(2, bob.id);
    await publish(3, '');
    await waitUntil('both streams', () => mine.numbers().includes(3) && theirs.numbers().includes(3));
    expect([mine.numbers(), theirs.numbers()]).toEqual([
      [1, 3],
      [2, 3],
    ]);
    expect(mine.state.text).toMatch(/^retry: \d+\n\n/);
    mine.close();
    theirs.close();
  });

  it('resumes without loss or repetition, by header or query', async () => {
    const first = await open(ada);
    await publish(10, ada.id);
    const { id } = await waitUntil('the first event', () => first.events.find(({ payload }) => payload.data?.n === 10));
    first.close();
    for (const n of [11, 12]) await publish(n, ada.id);
    for (const resumed of [
      await open(ada, { headers: { 'last-event-id': id! } }),
      await open(ada, { query: `?last_event_id=${id}&token=${ada.access}` }),
    ]) {
      await publish(13, ada.id);
      await waitUntil('the live event', () => resumed.numbers().includes(13));
      expect(resumed.numbers().slice(0, 3)).toEqual([11, 12, 13]);
      resumed.close();
    }
  });

  it.each(['999999999', 'nonsense', '-1'])('sends stream_reset for the id %s, then live events', async (id) => {
    const stream = await open(ada, { headers: { 'last-event-id': id } });
    await waitUntil('the reset', () => stream.events[0]?.type === 'stream_reset');
    await publish(20, ada.id);
    await waitUntil('the live event', () => stream.numbers().includes(20));
    stream.close();
  });

  it('is 401 without a token and with an invalid one', async () => {
    expect((await skep.http('GET', '/v1/events/stream')).status).toBe(401);
    expect((await skep.http('GET', '/v1/events/stream?token=a.b.c')).status).toBe(401);
  });

  it('ends when its session is logged out', async () => {
    const carol = await skep.signUpUser();
    const stream = await open(carol);
    await skep.http('POST', '/v1/auth/logout', { body: { refresh_token: carol.refresh } });
    // Before the next check of all streams, which is every 15 seconds.
    await waitUntil('the stream to end', () => stream.state.ended, 5_000);
    expect((await skep.http('GET', '/v1/auth/me', { token: carol.access })).status).toBe(401);
  });

  it('sends calls and balance changes as they happen', async () => {
    const stream = await open(ada);
    await skep.http('POST', '/v1/extensions/billing/call', { token: ada.access, body: { user_id: ada.id, function: 'get_balance' } });
    await waitUntil('the call', () => stream.events.find(({ type }) => type === 'billing.get_balance'));
    const { json } = await skep.http('POST', '/v1/billing/topup', { token: ada.access, body: { tokens: 20000, price_cents: 2000 } });
    await skep.http('POST', '/v1/billing/topup/confirm', {
      headers: { 'x-service-token': skep.serviceToken },
      body: { payment_intent_id: String(json['payment_intent_id']) },
    });
    await waitUntil('the credit', () => stream.events.find(({ payload }) => JSON.stringify(payload).includes('topup')));
    stream.close();
  });
});
