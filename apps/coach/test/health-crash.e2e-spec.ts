import { coach } from '@skep/contracts/coach';
import { type AppProcess, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ada, ben, daysAgo, type HealthWorld, openHealth } from './health-world.js';

const COUNT = 60;
let world: HealthWorld;
let running: AppProcess;
const boot = async () => void (running = await world.infra.startApp('coach', world.env));

beforeAll(async () => {
  world = await openHealth({ inProcess: false, withModel: true });
  await boot();
});
afterAll(() => world?.close());

const all = Array.from({ length: COUNT }, (_, n) => ({
  ...{ id: 1 + n, sport_type: 'Run', name: `Run ${n}`, moving_time: 1800, distance: 5000 },
  start_date: daysAgo(n + 1).toISOString(),
}));

it('a backfill that is killed again and again has no gaps and no doubles', async () => {
  world.vendors.usual = ({ query }) => {
    const before = Number(query.get('before')) * 1_000;
    return { body: all.filter(({ start_date }) => Date.parse(start_date) < before).slice(0, 3) };
  };
  await world.connect(ada, 'strava');
  for (const enough of [2, 10, 20]) {
    await waitUntil('some pages', () => world.vendors.asked.length >= enough, 30_000);
    await running.kill('SIGKILL');
    await boot();
  }
  await waitUntil('the end', async () => (await world.query("select 1 from health_source where state = 'filled'")).length === 1, 60_000);
  const rows = await world.query('select vendor_id from activity where user_id = $1', [ada.user]);
  expect(rows.map(({ vendor_id }) => Number(vendor_id)).sort((a, b) => a - b)).toEqual(all.map(({ id }) => id));
  // The next look at what is new is planned once.
  expect(await world.query("select 1 from run where kind = 'coach.sync_health' and ended_at is null")).toHaveLength(1);
}, 150_000);

it('a question that is killed is answered once', async () => {
  world.model.calls = { name: 'query_plan', args: { sql: 'select count(*) as n from my_activities' } };
  world.model.mood = 'silent';
  const who = { ...ben, deadline: Date.now() + 100_000 };
  const { run_id } = await world.call(coach.streamAnswer, who, { question: 'How often?' });
  await waitUntil('the model to be asked', () => world.model.asked.length > 0, 30_000);
  await running.kill('SIGKILL');
  world.model.mood = 'answer';
  for (const answer of world.model.unanswered()) answer();
  await boot();
  const answers = () => world.query('select answer from question where id = $1 and answer is not null', [run_id.replace('run_', 'qst_')]);
  await waitUntil('the answer', async () => (await answers()).length === 1, 90_000);
  expect(await world.query('select 1 from question where user_id = $1', [ben.user])).toHaveLength(1);
}, 150_000);

it('a question that is killed while it is answered is answered with the words of its first time, and asked once', async () => {
  world.model.asked = [];
  // Postgres keeps the columns of a row in another order than the query.
  world.model.calls = { name: 'query_plan', args: { sql: "select 'all' as activities, count(*) as n from my_activities" } };
  world.model.says = 'You have run sixty times in the last sixty days.';
  world.model.pauseMs = 150;
  const { run_id } = await world.call(coach.streamAnswer, { ...ada, deadline: Date.now() + 100_000 }, { question: 'How many runs?' });
  await waitUntil('the model to be asked', () => world.model.asked.length === 2, 30_000);
  await running.kill('SIGKILL');
  await boot();
  const answered = async () => {
    const [row] = await world.query('select answer, run_id from question where id = $1', [run_id.replace('run_', 'qst_')]);
    return row?.['run_id'] === null ? row : undefined;
  };
  expect((await waitUntil('the answer', answered, 90_000))?.['answer']).toBe(world.model.says);
  expect(world.model.asked).toHaveLength(2);
  // What was asked is health data: it is sealed.
  const stored = await world.query('select request from model_request where user_id = $1', [ada.user]);
  expect(stored.length).toBeGreaterThan(0);
  expect(stored.map(({ request }) => String(request)).join()).not.toContain('How many runs?');
}, 150_000);
