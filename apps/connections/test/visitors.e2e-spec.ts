import { connections } from '@skep/contracts/connections';
import { asService, codeOf } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type HealthHarness, openHealth } from './health.js';
import { reset } from './health-vendor.js';

const REDIRECT = '/route-send/garmin/callback';
const coach = asService('coach');
let health: HealthHarness;
beforeAll(async () => {
  health = await openHealth();
});
afterAll(() => health?.close());
beforeEach(() => reset(health.vendor));

const startGrant = (purpose_id: string) =>
  health.call(connections.startVisitorGrant, coach, { provider: 'garmin', redirect_path: REDIRECT, purpose_id });
const finish = (back: object) => health.call(connections.finishVisitorGrant, coach, { provider: 'garmin', state: '', ...back });
const agree = async (purpose_id: string) => health.vendor.agree((await startGrant(purpose_id)).authorization_url);
const token = async (purpose_id: string, stale_token?: string) =>
  (await health.call(connections.visitorToken, coach, { purpose_id, ...(stale_token && { stale_token }) })).access_token;
const drop = (purpose_id: string) => health.call(connections.dropVisitorGrant, coach, { purpose_id });

async function granted(): Promise<string> {
  const purpose_id = randomUUID();
  await finish(await agree(purpose_id));
  return purpose_id;
}

it('a visitor grants access for one purpose, with PKCE and a state that works once', async () => {
  const purpose_id = randomUUID();
  const { authorization_url, expires_at } = await startGrant(purpose_id);
  expect(Object.fromEntries(new URL(authorization_url).searchParams)).toMatchObject({
    redirect_uri: `https://skep.example${REDIRECT}`,
    code_challenge_method: 'S256',
    state: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(expires_at.getTime() - Date.now()).toBeGreaterThan(500_000);
  expect(await codeOf(token(purpose_id))).toBe('account_not_found');
  const back = health.vendor.agree(authorization_url, { user: 'visitor' });
  expect(await codeOf(finish({ ...back, state: 'x'.repeat(43) }))).toBe('state_invalid');
  expect(await codeOf(finish({ ...back, provider: 'strava' }))).toBe('state_invalid');
  expect(await finish(back)).toEqual({ purpose_id, status: 'granted' });
  expect(await codeOf(finish(back))).toBe('state_invalid');
  expect(health.vendor.validTokens('garmin', 'visitor')).toContain(await token(purpose_id));
  expect(await codeOf(token(randomUUID()))).toBe('account_not_found');
});

it('of two callbacks with one state, one counts', async () => {
  const back = await agree(randomUUID());
  const outcomes = await Promise.allSettled([finish(back), finish(back)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(health.vendor.codes).toHaveLength(1);
});

it('a visitor who says no, a code that the vendor refuses and a vendor that fails end the grant; it can be started again', async () => {
  const purpose_id = randomUUID();
  const { state } = await agree(purpose_id);
  expect(await finish({ state, error: 'access_denied' })).toEqual({ purpose_id, status: 'denied' });
  expect(await finish({ ...(await agree(purpose_id)), code: 'forged' })).toEqual({ purpose_id, status: 'failed' });
  for (const misbehaves of ['error', 'wrong types'] as const) {
    Object.assign(health.vendor, { misbehaves });
    expect(await finish(await agree(purpose_id))).toEqual({ purpose_id, status: 'failed' });
  }
  reset(health.vendor);
  expect(await finish(await agree(purpose_id))).toEqual({ purpose_id, status: 'granted' });
});

it('a state ends after ten minutes, and when the visitor is asked again', async () => {
  const purpose_id = randomUUID();
  const first = await agree(purpose_id);
  const second = await agree(purpose_id);
  expect(await codeOf(finish(first))).toBe('state_invalid');
  await health.query('update visitor_grant set expires_at = now() where purpose_id = $1', [purpose_id]);
  expect(await codeOf(finish(second))).toBe('state_invalid');
});

it('a token that the vendor has refused is replaced once, however many ask', async () => {
  const purpose_id = await granted();
  const stale = await token(purpose_id);
  const renewed = new Set(await Promise.all(Array.from({ length: 5 }, () => token(purpose_id, stale))));
  expect([renewed.size, renewed.has(stale), health.vendor.refreshes, health.vendor.reused]).toEqual([1, false, 1, 0]);
  expect(await token(purpose_id)).toBe([...renewed][0]);
  Object.assign(health.vendor, { misbehaves: 'no refresh' });
  expect(await codeOf(token(purpose_id, [...renewed][0]))).toBe('account_expired');
});

it('a grant is sealed, and gone once it is dropped', async () => {
  const purpose_id = await granted();
  const [row] = await health.query('select visitor_grant::text as text from visitor_grant where purpose_id = $1', [purpose_id]);
  for (const secret of [await token(purpose_id), 'refresh-'])
    for (const form of [secret, Buffer.from(secret).toString('hex')]) expect(String(row!['text'])).not.toContain(form);
  for (let i = 0; i < 2; i++) await drop(purpose_id);
  expect(await codeOf(token(purpose_id))).toBe('account_not_found');
});

it('only vendors that are configured are asked', async () => {
  const of = (provider: string) =>
    health.call(connections.startVisitorGrant, coach, { provider, redirect_path: REDIRECT, purpose_id: 'p' });
  expect(await codeOf(of('abacus'))).toBe('health_provider_not_found');
  await health.restart({ GARMIN_CLIENT_ID: '', GARMIN_CLIENT_SECRET: '' });
  expect(await codeOf(of('garmin'))).toBe('not_configured');
});
