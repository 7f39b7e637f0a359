import { type Database, newCtx, Runs, RunStore, tablesOf } from '@skep/platform';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AppProcess, type Infrastructure, modelTestSize, openTestDatabase, startInfrastructure, waitUntil } from '../../src/index.js';
import { type Op, program, service } from './runner/main.js';

/** Leases and polls are short, so that a run is taken over within a second. */
const SETTINGS = { SKEP_RUN_LEASE_MS: '900' };
const MAIN = new URL('./runner/main.js', import.meta.url);
const PROGRAMS = 40;
const KILL_EVERY_MS = 700;

const { runs: size, timeoutMs } = modelTestSize('runs', 320);

let infra: Infrastructure;
let db: Database;
let runs: Runs;
beforeAll(async () => {
  infra = await startInfrastructure();
  db = await openTestDatabase(await tablesOf(service), await infra.env('runner'));
  runs = new Runs(new RunStore(db, () => undefined, 900));
});
afterAll(async () => {
  await db?.close();
  await infra?.close();
});

const leaf: fc.Arbitrary<Op> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Op>({ op: 'commit' }) },
  { weight: 2, arbitrary: fc.constant<Op>({ op: 'step' }) },
  fc.record({ op: fc.constant('sleep' as const), ms: fc.integer({ min: 0, max: 150 }) }),
  fc.record({ op: fc.constant('fail' as const), times: fc.integer({ min: 1, max: 2 }) }),
  fc.constant<Op>({ op: 'answer' }),
);
const ops = fc.array(
  fc.oneof({ weight: 6, arbitrary: leaf }, fc.record({ op: fc.constant('child' as const), ops: fc.array(leaf, { maxLength: 4 }) })),
  {
    minLength: 1,
    maxLength: 6,
  },
);
const job = fc.record({
  ops,
  lane: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
  cancelAfterMs: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, fc.integer({ min: 0, max: 1500 })),
});

/** What a program returns: an answer is the number of its place, too. */
function expectedOf(list: Op[]): unknown[] {
  return list.flatMap((op, i) => (op.op === 'sleep' || op.op === 'fail' ? [] : [op.op === 'child' ? expectedOf(op.ops) : i]));
}
const commitsOf = (list: Op[]) => list.flatMap(({ op }, i) => (op === 'commit' ? [`${i} commit`] : []));

/** Two processes that are killed and started again, at random, until the work ends. */
async function whileProcessesDie(working: Promise<unknown>): Promise<void> {
  const start = () => infra.startApp('runner', SETTINGS, MAIN);
  const processes: AppProcess[] = await Promise.all([start(), start()]);
  let ended = false;
  void working.finally(() => (ended = true)).catch(() => undefined);
  while (!ended) {
    await sleep(KILL_EVERY_MS * (0.5 + Math.random()));
    const i = Math.floor(Math.random() * 2);
    await processes[i]!.kill('SIGKILL');
    // Postgres closes connections at random, too.
    await infra.query(
      'runner',
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'runner' and random() < 0.2`,
    );
    processes[i] = await start();
  }
  await working;
  await Promise.all(processes.map((each) => each.kill('SIGTERM')));
}

/** Answers whatever is asked, twice, like an impatient person. */
async function answerQuestions(until: Promise<unknown>): Promise<void> {
  let ended = false;
  void until.finally(() => (ended = true)).catch(() => undefined);
  while (!ended) {
    const asked = await infra.query('runner', `select run_id, name from run_step where not done and name like '% answer'`);
    for (const { run_id, name } of asked as { run_id: string; name: string }[])
      await Promise.all([0, 1].map(() => runs.answer(run_id, name, Number.parseInt(name, 10)).catch(() => false)));
    await sleep(50);
  }
}

it(
  'every run ends, every effect happens once and in order, and a lane runs one at a time, however processes die',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(job, { minLength: PROGRAMS, maxLength: PROGRAMS }), async (jobs) => {
        await infra.query('runner', 'delete from run; delete from effect');
        const ctx = newCtx({ tenant: 'default', user: 'imp_u_ada' });
        const begun = await Promise.all(
          jobs.map(async ({ ops, lane, cancelAfterMs }) => {
            const { id } = await runs.start(program, ctx, { ops, ...(lane && { lane }) }, { lane });
            if (cancelAfterMs !== null) setTimeout(() => void runs.cancel(id).catch(() => undefined), cancelAfterMs);
            return { id, ops, lane, mayBeCancelled: cancelAfterMs !== null };
          }),
        );
        const allEnded = waitUntil(
          'the end of all runs',
          async () => (await infra.query('runner', 'select 1 from run where ended_at is null limit 1')).length === 0,
          60_000,
        );
        await Promise.all([whileProcessesDie(allEnded), answerQuestions(allEnded)]);
        const effects = (await infra.query('runner', 'select run_id, name, lane from effect order by id')) as {
          run_id: string;
          name: string;
          lane: string;
        }[];
        for (const { id, ops, mayBeCancelled } of begun) {
          const run = (await runs.find(id))!;
          const happened = effects.filter(({ run_id }) => run_id === id).map(({ name }) => name);
          if (run.status === 'done')
            expect({ id, result: run.result, happened }).toEqual({ id, result: expectedOf(ops), happened: commitsOf(ops) });
          else
            expect({ run, mayBeCancelled, happened }).toEqual({
              run: { ...run, status: 'cancelled' },
              mayBeCancelled: true,
              happened: commitsOf(ops).slice(0, happened.length),
            });
        }
        for (const lane of ['a', 'b', 'c']) {
          const order = effects.filter((effect) => effect.lane === lane).map(({ run_id }) => run_id);
          const seen = order.filter((id, i) => id !== order[i - 1]);
          const starts = await infra.query('runner', 'select id from run where id = any($1) order by seq', [seen]);
          expect(seen).toEqual(starts.map(({ id }) => id));
        }
      }),
      { ...size, numRuns: Math.ceil((size.numRuns * 8) / PROGRAMS), endOnFailure: true },
    );
  },
  timeoutMs,
);
