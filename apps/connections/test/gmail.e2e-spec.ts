import { connections } from '@skep/contracts/connections';
import { asAnonymous, codeOf } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ada, bob, type ConnectionsHarness, openConnections, zoe } from './connections.js';

const AUDIENCE = 'https://skep.example/v1/webhooks/gmail';
const ACCOUNT = 'push@project.iam.gserviceaccount.com';

let harness: ConnectionsHarness;
let google: Server;
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let others: typeof keys;
let jwks: object;
let settings: Record<string, string>;

beforeAll(async () => {
  [keys, others] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] };
  google = createServer((_, response) => void response.end(JSON.stringify(jwks)));
  await new Promise<void>((listening) => google.listen(0, '127.0.0.1', listening));
  const { port } = google.address() as AddressInfo;
  settings = { GMAIL_PUSH_AUDIENCE: AUDIENCE, GMAIL_PUSH_ACCOUNT: ACCOUNT, GMAIL_PUSH_JWKS_URL: `http://127.0.0.1:${port}/certs` };
  harness = await openConnections(settings);
  for (const [who, id, email, provider, status] of [
    [ada, 'oa_1', 'Ada@Gmail.com', 'google', 'connected'],
    [bob, 'oa_2', 'bob@gmail.com', 'google', 'connected'],
    [zoe, 'oa_3', 'ada@gmail.com', 'acme', 'connected'],
    [zoe, 'oa_4', 'ada@gmail.com', 'google', 'expired'],
  ] as const)
    await harness.query(
      `insert into oauth_account (id, tenant_id, user_id, app_id, provider, client_id, subject, email, scopes, status, tokens)
       values ($1, $2, $3, 'mailer', $4, '', $1, $5, '{}', $6, '')`,
      [id, who.tenant, who.user, provider, email, status],
    );
});
afterAll(async () => {
  await harness?.close();
  google?.close();
});
beforeEach(() => harness.query(`delete from outbox where subject like '%mailboxChanged'`));

const tokenWith = (claims: object = {}, key = keys.privateKey, kid = 'k1') =>
  new SignJWT({ iss: 'https://accounts.google.com', aud: AUDIENCE, email: ACCOUNT, email_verified: true, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key);
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const bodyOf = (messageId: string, data: object = { emailAddress: 'ada@gmail.com', historyId: 17 }) =>
  base64({ message: { data: base64(data), messageId, publishTime: '2026-06-21T09:30:00Z' }, subscription: 'projects/p/subscriptions/s' });
const push = async (body: string, token?: string) =>
  harness.call(connections.receiveGmailPush, asAnonymous(), { token: token ?? (await tokenWith()), body });
const told = async () =>
  (await harness.query(`select payload from outbox where subject like '%mailboxChanged' order by id`)).map(({ payload }) => payload);

it('the user who has connected the mailbox is told once for each message', async () => {
  expect(await push(bodyOf('m1'))).toEqual({ received: true });
  expect(await push(bodyOf('m1'))).toEqual({ received: true });
  const event = { tenant_id: 'default', user_id: 'imp_u_ada', app_id: 'mailer', account_id: 'oa_1', provider: 'google', history_id: '17' };
  expect(await told()).toEqual([event]);
  await push(bodyOf('m2', { emailAddress: 'ada@gmail.com', historyId: '18' }));
  expect(await told()).toHaveLength(2);
});

it('a message about a mailbox that no one has connected gets the same answer', async () => {
  expect(await push(bodyOf('m3', { emailAddress: 'nobody@gmail.com', historyId: 1 }))).toEqual({ received: true });
  expect(await told()).toEqual([]);
});

it.each<[string, () => Promise<string>]>([
  ['that is missing', () => Promise.resolve('')],
  ['that is none', () => Promise.resolve('x.y.z')],
  ['signed with another key', () => tokenWith({}, others.privateKey)],
  ['of an unknown key', () => tokenWith({}, others.privateKey, 'k2')],
  ['for another audience', () => tokenWith({ aud: 'https://other.example' })],
  ['of another issuer', () => tokenWith({ iss: 'https://accounts.example.com' })],
  ['of another account', () => tokenWith({ email: 'other@project.iam.gserviceaccount.com' })],
  ['whose account is not verified', () => tokenWith({ email_verified: false })],
  [
    'that has expired',
    () =>
      tokenWith().then(() =>
        new SignJWT({ iss: 'https://accounts.google.com', aud: AUDIENCE, email: ACCOUNT, email_verified: true })
          .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
          .setExpirationTime(1_700_000_000)
          .sign(keys.privateKey),
      ),
  ],
])('a token %s is refused', async (_, make) => {
  expect(await codeOf(push(bodyOf('m4'), await make()))).toBe('unauthenticated');
  expect(await told()).toEqual([]);
});

it.each([
  ['', base64({})],
  ['without a mailbox', bodyOf('m5', { historyId: 1 })],
  ['without a position', bodyOf('m5', { emailAddress: 'ada@gmail.com' })],
  ['that is no JSON', Buffer.from('{').toString('base64')],
])('a message %s is refused', async (_, body) => {
  expect(await codeOf(push(body))).toBe('bad_request');
});

it('without the keys of Google nothing is taken, and Google may try again', async () => {
  jwks = { keys: 'none' };
  await harness.restart(settings);
  expect(await codeOf(push(bodyOf('m6')))).toBe('unavailable');
});

it('without settings it is not configured', async () => {
  await harness.restart({ GMAIL_PUSH_AUDIENCE: '', GMAIL_PUSH_ACCOUNT: '' });
  expect(await codeOf(push(bodyOf('m7')))).toBe('not_configured');
});
