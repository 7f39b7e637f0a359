import { type AppProcess, asUser, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type HealthHarness, openHealth } from './health.js';
import { reset } from './health-vendor.js';

let health: HealthHarness;
let running: AppProcess;
const boot = async () => void (running = await health.infra.startApp('connections', { ...health.env, SKEP_RUN_LEASE_MS: '1000' }));
/** Callers give up soon, and so notice that the process is dead. */
const ada = () => asUser('ada', { deadline: Date.now() + 2_000 });

beforeAll(async () => {
  health = await openHealth({}, { running: false });
  await boot();
});
afterAll(() => health?.close());
beforeEach(() => reset(health.vendor));

it('after a crash between the exchange of a code and the connection nothing is half, and the person starts again', async () => {
  const backs = await Promise.all(Array.from({ length: 10 }, (_, n) => health.agree(ada(), 'oura', { user: `half-${n}` })));
  health.vendor.silentAt = '/personal_info';
  const waiting = Promise.allSettled(backs.map((back) => health.comeBack(back)));
  await waitUntil('the exchanges', () => health.vendor.codes.length === backs.length);
  await running.kill('SIGKILL');
  health.vendor.silentAt = undefined;
  await boot();
  for (const back of backs) expect(await codeOf(health.comeBack(back))).toBe('state_invalid');
  expect(health.vendor.codes).toHaveLength(backs.length);
  expect([await health.query('select from health_connection'), await health.told('healthConnected')]).toEqual([[], []]);
  await health.connect(ada(), 'oura', 'half-0');
  expect((await health.find(ada(), 'oura')).status).toBe('connected');
  await waiting;
}, 60_000);

it('a revocation goes on after a crash in its middle', async () => {
  await health.connect(ada(), 'strava', 'middle');
  health.vendor.silentAt = '/strava/revoke';
  await health.disconnect(ada(), 'strava');
  await waitUntil('the request', () => health.vendor.asked.at(-1) === 'POST /strava/revoke');
  await running.kill('SIGKILL');
  health.vendor.silentAt = undefined;
  await boot();
  await waitUntil('the revocation', async () => !(await health.query('select from oauth_revocation')).length, 30_000);
  expect([health.vendor.validTokens('strava', 'middle'), health.vendor.revoked.length]).toEqual([[], 1]);
}, 60_000);

it('tokens of a process that died while it refreshed are refreshed by the next one, if the vendor had not answered', async () => {
  await health.connect(ada(), 'whoop', 'dies');
  await health.query(`update health_connection set expires_at = now() where provider = 'whoop'`);
  health.vendor.silentAt = '/whoop/token';
  const asking = codeOf(health.token(ada(), 'whoop'));
  await waitUntil('the refresh', () => health.vendor.asked.at(-1) === 'POST /whoop/token');
  await running.kill('SIGKILL');
  health.vendor.silentAt = undefined;
  await asking;
  await boot();
  await health.query(`update health_connection set refreshing_until = now()`);
  const { access_token } = await health.token(ada(), 'whoop');
  expect(health.vendor.validTokens('whoop', 'dies')).toEqual(expect.arrayContaining([access_token]));
}, 60_000);
