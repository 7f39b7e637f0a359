import { createClient, isProblem } from '@skep/client';
import { type Skep, type SpeechModel, speechModel, startSkep, type TestUser } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { clientOf, publishPaidApp } from './paid-app.js';

let skep: Skep;
let ada: TestUser;
let bob: TestUser;
let speech: SpeechModel;

beforeAll(async () => {
  speech = await speechModel();
  skep = await startSkep({ env: { SKEP_STT_MODEL: 'whisper-1', SKEP_STT_URL: speech.url } });
  ({ ada, bob } = await publishPaidApp(skep, 3));
});
afterAll(async () => {
  await skep?.close();
  await speech?.close();
});

it('the typed client finds, calls and pays for an app', async () => {
  const client = clientOf(skep, bob);
  const apps = await client.browseApps({ search: 'link' });
  expect(apps.map(({ app_id, is_installed }) => [app_id, is_installed])).toEqual([['link-saver', true]]);
  const { balance } = await client.getBalance();
  const call = { app_id: 'link-saver', user_id: bob.id, function: 'save_link', params: { url: 'https://example.com', title: 'Example' } };
  const key = { idempotencyKey: 'once' };
  const [first, repeated] = [await client.callFunction(call, key), await client.callFunction(call, key)];
  expect(first.status).toBe('success');
  expect(repeated).toEqual(first);
  expect((await client.getBalance()).balance).toBe(balance - 3);
});

it('a problem of the API has its code and the fields at fault', async () => {
  const error: unknown = await clientOf(skep, bob)
    .getListing({ app_id: 'unknown-app' })
    .catch((reason: unknown) => reason);
  expect(isProblem(error, 'app_not_found')).toBe(true);
  await expect(createClient({ url: skep.url }).signup({ email: 'nobody', password: 'long enough' })).rejects.toMatchObject({
    code: 'invalid_input',
    faults: [{ loc: ['body', 'email'] }],
  });
});

it('an event of an app arrives in the stream of the client', async () => {
  const client = clientOf(skep, bob);
  const events = client.streamEvents();
  const next = events.next();
  await client.callFunction({
    app_id: 'link-saver',
    user_id: bob.id,
    function: 'save_link',
    params: { url: 'https://example.com', title: 'Again' },
  });
  expect((await next).value).toMatchObject({ id: expect.any(String), data: { payload: expect.any(Object) } });
  await events.return(undefined as never);
});

it('a session goes on after its access token has expired', async () => {
  const told: string[] = [];
  const session = { access_token: `${ada.access}x`, refresh_token: ada.refresh };
  const client = createClient({ url: skep.url, credentials: { session, onRefresh: ({ access_token }) => void told.push(access_token) } });
  const [me, balance] = await Promise.all([client.getMe(), client.getBalance()]);
  expect([me.imperal_id, balance.currency]).toEqual([ada.id, 'token']);
  expect(told).toHaveLength(1);
});

it('the rows of a list come from all its pages', async () => {
  const admin = createClient({ url: skep.url, credentials: { serviceToken: skep.serviceToken, tenant: 'default' } });
  const emails: string[] = [];
  for await (const { email } of admin.rows('listUsers', { limit: 1 })) emails.push(email);
  expect(new Set(emails)).toEqual(new Set([ada.email, bob.email, 'admin@skep.local']));
});

it('a recording is sent as a form, and comes back as text', async () => {
  const audio = new File([Buffer.from('RIFF\x24\x00\x00\x00WAVEfmt ')], 'voice.wav', { type: 'audio/wav' });
  expect(await clientOf(skep, bob).transcribe({ audio })).toEqual({ text: 'Water the plants.' });
  expect(speech.asked).toHaveLength(1);
  await expect(createClient({ url: skep.url }).transcribe({ audio })).rejects.toMatchObject({ code: 'unauthenticated' });
});
