import { auth } from '@skep/contracts/auth';
import { connections } from '@skep/contracts/connections';
import { asUser, codeOf, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type HealthHarness, HOME, openHealth } from './health.js';
import { reset, VENDORS } from './health-vendor.js';

const ada = asUser('ada');
const bob = asUser('bob');
const zoe = asUser('zoe', { tenant: 'other' });
const sameId = { ...zoe, user: ada.user };
let health: HealthHarness;
beforeAll(async () => {
  health = await openHealth();
});
afterAll(() => health?.close());
beforeEach(async () => {
  reset(health.vendor);
  health.vendor.forget();
  await health.query('delete from health_connection');
});

const ended = () => waitUntil('the revocations', async () => !(await health.query('select from oauth_revocation')).length, 20_000);
const start = (more: object) => health.call(connections.connectHealth, ada, { provider: 'strava', return_to: HOME, force: false, ...more });
const inApp = (ctx: typeof ada, back: object) =>
  health.call(connections.finishHealthConnectionInApp, ctx, { provider: 'strava', state: '', code: '', ...back });
const query = (location: string) => Object.fromEntries(new URL(location).searchParams);

describe('a connection', () => {
  it.each(VENDORS)('to %s asks with PKCE and without a secret, and belongs to the person who started it', async (provider) => {
    const { authorization_url, state, expires_at } = await start({ provider });
    const asked = Object.fromEntries(new URL(authorization_url).searchParams);
    expect(asked).toMatchObject({
      ...{ response_type: 'code', client_id: `${provider}-client`, state, code_challenge_method: 'S256' },
      redirect_uri: `https://skep.example/health-providers/${provider}/callback`,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(authorization_url).not.toMatch(/secret|verifier/);
    expect([state.length >= 22, expires_at.getTime() - Date.now() > 590_000]).toEqual([true, true]);
    const { location } = await health.comeBack(health.vendor.agree(authorization_url, { user: 'one' }));
    expect(location).toBe(`${HOME}?provider=${provider}&status=connected`);
    expect(await health.find(ada, provider)).toMatchObject({
      id: provider,
      kind: 'oauth',
      status: 'connected',
      connected_at: expect.any(Date),
    });
    for (const other of [bob, zoe, sameId]) expect((await health.find(other, provider)).status).toBe('disconnected');
    const { vendor_user_id, access_token } = await health.token(ada, provider);
    expect(health.vendor.validTokens(provider, 'one')).toEqual([access_token]);
    expect(vendor_user_id).toMatch(provider === 'garmin' || provider === 'oura' ? /^one$/ : /^\d+$/);
  });

  it('asks for the scopes that the app wants, and for those without which nothing works', async () => {
    const scopeOf = async (provider: string, scopes?: string[]) =>
      new URL((await start({ provider, scopes })).authorization_url).searchParams.get('scope');
    expect(await scopeOf('strava')).toBe('read,activity:read_all,profile:read_all');
    expect(await scopeOf('strava', ['activity:read'])).toBe('read,activity:read');
    expect(await scopeOf('whoop', ['read:sleep'])).toBe('offline read:profile read:sleep');
    expect(await scopeOf('garmin')).toBeNull();
    expect(await codeOf(start({ scopes: ['a b'] }))).toBe('invalid_input');
  });

  it('comes back to an allowed address with what it had, and to no other one', async () => {
    expect((await health.connect(ada, 'strava', 'one', { return_to: `${HOME}?tab=2` })).location).toBe(
      `${HOME}?tab=2&provider=strava&status=connected`,
    );
    expect((await health.connect(ada, 'oura', 'one', { return_to: 'myapp://health/done' })).location).toBe(
      'myapp://health/done?provider=oura&status=connected',
    );
    for (const return_to of [
      ...['https://coach.example.evil.test/', 'https://coach.example@evil.test/', 'https://evil@coach.example/', 'http://coach.example/'],
      ...['//evil.test/', '/done', 'javascript:alert(1)', 'otherapp://x', 'https://coach.example:8443/', 'myapp', ' ', ''],
    ]) {
      const { status, detail } = (await problemOf(start({ provider: 'whoop', return_to }))).body;
      expect([return_to, status, detail]).toEqual([return_to, 422, [expect.objectContaining({ loc: ['return_to'] })]]);
    }
  });

  it('is refused with a state that is unknown, used, expired, or of another provider or person', async () => {
    const back = await health.agree(ada, 'strava');
    expect(await codeOf(health.comeBack({ ...back, state: 'x'.repeat(43) }))).toBe('state_invalid');
    expect(await codeOf(health.comeBack({ ...back, provider: 'whoop' }))).toBe('state_invalid');
    for (const other of [bob, zoe, sameId]) expect(await codeOf(inApp(other, back))).toBe('state_invalid');
    expect(await inApp(ada, back)).toMatchObject({ id: 'strava', status: 'connected' });
    expect(await codeOf(health.comeBack(back))).toBe('state_invalid');
    expect(await codeOf(inApp(ada, back))).toBe('state_invalid');
    const late = await health.agree(ada, 'oura');
    await health.query('update health_state set expires_at = now()');
    expect(await codeOf(health.comeBack(late))).toBe('state_invalid');
    expect(health.vendor.codes).toHaveLength(1);
  });

  it('is stored as a hash of its state, with a sealed verifier', async () => {
    const { state } = await health.agree(ada, 'strava');
    const [row] = await health.query(
      'select health_state::text as text, octet_length(code_verifier) as bytes from health_state order by expires_at desc',
    );
    expect([String(row!['text']).includes(state), Number(row!['bytes']) > 43]).toEqual([false, true]);
  });

  it('of two callbacks with one state, one counts', async () => {
    const back = await health.agree(ada, 'strava');
    const outcomes = await Promise.allSettled([health.comeBack(back), health.comeBack(back), inApp(ada, back)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(health.vendor.codes).toHaveLength(1);
  });

  it('comes back as denied or with an error, the state is spent, and it can be started again', async () => {
    const denied = await health.agree(ada, 'garmin');
    expect(query((await health.comeBack({ provider: 'garmin', state: denied.state, error: 'access_denied' })).location)).toEqual({
      ...{ provider: 'garmin', status: 'denied', code: 'connection_denied' },
    });
    expect(await codeOf(health.comeBack(denied))).toBe('state_invalid');
    const failed = { provider: 'whoop', status: 'error', code: 'connection_failed' };
    expect(query((await health.comeBack({ ...(await health.agree(ada, 'whoop')), code: 'forged' })).location)).toEqual(failed);
    for (const misbehaves of ['error', 'wrong types', 'no account'] as const) {
      Object.assign(health.vendor, { misbehaves });
      expect(query((await health.connect(ada, 'whoop', 'one')).location)).toEqual(failed);
      expect(await codeOf(inApp(ada, await health.agree(ada, 'strava')))).toBe('connection_failed');
      expect((await health.find(ada, 'whoop')).status).toBe('disconnected');
    }
    reset(health.vendor);
    expect(query((await health.connect(ada, 'whoop', 'one')).location)).toEqual({ provider: 'whoop', status: 'connected' });
  });

  it('claims only what the person has ticked', async () => {
    await health.comeBack(await health.agree(ada, 'strava', { untick: 'activity:read_all' }));
    expect((await health.find(ada, 'strava')).scopes).toEqual(['read', 'profile:read_all']);
    await health.comeBack(await health.agree(ada, 'oura', { untick: 'heartrate' }));
    expect((await health.find(ada, 'oura')).scopes).not.toContain('heartrate');
    for (const permissions of [{ permissions: ['ACTIVITY_EXPORT'] }, ['ACTIVITY_EXPORT', 7]]) {
      Object.assign(health.vendor, { permissions });
      await health.connect(ada, 'garmin', 'one', { force: true });
      expect((await health.token(ada, 'garmin')).scopes).toEqual(['ACTIVITY_EXPORT']);
    }
  });

  it('that exists is replaced only by force; the same account keeps its id, another one ends it', async () => {
    await health.connect(ada, 'strava', 'one');
    expect(await codeOf(start({}))).toBe('health_already_connected');
    const first = await health.token(ada, 'strava');
    await health.connect(ada, 'strava', 'one', { force: true });
    const again = await health.token(ada, 'strava');
    expect([again.connection_id, again.access_token === first.access_token]).toEqual([first.connection_id, false]);
    await health.connect(ada, 'strava', 'two', { force: true });
    await ended();
    expect((await health.token(ada, 'strava')).connection_id).not.toBe(first.connection_id);
    expect(health.vendor.revoked).toEqual([{ vendor: 'strava', user: 'one', status: 200 }]);
    await health.query(`update health_connection set status = 'expired'`);
    await start({});
  });

  it('of an account that another person has connected is refused, also in another tenant, until they disconnect it', async () => {
    await health.connect(ada, 'strava', 'shared');
    for (const other of [bob, zoe, sameId]) {
      expect(query((await health.connect(other, 'strava', 'shared')).location)).toMatchObject({ status: 'error', code: 'account_taken' });
      expect(await codeOf(inApp(other, await health.agree(other, 'strava', { user: 'shared' })))).toBe('account_taken');
      expect((await health.find(other, 'strava')).status).toBe('disconnected');
    }
    expect([(await health.find(ada, 'strava')).status, health.vendor.revoked]).toEqual(['connected', []]);
    await health.disconnect(ada, 'strava');
    await ended();
    expect(query((await health.connect(zoe, 'strava', 'shared')).location)).toMatchObject({ status: 'connected' });
  });

  it('of one account that two people make at once is that of one of them', async () => {
    const backs = await Promise.all([ada, bob, zoe].map((who) => health.agree(who, 'oura', { user: 'contested' })));
    const statuses = await Promise.all(backs.map(async (back) => query((await health.comeBack(back)).location)['status']));
    expect(statuses.sort()).toEqual(['connected', 'error', 'error']);
  });

  it('that one person makes twice at once is one', async () => {
    const backs = [await health.agree(ada, 'oura', { user: 'left' }), await health.agree(ada, 'oura', { user: 'right' })];
    await Promise.all(backs.map((back) => health.comeBack(back)));
    expect(await health.query(`select from health_connection`)).toHaveLength(1);
    await ended();
    expect(['left', 'right'].flatMap((user) => health.vendor.validTokens('oura', user))).toHaveLength(1);
  });

  it('is told to other services, without secrets', async () => {
    await health.query('delete from outbox');
    await health.connect(zoe, 'whoop', 'told');
    await health.disconnect(zoe, 'whoop');
    const event = { tenant_id: 'other', user_id: 'imp_u_zoe', provider: 'whoop', connection_id: expect.stringMatching(/^hc_/) };
    expect([await health.told('healthConnected'), await health.told('healthDisconnected')]).toEqual([[event], [event]]);
  });

  it('is sealed, and no answer about it has a token', async () => {
    await health.connect(ada, 'strava', 'one');
    const { access_token } = await health.token(ada, 'strava');
    const [row] = await health.query('select health_connection::text as text from health_connection');
    const seen = JSON.stringify([row, await health.call(connections.listHealthProviders, ada, {}), await health.find(ada, 'strava')]);
    for (const form of [access_token, Buffer.from(access_token).toString('hex'), 'refresh-']) expect(seen).not.toContain(form);
  });
});

describe('the list', () => {
  it('has the vendors, each with its status', async () => {
    await health.connect(ada, 'oura', 'one');
    const { providers } = await health.call(connections.listHealthProviders, ada, {});
    expect(providers.map(({ id, status }) => [id, status])).toEqual([
      ...[
        ['garmin', 'disconnected'],
        ['strava', 'disconnected'],
        ['whoop', 'disconnected'],
      ],
      ...[['oura', 'connected']],
    ]);
    await health.call(connections.noteHealthSync, ada, { provider: 'oura' });
    const synced = await health.find(ada, 'oura');
    expect([synced.last_sync_at, synced.error]).toEqual([expect.any(Date), undefined]);
    await health.call(connections.noteHealthSync, ada, { provider: 'oura', error: 'rate limited' });
    expect(await health.find(ada, 'oura')).toMatchObject({ error: 'rate limited', last_sync_at: synced.last_sync_at });
  });

  it('knows no other providers', async () => {
    for (const provider of ['abacus', 'constructor', 'terra-fitbit'])
      expect(await codeOf(health.find(ada, provider))).toBe('health_provider_not_found');
    expect(await codeOf(start({ provider: 'abacus' }))).toBe('health_provider_not_found');
    expect(await codeOf(health.disconnect(ada, 'abacus'))).toBe('health_provider_not_found');
    expect(await codeOf(health.comeBack({ provider: 'abacus' as 'strava', state: 'x' }))).toBe('health_provider_not_found');
  });
});

describe('a disconnection', () => {
  it.each(VENDORS)('revokes at %s once, however often it is asked, and leaves those of others', async (provider) => {
    await health.connect(ada, provider, 'one');
    await health.connect(bob, provider, 'two');
    expect(await health.disconnect(ada, provider)).toEqual({});
    await health.disconnect(ada, provider);
    expect((await health.find(ada, provider)).status).toBe('disconnected');
    await ended();
    expect(health.vendor.revoked).toEqual([{ vendor: provider, user: 'one', status: 200 }]);
    expect([(await health.find(bob, provider)).status, health.vendor.validTokens(provider, 'two').length]).toEqual(['connected', 1]);
  });

  it('counts at once and is revoked later if the vendor is down', async () => {
    await health.connect(ada, 'garmin', 'one');
    Object.assign(health.vendor, { misbehaves: 'no revocation' });
    await health.disconnect(ada, 'garmin');
    expect((await health.find(ada, 'garmin')).status).toBe('disconnected');
    await waitUntil('a second attempt', () => health.vendor.revoked.length >= 2);
    reset(health.vendor);
    await ended();
    expect(health.vendor.validTokens('garmin', 'one')).toEqual([]);
  });

  it('refreshes a token that has expired, because vendors revoke with a valid one', async () => {
    await health.connect(ada, 'strava', 'one');
    health.vendor.expire();
    await health.disconnect(ada, 'strava');
    await ended();
    expect(health.vendor.revoked.map(({ status }) => status)).toEqual([401, 200]);
    expect([health.vendor.refreshes, health.vendor.reused]).toEqual([1, 0]);
  });

  it('ends if the vendor knows the tokens no more', async () => {
    await health.connect(ada, 'oura', 'one');
    health.vendor.expire();
    Object.assign(health.vendor, { misbehaves: 'no refresh' });
    await health.disconnect(ada, 'oura');
    await ended();
  });
});

describe('the deletion of an account', () => {
  const revokeAll = (ctx: typeof ada, waitMs = 10_000) =>
    health.call(
      connections.revokeHealthAccounts,
      { ...ctx, user: '', tenant: '', actor: 'service:coach', deadline: Date.now() + waitMs },
      { user_id: ctx.user, tenant_id: ctx.tenant },
    );

  it('returns when every vendor has revoked, and the accounts are free for another person', async () => {
    for (const provider of VENDORS) await health.connect(ada, provider, 'gone');
    await health.connect(bob, 'strava', 'stays');
    await revokeAll(ada);
    expect(health.vendor.revoked.map(({ vendor }) => vendor).sort()).toEqual([...VENDORS].sort());
    await revokeAll(ada);
    expect([health.vendor.revoked.length, (await health.find(bob, 'strava')).status]).toEqual([4, 'connected']);
    expect(query((await health.connect(zoe, 'strava', 'gone')).location)).toMatchObject({ status: 'connected' });
  });

  it('asks for patience while a vendor does not answer, also about earlier disconnections', async () => {
    await health.connect(zoe, 'whoop', 'slow');
    await health.connect(ada, 'whoop', 'other');
    Object.assign(health.vendor, { misbehaves: 'no revocation' });
    await health.disconnect(zoe, 'whoop');
    expect(await codeOf(revokeAll(zoe, 1_000))).toBe('unavailable');
    await revokeAll(bob, 1_000);
    reset(health.vendor);
    await revokeAll(zoe, 20_000);
    expect(health.vendor.validTokens('whoop', 'slow')).toEqual([]);
    expect(health.vendor.validTokens('whoop', 'other')).toHaveLength(1);
  });
});

it('an erased user has no connections and started ones, and what was connected is revoked', async () => {
  await health.connect(bob, 'strava', 'erased');
  await health.agree(bob, 'oura');
  await health.publish(auth.userErased, { tenant_id: bob.tenant, user_id: bob.user });
  await waitUntil('the erasure', async () => !(await health.query('select from health_connection')).length);
  await ended();
  expect(health.vendor.revoked).toEqual([{ vendor: 'strava', user: 'erased', status: 200 }]);
  expect(await health.query(`select from health_state where user_id = 'imp_u_bob'`)).toEqual([]);
});

it('without settings a vendor is listed, and cannot be connected', async () => {
  await health.connect(ada, 'strava', 'one');
  await health.restart({ STRAVA_CLIENT_ID: '', STRAVA_CLIENT_SECRET: '' });
  expect((await health.find(bob, 'strava')).status).toBe('not_configured');
  const { status, detail } = (await problemOf(start({}))).body;
  expect([status, detail]).toEqual([503, 'Set STRAVA_CLIENT_ID and STRAVA_CLIENT_SECRET.']);
  await health.disconnect(ada, 'strava');
  await ended();
});

it.each([
  ['half a client', { GARMIN_CLIENT_SECRET: '' }, 'GARMIN_CLIENT_SECRET'],
  ['an address that is none', { OURA_TOKEN_URL: 'ouraring.com' }, 'OURA_TOKEN_URL'],
  ['half of Terra', { TERRA_DEV_ID: 'dev' }, 'TERRA_API_KEY'],
  ['a place to return to that is none', { RETURN_TO_ALLOW: 'https://coach.example/path' }, 'RETURN_TO_ALLOW'],
  ['a scheme that is not of an app', { RETURN_TO_ALLOW: 'javascript:' }, 'RETURN_TO_ALLOW'],
])('it does not start with %s', async (_, env, setting) => {
  await expect(health.startCopy(env)).rejects.toThrow(setting);
});
