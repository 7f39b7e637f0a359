import { auth } from '@skep/contracts/auth';
import { connections } from '@skep/contracts/connections';
import type { Ctx } from '@skep/platform';
import { asAnonymous, asService, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ada, bob, type ConnectionsHarness, openConnections, zoe } from './connections.js';
import { CLIENT, startProvider, type StrictProvider } from './provider.js';

const APP = 'mailer';
const PROVIDER = { app_id: APP, provider: 'acme' };
const OAUTH = [{ provider: 'acme', scopes: ['mail.read', 'mail.send'] }, { provider: 'unknown' }, { provider: 'google' }];
const SECRETS = ['acme_client_id', 'acme_client_secret'].map((name) => ({ name, description: 'The client.', scope: 'app' }));

let harness: ConnectionsHarness;
let provider: StrictProvider;
beforeAll(async () => {
  provider = await startProvider();
  harness = await openConnections({
    SKEP_OAUTH_PROVIDERS: provider.setting,
    SKEP_PUBLIC_URL: 'https://skep.example/',
    RETURN_TO_ALLOW: 'https://panel.example,myapp:',
  });
  for (const app_id of [APP, 'other']) {
    await harness.release(app_id, { oauth: OAUTH, secrets: SECRETS }, ada, bob, zoe);
    await harness.setOfApp(app_id, 'acme_client_id', CLIENT.id);
    await harness.setOfApp(app_id, 'acme_client_secret', CLIENT.secret);
  }
}, 60_000);
afterAll(async () => {
  await harness?.close();
  await provider?.close();
});
beforeEach(() => void Object.assign(provider, { misbehaves: undefined, lifetime: 3600, refreshes: 0 }));

const start = (ctx: Ctx, more: object = {}) => harness.call(connections.startConnection, ctx, { ...PROVIDER, ...more });
const finish = (callback: object, ctx = asAnonymous()) =>
  harness.call(connections.finishConnection, ctx, { state: '', ...PROVIDER, ...callback });
const connect = async (ctx: Ctx, subject: string, more: object = {}) =>
  finish(provider.agree((await start(ctx, more)).authorize_url, subject));
const list = (ctx: Ctx, app_id = APP) => harness.call(connections.listAccounts, ctx, { ...PROVIDER, app_id });
const accountOf = async (ctx: Ctx, subject: string) => (await list(ctx)).find(({ email }) => email === `${subject}@acme.example`)!;
const token = (ctx: Ctx, account_id: string) =>
  harness.call(connections.getProviderToken, asService('', { tenant: ctx.tenant, user: ctx.user, actor: `extension:${APP}` }), {
    ...PROVIDER,
    account_id,
  });
const expire = (account_id: string) => harness.query('update oauth_account set expires_at = now() where id = $1', [account_id]);

describe('a connection', () => {
  it('is started at the provider with PKCE, the scopes of the app and a state, and saves the account of the user', async () => {
    const { authorize_url, expires_at } = await start(ada);
    const asked = new URL(authorize_url).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      redirect_uri: 'https://skep.example/v1/ext/mailer/oauth/acme/callback',
      scope: 'mail.read mail.send',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(expires_at.getTime()).toBeGreaterThan(Date.now());
    expect(await finish(provider.agree(authorize_url, 'ada'))).toEqual({ title: expect.any(String), message: expect.any(String) });
    await connect(ada, 'ada-at-work');
    const accounts = await list(ada);
    expect(accounts.map(({ email, status }) => [email, status])).toEqual([
      ['ada@acme.example', 'connected'],
      ['ada-at-work@acme.example', 'connected'],
    ]);
    expect([await list(ada, 'other'), await list(bob), await list(zoe)]).toEqual([[], [], []]);
    const of = (user_id: string, name: string) =>
      harness.call(connections.listAccountsOf, asService('kernel', { tenant: 'default' }), { provider: name, user_id });
    expect((await of(ada.user, 'acme')).accounts).toHaveLength(2);
    expect([(await of(ada.user, 'mail')).accounts, (await of(bob.user, 'acme')).accounts]).toEqual([[], []]);
  });

  it('comes back to an allowed address, and to no other one', async () => {
    const { location } = await connect(ada, 'returns', { return_to: 'https://panel.example/accounts?tab=1' });
    expect(location).toBe('https://panel.example/accounts?tab=1&provider=acme&status=connected');
    expect((await connect(ada, 'returns', { return_to: 'myapp:done' })).location).toBe('myapp:done?provider=acme&status=connected');
    for (const return_to of [
      'https://evil.example/',
      'https://panel.example.evil.example',
      'http://panel.example/',
      'javascript:alert(1)',
      '//panel.example',
      'x',
    ])
      expect([return_to, await codeOf(start(ada, { return_to }))]).toEqual([return_to, 'return_not_allowed']);
  });

  it('is refused with a state that is unknown, used, expired, or of another app, provider or signed-in user', async () => {
    const agreed = provider.agree((await start(ada)).authorize_url, 'stolen');
    const attempts = [
      finish({ ...agreed, state: 'nonsense' }),
      finish({ ...agreed, app_id: 'other' }),
      finish({ ...agreed, provider: 'google' }),
      finish(agreed, bob),
      finish(agreed, { ...zoe, user: ada.user }),
    ];
    for (const attempt of attempts) expect(await codeOf(attempt)).toBe('state_invalid');
    expect(await accountOf(bob, 'stolen')).toBeUndefined();
    await finish(agreed, ada);
    expect(await codeOf(finish(agreed, ada))).toBe('state_invalid');
    const late = provider.agree((await start(ada)).authorize_url, 'late');
    await harness.query('update oauth_state set expires_at = now()');
    expect(await codeOf(finish(late))).toBe('state_invalid');
  });

  it('fails when the user denies, or the provider fails, redirects, answers too much or refuses the code; then it can be started again', async () => {
    const { state } = provider.agree((await start(ada)).authorize_url, 'denied');
    expect(await codeOf(finish({ state, error: 'access_denied' }))).toBe('connection_denied');
    const back = provider.agree((await start(ada, { return_to: 'https://panel.example/' })).authorize_url, 'denied');
    expect((await finish({ state: back.state, error: 'access_denied' })).location).toBe(
      'https://panel.example/?provider=acme&status=denied',
    );
    for (const misbehaves of ['error', 'huge', 'redirect'] as const) {
      Object.assign(provider, { misbehaves });
      expect([misbehaves, await codeOf(connect(ada, 'failed'))]).toEqual([misbehaves, 'connection_failed']);
    }
    expect(provider.asked).not.toContain('/secret');
    Object.assign(provider, { misbehaves: undefined });
    const agreed = provider.agree((await start(ada)).authorize_url, 'failed');
    expect(await codeOf(finish({ ...agreed, code: 'wrong' }))).toBe('connection_failed');
    expect(await codeOf(finish(agreed))).toBe('state_invalid');
    expect(await accountOf(ada, 'failed')).toBeUndefined();
    await connect(ada, 'failed');
    expect(await accountOf(ada, 'failed')).toBeDefined();
  });

  it('needs a user, and a declared provider that is configured', async () => {
    expect(await codeOf(start(asService('', { tenant: 'default', actor: `extension:${APP}` })))).toBe('invalid_input');
    expect(await codeOf(start(ada, { provider: 'yahoo' }))).toBe('provider_not_declared');
    for (const name of ['unknown', 'google']) expect(await codeOf(start(ada, { provider: name }))).toBe('not_configured');
  });

  it('of an account that another user has connected is refused, also in another tenant', async () => {
    await connect(ada, 'shared');
    for (const other of [bob, zoe]) expect(await codeOf(connect(other, 'shared'))).toBe('account_taken');
    await connect(ada, 'shared');
    expect([await accountOf(bob, 'shared'), await accountOf(zoe, 'shared')]).toEqual([undefined, undefined]);
  });
});

