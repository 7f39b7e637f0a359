import { coach, type Race } from '@skep/contracts/coach';
import { type AppProcess, asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Coach, openCoach } from './coach.js';

let world: Coach;
let running: AppProcess;
let race: Race;
const boot = async () => void (running = await world.infra.startApp('coach', { ...world.env, SKEP_RUN_LEASE_MS: '1000' }));
const who = (n: number) => asUser(`c${n}`);

beforeAll(async () => {
  world = await openCoach({ runs: false });
  await boot();
  race = await world.race('Survivor');
});
afterAll(() => world?.close());

it('recommendations survive a kill of the process in their middle, and are asked for once', async () => {
  world.model.mood = 'silent';
  world.model.calls = { name: 'ranked_races', args: { items: [{ event_id: race.id, score: 1, reasons: ['x'] }] } };
  const asked = await Promise.all(
    [1, 2, 3].map((n) => world.call(coach.recommendRaces, who(n), { sports: ['trail_run'], text: `wish ${n}` })),
  );
  await waitUntil('the model to be asked', () => world.model.asked.length === 3);
  await running.kill('SIGKILL');
  world.model.mood = 'answer';
  const answers = world.model.unanswered();
  await boot();
  for (const answer of answers) answer();
  for (const [n, { recommendation_id }] of asked.entries()) {
    const found = await waitUntil(
      'it to be ready',
      async () => {
        const read = await world.call(coach.getRecommendation, who(n + 1), { recommendation_id });
        return read.status === 'ready' ? read : undefined;
      },
      30_000,
    );
    expect(found).toMatchObject({ ranked_by: 'model', items: [{ event_id: race.id }] });
  }
  expect(world.model.asked).toHaveLength(3);
  const written = await world.query(`select count(*)::int as n from outbox where subject like '%sourceWritten'`);
  expect(written).toEqual([{ n: 3 }]);
});
