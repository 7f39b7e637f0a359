import { type AppProcess, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { openSending, type Sending } from './sending.js';

const env = { SKEP_RUN_LEASE_MS: '1000' };
let world: Sending;
let running: AppProcess;
const boot = async () => void (running = await world.infra.startApp('coach', { ...world.env, ...env }));
const kill = () => running.kill('SIGKILL');

beforeAll(async () => {
  world = await openSending();
  await boot();
});
afterAll(() => world?.close());
beforeEach(() => {
  Object.assign(world.garmin, { calls: [], next: [], delayMs: 0 });
});

it('a course whose request was on its way when the process was killed is not sent again', async () => {
  const visitors = await Promise.all([world.browser(), world.browser(), world.browser()]);
  world.garmin.delayMs = 1_500;
  await Promise.all(visitors.map(({ finish }) => finish()));
  await waitUntil('the requests', () => world.garmin.calls.length === 3);
  await kill();
  world.garmin.delayMs = 0;
  await boot();
  for (const visitor of visitors)
    expect(await visitor.becomes('sent', 'failed')).toMatchObject({
      status: 'failed',
      error: { code: 'outcome_unknown' },
      retryable: false,
    });
  expect(world.garmin.calls).toHaveLength(3);
}, 60_000);

it('a course that was not on its way yet is sent once, also if the process is killed again and again', async () => {
  const visitors = await Promise.all(Array.from({ length: 8 }, () => world.browser()));
  for (const [i, visitor] of visitors.entries()) {
    const finished = visitor.finish().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 15 * i));
    await kill();
    await finished;
    await boot();
  }
  const ends = await Promise.all(
    visitors.map(async (visitor) => {
      const { status } = await visitor.find();
      return status === 'awaiting_auth' ? status : (await visitor.becomes('sent', 'failed')).status;
    }),
  );
  // Whatever was sent is either known to be, or was not sent twice.
  const names = world.garmin.calls.map(({ token }) => token);
  expect(new Set(names).size).toBe(names.length);
  expect(ends.filter((end) => end === 'sent').length).toBeLessThanOrEqual(world.garmin.calls.length);
}, 120_000);

it('a visitor may ask again after a crash, and their token is forgotten after it', async () => {
  world.garmin.next = [429];
  const visitor = await world.browser();
  await visitor.finish();
  await visitor.becomes('failed');
  await kill();
  await boot();
  await visitor.retry();
  await kill();
  await boot();
  await visitor.becomes('sent');
  expect(world.garmin.calls).toHaveLength(2);
  await waitUntil('the token to be forgotten', async () => {
    const grants = await world.infra.query('connections', 'select 1 from visitor_grant where purpose_id = $1', [visitor.send_id]);
    return grants.length === 0;
  }, 20_000); // prettier-ignore
}, 60_000);
