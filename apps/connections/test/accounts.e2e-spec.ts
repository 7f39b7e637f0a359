import { connections } from '@skep/contracts/connections';
import { registry } from '@skep/contracts/registry';
import { asAnonymous, asService, codeOf, codesOf, OAUTH_CLIENT, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ada, bob, zoe } from './connections.js';
import { APP, MANIFEST, type OAuthHarness, openOAuth, PROVIDER, reset } from './oauth.js';

let oauth: OAuthHarness;
const nobody = asAnonymous();
beforeAll(async () => {
  const client = { acme_client_id: OAUTH_CLIENT.id, acme_client_secret: OAUTH_CLIENT.secret };
  oauth = await openOAuth({ SKEP_APP_SECRETS: JSON.stringify({ lender: client, closed: client }) });
});
afterAll(() => oauth?.close());
beforeEach(() => reset(oauth.provider));

const nameless = asService('', { tenant: 'default', actor: `extension:${APP}` });
const sameId = { ...zoe, user: ada.user };

describe('a connection', () => {
  it('is started at the provider with PKCE, the scopes of the app and a state, and saves the account of the user', async () => {
    const { authorize_url, expires_at } = await oauth.startConnection(ada);
    const asked = new URL(authorize_url).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      redirect_uri: 'https://skep.example/v1/ext/mailer/oauth/acme/callback',
      scope: 'mail.read mail.send',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(expires_at.getTime()).toBeGreaterThan(Date.now());
    const finished = await oauth.finish(oauth.provider.agree(authorize_url, 'ada'), ada);
    expect(finished).toEqual({ title: expect.any(String), message: expect.any(String) });
    await oauth.connect(ada, 'ada-at-work');
    const accounts = await oauth.list(ada);
    expect(accounts.map(({ email, status }) => [email, status])).toEqual([
      ['ada@acme.example', 'connected'],
      ['ada-at-work@acme.example', 'connected'],
    ]);
    expect([await oauth.list(ada, 'other'), await oauth.list(bob), await oauth.list(zoe), await oauth.list(nameless)]).toEqual([
      ...[[], [], [], []],
    ]);
    const of = (user_id: string, provider: string, tenant_id = 'default') =>
      oauth.call(connections.listAccountsOf, asService('kernel'), { provider, user_id, tenant_id });
    expect((await of(ada.user, 'acme')).accounts).toHaveLength(2);
    for (const other of [of(ada.user, 'mail'), of(bob.user, 'acme'), of(ada.user, 'acme', 'other')])
      expect((await other).accounts).toEqual([]);
  });

  it('comes back to an allowed address, and to no other one', async () => {
    const { location } = await oauth.connect(ada, 'returns', { return_to: 'https://panel.example/accounts?tab=1' });
    expect(location).toBe('https://panel.example/accounts?tab=1&provider=acme&status=connected');
    expect((await oauth.connect(ada, 'returns', { return_to: 'myapp:done' })).location).toBe('myapp:done?provider=acme&status=connected');
    for (const return_to of [
      'https://evil.example/',
      'https://panel.example.evil.example',
      'http://panel.example/',
      'javascript:alert(1)',
      '//panel.example',
      'x',
    ])
      expect([return_to, await codeOf(oauth.startConnection(ada, { return_to }))]).toEqual([return_to, 'return_not_allowed']);
  });

  it('is refused with a state that is unknown, used, expired, or of another app, provider or signed-in user', async () => {
    const agreed = await oauth.agree(ada, 'stolen');
    const attempts = [
      oauth.finish({ ...agreed, state: 'nonsense' }, nobody),
      oauth.finish({ ...agreed, app_id: 'other' }, nobody),
      oauth.finish({ ...agreed, provider: 'google' }, nobody),
      oauth.finish(agreed, bob),
      oauth.finish(agreed, sameId),
    ];
    for (const code of await codesOf(attempts)) expect(code).toBe('state_invalid');
    expect(await oauth.accountOf(bob, 'stolen')).toBeUndefined();
    await oauth.finish(agreed, ada);
    expect(await codeOf(oauth.finish(agreed, ada))).toBe('state_invalid');
    const late = await oauth.agree(ada, 'late');
    await oauth.query('update oauth_state set expires_at = now()');
    for (const who of [ada, nobody]) expect(await codeOf(oauth.finish(late, who))).toBe('state_invalid');
  });

  it('fails when the user denies, or the provider fails, redirects, answers too much or refuses the code; then it can be started again', async () => {
    const { state } = await oauth.agree(ada, 'denied');
    expect(await codeOf(oauth.finish({ state, error: 'access_denied' }, nobody))).toBe('connection_denied');
    const back = await oauth.agree(ada, 'denied', { return_to: 'https://panel.example/' });
    expect((await oauth.finish({ state: back.state, error: 'access_denied' }, nobody)).location).toBe(
      'https://panel.example/?provider=acme&status=denied',
    );
    for (const misbehaves of ['error', 'huge', 'redirect'] as const) {
      Object.assign(oauth.provider, { misbehaves });
      expect([misbehaves, await codeOf(oauth.connect(ada, 'failed'))]).toEqual([misbehaves, 'connection_failed']);
    }
    expect(oauth.provider.asked).not.toContain('/secret');
    Object.assign(oauth.provider, { misbehaves: undefined });
    const agreed = await oauth.agree(ada, 'failed');
    expect(await codeOf(oauth.finish({ ...agreed, code: 'wrong' }, ada))).toBe('connection_failed');
    expect(await codeOf(oauth.finish(agreed, ada))).toBe('state_invalid');
    expect(await oauth.accountOf(ada, 'failed')).toBeUndefined();
    await oauth.connect(ada, 'failed');
    expect(await oauth.accountOf(ada, 'failed')).toBeDefined();
  });

  it('of an app that its user uninstalls meanwhile is refused before the code is exchanged', async () => {
    const other = { app_id: 'other' };
    const agreed = await oauth.agree(ada, 'uninstalled', other);
    await oauth.call(registry.uninstallApp, ada, other);
    // The release that a user runs is known for two seconds at most, if a broadcast is lost.
    await waitUntil('the uninstallation', async () => (await codeOf(oauth.startConnection(ada, other))) === 'app_not_installed');
    expect(await codeOf(oauth.finish({ ...agreed, ...other }, ada))).toBe('app_not_installed');
    await oauth.call(registry.installApp, ada, other);
    expect([oauth.provider.codes, await oauth.list(ada, 'other')]).toEqual([[], []]);
  });

  it('needs a user, and a declared provider that is configured', async () => {
    expect(await codeOf(oauth.startConnection(nameless))).toBe('invalid_input');
    expect(await codeOf(oauth.startConnection(ada, { provider: 'yahoo' }))).toBe('provider_not_declared');
    for (const name of ['unknown', 'google']) expect(await codeOf(oauth.startConnection(ada, { provider: name }))).toBe('not_configured');
  });

  it('uses the client that the operator gives to an app, if the app takes it', async () => {
    const lender = { ...PROVIDER, app_id: 'lender' };
    await oauth.release('lender', MANIFEST, ada);
    await oauth.release('closed', { ...MANIFEST, secrets: MANIFEST.secrets.map(({ env_fallback: _, ...secret }) => secret) }, ada);
    const refusal = () => codeOf(oauth.startConnection(ada, { app_id: 'closed' }));
    await waitUntil('the refusal', async () => (await refusal()) === 'not_configured');
    await oauth.finish({ ...(await oauth.agree(ada, 'lent', lender)), ...lender }, ada);
    const [account] = await oauth.list(ada, 'lender');
    expect(account).toMatchObject({ email: 'lent@acme.example' });
    await oauth.call(connections.disconnectAccount, ada, { ...lender, account_id: account!.account_id });
    await waitUntil('its tokens to be revoked', () => oauth.provider.revoked.length);
  });

  it('of an account that another user has connected is refused, also in another tenant', async () => {
    await oauth.connect(ada, 'shared');
    for (const other of [bob, zoe]) expect(await codeOf(oauth.connect(other, 'shared'))).toBe('account_taken');
    await oauth.connect(ada, 'shared');
    expect([await oauth.accountOf(bob, 'shared'), await oauth.accountOf(zoe, 'shared')]).toEqual([undefined, undefined]);
  });
});

