import { auth } from '@skep/contracts/auth';
import { connections } from '@skep/contracts/connections';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { codeOf, OAUTH_CLIENT, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ada, bob, dev, zoe } from './connections.js';
import { APP, type OAuthHarness, openOAuth, reset } from './oauth.js';

let oauth: OAuthHarness;
beforeAll(async () => {
  oauth = await openOAuth();
});
afterAll(() => oauth?.close());
beforeEach(() => reset(oauth.provider));

const kept = () => oauth.query('select id from oauth_revocation');
const ended = () => waitUntil('the end of the revocations', async () => !(await kept()).length);
const runs = () => oauth.query(`select status, attempt from run where kind = 'account.revoke' order by seq desc`);
afterEach(ended);

async function connected(ctx: Ctx, subject: string): Promise<string> {
  await oauth.connect(ctx, subject);
  return (await oauth.accountOf(ctx, subject)).account_id;
}

describe('a disconnected account', () => {
  it('is gone, for its user alone, and its tokens are revoked at the provider', async () => {
    const account_id = await connected(bob, 'leaves');
    for (const other of [ada, zoe, { ...zoe, user: bob.user }, { ...bob, user: '' }])
      expect(await codeOf(oauth.disconnect(other, account_id))).toBe('account_not_found');
    expect(await oauth.disconnect(bob, account_id)).toEqual({ account_id, status: 'disconnected' });
    expect(await codeOf(oauth.token(bob, account_id))).toBe('account_not_found');
    expect(await codeOf(oauth.disconnect(bob, account_id))).toBe('account_not_found');
    await ended();
    expect(oauth.provider.revoked).toEqual([expect.stringMatching(/^refresh-/)]);
    await oauth.disconnect(ada, await connected(ada, 'leaves'));
  });

  it('is revoked later if the provider does not answer; its tokens are kept sealed until then, and belong to no user', async () => {
    const account_id = await connected(bob, 'later');
    Object.assign(oauth.provider, { misbehaves: 'no revocation' });
    await oauth.disconnect(bob, account_id);
    await waitUntil('two attempts', async () => Number((await runs())[0]!['attempt']) >= 2);
    const rows = await oauth.query(`select oauth_revocation::text as text from oauth_revocation union all select run::text from run`);
    for (const secret of ['access-', 'refresh-', 'later', bob.user])
      for (const form of [secret, Buffer.from(secret).toString('hex')]) expect(JSON.stringify(rows)).not.toContain(form);
    expect(oauth.provider.revoked).toEqual([]);
    Object.assign(oauth.provider, { misbehaves: undefined });
    await ended();
    expect(oauth.provider.revoked).toHaveLength(1);
    expect(oauth.provider.validTokens('later')).toBe(0);
  });

  it('is forgotten if the provider refuses, or if the app has no client any more', async () => {
    Object.assign(oauth.provider, { misbehaves: 'refused revocation' });
    await oauth.disconnect(bob, await connected(bob, 'refuses'));
    await ended();
    Object.assign(oauth.provider, { misbehaves: undefined });
    const account_id = await connected(bob, 'no client');
    const secret = { app_id: APP, name: 'acme_client_id' };
    await oauth.call(connections.deleteSecret, dev, secret);
    await oauth.disconnect(bob, account_id);
    await ended();
    await oauth.setOfApp(APP, 'acme_client_id', OAUTH_CLIENT.id);
    expect(oauth.provider.revoked).toEqual([]);
    expect((await runs()).slice(0, 2).map(({ status }) => status)).toEqual(['done', 'done']);
  });

  it('is not revoked once it is connected again: that might revoke the new connection', async () => {
    const account_id = await connected(bob, 'again');
    Object.assign(oauth.provider, { misbehaves: 'no revocation' });
    await oauth.disconnect(bob, account_id);
    await waitUntil('an attempt', async () => Number((await runs())[0]!['attempt']) >= 1);
    await connected(ada, 'again');
    Object.assign(oauth.provider, { misbehaves: undefined });
    await ended();
    expect(oauth.provider.revoked).toEqual([]);
  });

  it('whose tokens were being refreshed stays disconnected, and the new tokens are revoked too', async () => {
    const account_id = await connected(bob, 'racing');
    await oauth.expire(account_id);
    const refused = codeOf(oauth.token(bob, account_id));
    await waitUntil('the refresh', () => oauth.provider.refreshes === 1);
    await oauth.disconnect(bob, account_id);
    expect(await refused).toBe('account_not_found');
    await ended();
    expect(oauth.provider.validTokens('racing')).toBe(0);
  });
});

describe('an app that a user uninstalls', () => {
  const uninstall = (ctx: Ctx) => oauth.call(registry.uninstallApp, ctx, { app_id: APP });
  const install = (ctx: Ctx) => oauth.call(registry.installApp, ctx, { app_id: APP });

  it('loses their accounts, which are revoked; those of other users and other apps stay', async () => {
    await connected(ada, 'of the app');
    await connected(zoe, 'of zoe');
    const other = { app_id: 'other', provider: 'acme' };
    await oauth.finish({ ...(await oauth.agree(ada, 'of another app', other)), ...other }, ada);
    await uninstall(ada);
    await waitUntil('the revocation', () => oauth.provider.validTokens('of the app') === 0);
    await install(ada);
    expect([await oauth.list(ada), (await oauth.list(ada, 'other')).length]).toEqual([[], 1]);
    expect(await oauth.accountOf(zoe, 'of zoe')).toBeDefined();
    expect(['of zoe', 'of another app'].map((subject) => oauth.provider.validTokens(subject))).toEqual([1, 1]);
  });

  it('and has installed again by the time that this is known keeps them', async () => {
    await connected(ada, 'kept');
    const change = { app_id: APP, user_id: ada.user, tenant_id: ada.tenant, install_count: 0, sequence: 1 };
    await oauth.publish(registry.installChanged, { ...change, installed: false });
    // By the time that a later event has had its effect, this one has been consumed.
    await uninstall(zoe);
    await waitUntil('the effect of a later event', () => oauth.provider.validTokens('of zoe') === 0);
    await install(zoe);
    expect(await oauth.accountOf(ada, 'kept')).toBeDefined();
  });
});

describe('an erased user', () => {
  it('has no accounts, and their tokens are revoked, also those that were being revoked', async () => {
    const account_id = await connected(bob, 'disconnected');
    await connected(bob, 'erased');
    await connected(ada, 'stays');
    Object.assign(oauth.provider, { misbehaves: 'no revocation' });
    await oauth.disconnect(bob, account_id);
    await oauth.publish(auth.userErased, { tenant_id: bob.tenant, user_id: bob.user });
    await waitUntil('the erasure', async () => !(await oauth.list(bob)).length);
    await waitUntil('both revocations', async () => (await kept()).length === 2);
    Object.assign(oauth.provider, { misbehaves: undefined });
    await ended();
    expect(['disconnected', 'erased', 'stays'].map((subject) => oauth.provider.validTokens(subject))).toEqual([0, 0, 1]);
  });

  it('is erased although their tokens cannot be opened', async () => {
    const account_id = await connected(zoe, 'broken');
    await oauth.query(`update oauth_account set tokens = '\\x00' where id = $1`, [account_id]);
    await oauth.publish(auth.userErased, { tenant_id: zoe.tenant, user_id: zoe.user });
    await waitUntil('the erasure', async () => !(await oauth.list(zoe)).length);
  });
});
