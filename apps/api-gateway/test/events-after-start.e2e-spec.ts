import { type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

let skep: Skep;
let ada: TestUser;
beforeAll(async () => {
  skep = await startSkep({ split: true });
  ada = await skep.signUpUser();
});
afterAll(() => skep?.close());

it('a gateway that has just started opens event streams only when it knows the head of the feed, and then misses no event', async () => {
  await skep.killApp('kernel');
  const { url } = await skep.startGateway();
  const stop = new AbortController();
  const open = () => fetch(`${url}/v1/events/stream`, { headers: { authorization: `Bearer ${ada.access}` }, signal: stop.signal });

  const tooEarly = await open();
  expect([tooEarly.status, tooEarly.headers.get('retry-after')]).toEqual([503, '1']);

  await skep.startApp('kernel');
  const stream = await waitUntil('a stream', async () => {
    const answer = await open();
    return answer.ok ? answer : undefined;
  });
  const body = { scope: 'test', action: 'ping', user_id: ada.id, data: { n: 1 } };
  await skep.http('POST', '/v1/internal/events/publish', { headers: { 'x-service-token': skep.serviceToken }, body });
  let text = '';
  for await (const chunk of stream.body!) {
    text += Buffer.from(chunk).toString();
    if (text.includes('test.ping')) break;
  }
  expect(text).toContain('"n":1');
  stop.abort();
});
