import { asUser, codeOf, codesOf, waitUntil } from '@skep/testkit';
import type { RunningProcess } from '@skep/platform';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type HealthHarness, openHealth } from './health.js';
import { reset } from './health-vendor.js';

const ada = asUser('ada');
const bob = asUser('bob');
const zoe = asUser('zoe', { tenant: 'other' });
let health: HealthHarness;
let copy: RunningProcess;
beforeAll(async () => {
  health = await openHealth();
  // A second process: half of the requests go there.
  copy = await health.startCopy();
});
afterAll(async () => {
  await copy?.stop();
  await health?.close();
});
beforeEach(async () => {
  reset(health.vendor);
  health.vendor.forget();
  await health.query('delete from health_connection');
});

const expire = () => health.query(`update health_connection set expires_at = now()`);
const five = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: 5 }, ask));

it('a token is that of the acting user, with what they have allowed', async () => {
  await health.connect(ada, 'strava', 'one');
  await health.connect(zoe, 'strava', 'two');
  expect(await health.token(ada, 'strava')).toMatchObject({ scopes: ['read', 'activity:read_all', 'profile:read_all'] });
  expect((await health.token(zoe, 'strava')).access_token).toBe(health.vendor.validTokens('strava', 'two')[0]);
  for (const other of [bob, { ...zoe, user: ada.user }]) expect(await codeOf(health.token(other, 'strava'))).toBe('health_not_connected');
  expect(await codeOf(health.token(ada, 'abacus' as 'strava'))).toBe('health_provider_not_found');
});

it.each(['garmin', 'strava', 'whoop', 'oura'] as const)(
  'a token of %s that expires is refreshed once, however many ask in two processes',
  async (vendor) => {
    await health.connect(ada, vendor, 'one');
    await expire();
    health.vendor.delayMs = 300;
    const tokens = new Set((await five(() => health.token(ada, vendor))).map(({ access_token }) => access_token));
    expect([tokens.size, health.vendor.refreshes, health.vendor.reused]).toEqual([1, 1, 0]);
    await expire();
    expect(tokens).not.toContain((await health.token(ada, vendor)).access_token);
    expect([health.vendor.refreshes, health.vendor.reused]).toEqual([2, 0]);
  },
);

it('a token that the vendor has refused is replaced once; one that was replaced already is not', async () => {
  await health.connect(ada, 'oura', 'one');
  const { access_token: stale } = await health.token(ada, 'oura');
  health.vendor.delayMs = 300;
  const renewed = new Set((await five(() => health.renew(ada, 'oura', stale))).map(({ access_token }) => access_token));
  expect([renewed.size, renewed.has(stale), health.vendor.refreshes]).toEqual([1, false, 1]);
  expect((await health.renew(ada, 'oura', stale)).access_token).toBe([...renewed][0]);
  expect((await health.renew(ada, 'oura', 'unknown')).access_token).toBe([...renewed][0]);
  expect([health.vendor.refreshes, health.vendor.reused]).toEqual([1, 0]);
});

it('a refusal for good ends the connection until it is made again; an outage does not', async () => {
  await health.connect(ada, 'whoop', 'one');
  await expire();
  Object.assign(health.vendor, { misbehaves: 'error' });
  expect(await codeOf(health.token(ada, 'whoop'))).toBe('connection_failed');
  expect((await health.find(ada, 'whoop')).status).toBe('connected');
  Object.assign(health.vendor, { misbehaves: 'no refresh' });
  for (const code of await codesOf(Array.from({ length: 5 }, () => health.token(ada, 'whoop')))) expect(code).toBe('account_expired');
  const asked = health.vendor.refreshes;
  expect([(await health.find(ada, 'whoop')).status, await codeOf(health.token(ada, 'whoop'))]).toEqual(['expired', 'account_expired']);
  expect(health.vendor.refreshes).toBe(asked);
  reset(health.vendor);
  await health.connect(ada, 'whoop', 'one');
  expect(health.vendor.validTokens('whoop', 'one')).toContain((await health.token(ada, 'whoop')).access_token);
});

it('a connection that is disconnected during a refresh stays so, and the new tokens are revoked', async () => {
  await health.connect(ada, 'garmin', 'one');
  await expire();
  health.vendor.delayMs = 800;
  const asking = codeOf(health.token(ada, 'garmin'));
  await waitUntil('the refresh', () => health.vendor.refreshes === 1);
  await health.disconnect(ada, 'garmin');
  expect(await asking).toBe('health_not_connected');
  await waitUntil('the revocations', async () => !(await health.query('select from oauth_revocation')).length, 20_000);
  expect([health.vendor.validTokens('garmin', 'one'), health.vendor.revoked.length]).toEqual([[], 2]);
});

it('a connection that is made again during a refresh has the tokens of the new one', async () => {
  await health.connect(ada, 'oura', 'one');
  await expire();
  const back = await health.agree(ada, 'oura', { user: 'one' }, { force: true });
  health.vendor.delayMs = 600;
  const asking = health.token(ada, 'oura');
  await waitUntil('the refresh', () => health.vendor.refreshes === 1);
  health.vendor.delayMs = 0;
  await health.comeBack(back);
  await asking;
  expect(health.vendor.validTokens('oura', 'one')).toContain((await health.token(ada, 'oura')).access_token);
  expect((await health.find(ada, 'oura')).status).toBe('connected');
});
