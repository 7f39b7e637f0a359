import { coach } from '@skep/contracts/coach';
import type { Ctx } from '@skep/platform';
import { type AppProcess, faultsOfBoard, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answering, type Coaching, openCoaching } from './coaching.js';

let coaching: Coaching;
let running: AppProcess;
let models: AppProcess;
let people: Ctx[];
const boot = async () => {
  running = await coaching.infra.startApp('coach', { SKEP_RUN_LEASE_MS: '1000' });
};
const BOARDS = 4;

beforeAll(async () => {
  coaching = await openCoaching();
  ({ models } = coaching);
  await boot();
});
beforeEach(async () => {
  answering(coaching.model, { pauseMs: 40 });
  people = await Promise.all(Array.from({ length: BOARDS }, () => coaching.person()));
});
afterAll(() => coaching?.close());

/** Boards that have begun to show words, or their card with so many. */
const begin = async () => {
  const runs = await Promise.all(people.map((who) => coaching.start(who)));
  await waitUntil('the plans', () => coaching.model.asked.filter((body) => !body['tools']).length >= BOARDS);
  return runs;
};

/** Each board has ended once, with all cards, and the events that a reader sees have neither gap nor repetition. */
const assertWhole = async (runs: string[]) => {
  for (const [n, run] of runs.entries()) {
    const events = await coaching.read(run, 60_000);
    expect([faultsOfBoard(events), events.at(-1)!.event, events.at(-1)!.data.cards]).toEqual([[], 'board.completed', 4]);
    const board = await coaching.call(coach.getBoard, people[n]!, { board_id: run.replace('run_', 'brd_') });
    expect(board.cards).toEqual(events.flatMap(({ data }) => data.card ?? []));
    const asked = await coaching.query(
      'select count(*)::int as n, count(distinct key)::int as keys from model_spending where user_id = $1',
      [people[n]!.user],
    );
    expect(asked).toEqual([{ n: 3, keys: 3 }]);
  }
};

describe.each([100, 400, 800, 1_600])('killed %i ms after the first words', (ms) => {
  it('the coach ends each board once, and shows nothing twice', async () => {
    const runs = await begin();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await running.kill('SIGKILL');
    await boot();
    await assertWhole(runs);
  });
});

it('boards end once when the models are killed in the middle', async () => {
  const runs = await begin();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await models.kill('SIGKILL');
  models = await coaching.startModels();
  await assertWhole(runs);
});

it('a board ends once when the language model stalls, and can be generated anew', async () => {
  const [who] = people;
  Object.assign(coaching.model, { pauseMs: undefined, mood: 'stalled' });
  await models.kill('SIGKILL');
  models = await coaching.startModels({ SKEP_LLM_TIMEOUT_MS: '2000' });
  const run = await coaching.start(who!);
  const events = await coaching.read(run, 60_000);
  expect([faultsOfBoard(events), events.at(-1)]).toEqual([[], expect.objectContaining({ event: 'error' })]);
  answering(coaching.model);
  expect((await coaching.read(await coaching.start(who!))).at(-1)!.event).toBe('board.completed');
});