describe('a token', () => {
  it('is given to the app of the account for its user alone', async () => {
    await connect(ada, 'tokens');
    const { account_id } = await accountOf(ada, 'tokens');
    expect(await token(ada, account_id)).toMatchObject({
      access_token: expect.stringMatching(/^access-/),
      scopes: ['mail.read', 'mail.send'],
    });
    for (const other of [bob, zoe, { ...zoe, user: ada.user }]) expect(await codeOf(token(other, account_id))).toBe('account_not_found');
    const [row] = await harness.query('select oauth_account::text as text from oauth_account where id = $1', [account_id]);
    for (const secret of ['access-', 'refresh-']) expect(JSON.stringify(row)).not.toContain(Buffer.from(secret).toString('hex'));
  });

  it('is refreshed once, however many ask at once in two processes', async () => {
    await connect(ada, 'refresh');
    const { account_id } = await accountOf(ada, 'refresh');
    const before = await token(ada, account_id);
    await expire(account_id);
    const copy = await harness.startCopy();
    const tokens = await Promise.all(Array.from({ length: 20 }, async () => (await token(ada, account_id)).access_token));
    await copy.stop();
    expect([new Set(tokens).size, provider.refreshes]).toEqual([1, 1]);
    expect(tokens[0]).not.toBe(before.access_token);
    await expire(account_id);
    expect((await token(ada, account_id)).access_token).not.toBe(tokens[0]);
  });

  it('that cannot be refreshed for now can be later; one that the provider refuses needs a new connection', async () => {
    await connect(ada, 'refused');
    const { account_id } = await accountOf(ada, 'refused');
    await expire(account_id);
    Object.assign(provider, { misbehaves: 'error' });
    expect(await codeOf(token(ada, account_id))).toBe('connection_failed');
    Object.assign(provider, { misbehaves: 'no refresh' });
    for (let attempt = 0; attempt < 2; attempt++) expect(await codeOf(token(ada, account_id))).toBe('account_expired');
    expect(provider.refreshes).toBe(1);
    expect((await accountOf(ada, 'refused')).status).toBe('expired');
    Object.assign(provider, { misbehaves: undefined });
    await connect(ada, 'refused');
    expect((await accountOf(ada, 'refused')).status).toBe('connected');
  });
});

it('a disconnected account is revoked at the provider and gone, for its user alone', async () => {
  await connect(bob, 'leaves');
  const { account_id } = await accountOf(bob, 'leaves');
  const disconnect = (ctx: Ctx) => harness.call(connections.disconnectAccount, ctx, { ...PROVIDER, account_id });
  for (const other of [ada, zoe]) expect(await codeOf(disconnect(other))).toBe('account_not_found');
  expect(await disconnect(bob)).toEqual({ account_id, status: 'disconnected' });
  expect(provider.revoked).toEqual([expect.stringMatching(/^refresh-/)]);
  expect(await codeOf(token(bob, account_id))).toBe('account_not_found');
  await connect(ada, 'leaves');
});

it('an erased user has no connected accounts', async () => {
  await connect(bob, 'erased');
  await harness.publish(auth.userErased, { tenant_id: bob.tenant, user_id: bob.user });
  await waitUntil('the erasure', async () => !(await list(bob)).length);
  expect((await list(ada)).length).toBeGreaterThan(0);
});