describe('a token', () => {
  it('is given to the app of the account for its user alone', async () => {
    await oauth.connect(ada, 'tokens');
    const { account_id } = await oauth.accountOf(ada, 'tokens');
    expect(await oauth.token(ada, account_id)).toMatchObject({
      access_token: expect.stringMatching(/^access-/),
      scopes: ['mail.read', 'mail.send'],
    });
    for (const other of [bob, zoe, sameId, nameless]) expect(await codeOf(oauth.token(other, account_id))).toBe('account_not_found');
    const [row] = await oauth.query('select oauth_account::text as text from oauth_account where id = $1', [account_id]);
    for (const secret of ['access-', 'refresh-']) expect(JSON.stringify(row)).not.toContain(Buffer.from(secret).toString('hex'));
  });

  it('is refreshed once, however many ask at once in two processes', async () => {
    await oauth.connect(ada, 'refresh');
    const { account_id } = await oauth.accountOf(ada, 'refresh');
    const before = await oauth.token(ada, account_id);
    await oauth.expire(account_id);
    const copy = await oauth.startCopy();
    const tokens = await Promise.all(Array.from({ length: 20 }, async () => (await oauth.token(ada, account_id)).access_token));
    await copy.stop();
    expect([new Set(tokens).size, oauth.provider.refreshes]).toEqual([1, 1]);
    expect(tokens[0]).not.toBe(before.access_token);
    await oauth.expire(account_id);
    expect((await oauth.token(ada, account_id)).access_token).not.toBe(tokens[0]);
  });

  it('of an account that is connected again during a refresh is that of the new connection', async () => {
    await oauth.connect(ada, 'reconnected');
    const { account_id } = await oauth.accountOf(ada, 'reconnected');
    await oauth.expire(account_id);
    Object.assign(oauth.provider, { delayMs: 1_000 });
    const asked = oauth.token(ada, account_id);
    await waitUntil('the refresh', () => oauth.provider.refreshes === 1);
    Object.assign(oauth.provider, { delayMs: 0 });
    await oauth.connect(ada, 'reconnected');
    const { access_token } = await oauth.token(ada, account_id);
    expect([(await asked).access_token, (await oauth.token(ada, account_id)).access_token]).toEqual([access_token, access_token]);
    expect(oauth.provider.refreshes).toBe(1);
  });

  it('that cannot be refreshed for now can be later; one that the provider refuses needs a new connection', async () => {
    await oauth.connect(ada, 'refused');
    const { account_id } = await oauth.accountOf(ada, 'refused');
    await oauth.expire(account_id);
    Object.assign(oauth.provider, { misbehaves: 'error' });
    expect(await codeOf(oauth.token(ada, account_id))).toBe('connection_failed');
    Object.assign(oauth.provider, { misbehaves: 'no refresh' });
    for (let attempt = 0; attempt < 2; attempt++) expect(await codeOf(oauth.token(ada, account_id))).toBe('account_expired');
    expect(oauth.provider.refreshes).toBe(1);
    expect((await oauth.accountOf(ada, 'refused')).status).toBe('expired');
    Object.assign(oauth.provider, { misbehaves: undefined });
    await oauth.connect(ada, 'refused');
    expect((await oauth.accountOf(ada, 'refused')).status).toBe('connected');
  });
});
