import { AsyncLocalStorage } from 'node:async_hooks';
import { Conflict } from '@skep/contracts';
import {
  Bus,
  connectNats,
  type Database,
  Metrics,
  Migration,
  newCtx,
  openLog,
  ProcessConfig,
  readConfig,
  Run,
  RunSignal,
  RunStore,
  Runs,
  RunWorker,
  runKind,
  statement,
  tablesOf,
  traceId,
} from '@skep/platform';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Infrastructure, openTestDatabase, startInfrastructure, startOtlpReceiver, waitUntil } from '../../src/index.js';
import { program, service as runner } from './runner/main.js';

/** Leases are short, so that a test sees a takeover; a poll is a twelfth of it. */
const LEASE_MS = 1_500;
const log = openLog('runs', 'silent');

class Effects extends Migration {
  readonly sql = `
    create table effect (id bigint generated always as identity primary key, run_id text not null, name text not null, lane text)`;
}
const EFFECT = statement('insert into effect (run_id, name, lane) values (:run_id, :name, :lane)');

const LOCK_RUNS = statement('lock table run in access exclusive mode');
const WAITING_CLAIMS = `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%claim_runs%'`;

const metrics = new Metrics('runs');

let infra: Infrastructure;
beforeAll(async () => (infra = await startInfrastructure()));
afterAll(() => infra?.close());

type Work = (run: Run, input: { lane?: string }) => Promise<unknown>;
/** The work of the kind `work` of the current test. */
let work: Work;
let works = 0;

const ordinary = runKind<{ lane?: string }, unknown>('work', { retries: 3 });
const replacing = runKind<{ lane?: string }, unknown>('replacing', { overlap: 'replace' });
const refusing = runKind<{ lane?: string }, unknown>('refusing', { overlap: 'refuse' });
const limited = runKind<{ lane?: string }, unknown>('limited', { atOnce: 2 });
const background = runKind<{ lane?: string }, unknown>('background', { perProcess: 2 });
const brief = runKind<{ lane?: string }, unknown>('brief', { deadlineMs: 500 });
const kinds = [ordinary, replacing, refusing, limited, background, brief];

/** A process that runs the runs: its connections and its worker. */
class Instance {
  private constructor(
    readonly db: Database,
    readonly store: RunStore,
    readonly worker: RunWorker,
    private readonly bus: Bus,
    private readonly signal: RunSignal,
  ) {}
  readonly runs = new Runs(this.store);

  static async start({ leaseMs, atOnce }: { leaseMs: number; atOnce: number }): Promise<Instance> {
    const tables = { name: 'runs', entities: [], migrations: [Effects] };
    const env = await infra.env('runs');
    const db = await openTestDatabase(tables, env);
    const bus = new Bus(await connectNats('runs', readConfig(ProcessConfig, env), log), 'runs');
    const signal = new RunSignal(bus, 'runs');
    const handle = (run: Run, input: object) => {
      works++;
      return work(run, input);
    };
    const handlers = new Map(kinds.map((kind) => [kind.name, { kind, handle }]));
    const onChange = (change: 'due' | 'cancelled') => (change === 'due' ? worker.wake() : signal.send(change));
    const store: RunStore = new RunStore(db, onChange, leaseMs);
    const worker = new RunWorker(handlers, store, db, atOnce, log, { passOn: () => signal.send('due'), metrics });
    signal.listen((change) => worker.notice(change));
    worker.start();
    return new Instance(db, store, worker, bus, signal);
  }

  async stop(): Promise<void> {
    await this.worker.stop().catch(() => undefined);
    await this.db.close().catch(() => undefined);
    this.signal.close();
    await this.bus.close();
  }

  /** Ends like a killed process: nothing that it does afterwards reaches Postgres. */
  crash(): Promise<void> {
    return this.db.close();
  }
}

let instances: Instance[] = [];
async function startInstance(options: { leaseMs?: number; atOnce?: number } = {}): Promise<Instance> {
  const instance = await Instance.start({ leaseMs: LEASE_MS, atOnce: 50, ...options });
  instances.push(instance);
  return instance;
}
afterEach(async () => {
  await Promise.all(instances.map((instance) => instance.stop()));
  instances = [];
  works = 0;
  await infra.query('runs', 'delete from run; delete from effect');
});

const ada = newCtx({ tenant: 'default', user: 'imp_u_ada', actor: 'user' });
const effects = async () =>
  (await infra.query('runs', 'select run_id, name from effect order by id')) as { run_id: string; name: string }[];
const names = async () => (await effects()).map(({ name }) => name);
const statusOf = async (id: string) => (await infra.query('runs', 'select status from run where id = $1', [id]))[0]?.['status'];
const ended = async ({ runs }: Instance, id: string) => {
  await waitUntil(`the end of ${id}`, async () => (await runs.find(id))?.ended_at, 15_000);
  return (await runs.find(id))!;
};
/** Writes a row, exactly once. */
const effect = ({ db }: Instance, run: Run, name: string, lane?: string) =>
  run.commit(name, () => db.rows(EFFECT, { run_id: run.id, name, lane }));

describe('a run', () => {
  it('runs once, and keeps its result', async () => {
    const here = await startInstance();
    work = async (run, input) => ({ input, two: await run.step('two', () => 2) });
    const { id, outcome } = await here.runs.start(ordinary, ada, { lane: 'x' });
    expect(outcome).toBe('started');
    expect(await ended(here, id)).toMatchObject({
      status: 'done',
      result: { input: { lane: 'x' }, two: 2 },
      attempt: 1,
      user_id: 'imp_u_ada',
    });
  });

  it('that fails is tried again without the steps that have happened, and ends as failed at last', async () => {
    const here = await startInstance();
    let steps = 0;
    work = async (run) => {
      await run.step('first', () => ++steps);
      if (run.attempt < 3) throw new Error('not yet');
      return steps;
    };
    const { id } = await here.runs.start(ordinary, ada, {});
    expect(await ended(here, id)).toMatchObject({ status: 'done', result: 1, attempt: 3 });
    work = async () => {
      throw Conflict('never');
    };
    const { id: refused } = await here.runs.start(ordinary, ada, {});
    expect(await ended(here, refused)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { code: 'conflict', message: 'conflict: never' },
    });
  });

  it('is started with the transaction that starts it, or not at all', async () => {
    const here = await startInstance();
    work = async () => 1;
    const failed = here.db.transaction(async () => {
      await here.runs.start(ordinary, ada, {}, { key: 'k' });
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect(await infra.query('runs', 'select 1 from run')).toEqual([]);
    const starts = await Promise.all(Array.from({ length: 5 }, () => here.runs.start(ordinary, ada, {}, { key: 'k' })));
    expect(new Set(starts.map(({ id }) => id)).size).toBe(1);
    expect(starts.filter(({ outcome }) => outcome === 'started')).toHaveLength(1);
    await ended(here, starts[0]!.id);
    expect(works).toBe(1);
  });

  it('whose process dies is continued by another, and its effects happen once', async () => {
    const first = await startInstance();
    const second = await startInstance();
    await second.worker.stop();
    let crashed = false;
    work = async (run) => {
      const here = crashed ? second : first;
      await effect(here, run, 'before');
      if (!crashed) {
        crashed = true;
        await first.crash();
      }
      await effect(here, run, 'after');
      return run.attempt;
    };
    const { id } = await first.runs.start(ordinary, ada, {});
    await waitUntil('the crash', () => crashed);
    second.worker.start();
    const { status, result } = await ended(second, id);
    expect(status).toBe('done');
    // Later than the second on a machine that is too slow for the lease.
    expect(result).toBeGreaterThanOrEqual(2);
    expect(await names()).toEqual(['before', 'after']);
  });

  it('that was taken over writes nothing any more', async () => {
    const here = await startInstance();
    let goOn: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => (goOn = resolve));
    let outcome: unknown;
    work = async (run) => {
      if (run.attempt === 1) {
        await paused;
        outcome = await effect(here, run, 'first').catch((error: unknown) => error);
        return;
      }
      await effect(here, run, 'second');
      goOn();
      await waitUntil('the end of the first attempt', () => Promise.resolve(outcome));
    };
    const { id } = await here.runs.start(ordinary, ada, {});
    await waitUntil('its start', () => Promise.resolve(works >= 1));
    await infra.query('runs', `update run set due_at = now() - interval '1 second'`);
    await ended(here, id);
    expect(String(outcome)).toContain('lost');
    expect(await names()).toEqual(['second']);
  });

  it('is held for as long as its step takes', async () => {
    const here = await startInstance();
    work = (run) => run.step('long', () => sleep(3 * LEASE_MS).then(() => works));
    const { id } = await here.runs.start(ordinary, ada, {});
    expect(await ended(here, id)).toMatchObject({ status: 'done', result: 1, attempt: 1 });
  });

  it('sleeps, and holds nothing meanwhile', async () => {
    const here = await startInstance();
    work = async (run) => {
      const before = await run.step('before', () => Date.now());
      await run.sleep('a while', 700);
      return Date.now() - before;
    };
    const { id } = await here.runs.start(ordinary, ada, {});
    await waitUntil('its sleep', async () => (await statusOf(id)) === 'waiting');
    expect((await ended(here, id)).result).toBeGreaterThanOrEqual(690);
  });

  it('gets the first answer, also one that comes before it waits, and goes on without one after its time', async () => {
    const here = await startInstance();
    work = async (run) => [
      await run.answer('may I', { withinMs: 60_000 }),
      await run.answer('early'),
      await run.answer('none', { withinMs: 300 }),
    ];
    const { id } = await here.runs.start(ordinary, ada, {});
    await waitUntil('its question', async () => (await statusOf(id)) === 'waiting');
    expect(await here.runs.answer(id, 'early', 'e')).toBe(true);
    expect(await Promise.all(['yes', 'no'].map((answer) => here.runs.answer(id, 'may I', answer)))).toEqual(
      expect.arrayContaining([true, false]),
    );
    const { result } = await ended(here, id);
    expect(result).toEqual([expect.stringMatching(/yes|no/), 'e', null]);
    expect(await here.runs.answer(id, 'none', 'late')).toBe(false);
  });

  it('waits for its children, and cancels them with itself', async () => {
    const here = await startInstance();
    work = async (run, { lane }) => {
      if (lane === 'child') return 'from the child';
      if (lane === 'sleeper') return run.sleep('for long', 60_000);
      const child = await run.child('one', ordinary, { lane: 'child' });
      await run.child('two', ordinary, { lane: 'sleeper' });
      return child;
    };
    const { id } = await here.runs.start(ordinary, ada, {});
    const states = async () => (await infra.query('runs', 'select status from run order by seq')).map(({ status }) => status);
    await waitUntil('the second child', async () => (await states()).join() === 'waiting,done,waiting', 10_000);
    expect(await here.runs.cancel(id)).toBe(true);
    expect(await states()).toEqual(['cancelled', 'done', 'cancelled']);
    expect(await here.runs.cancel(id)).toBe(false);
  });

  it('that is cancelled stops at its next step', async () => {
    const here = await startInstance();
    work = async (run) => {
      await new Promise((resolve) => run.signal.addEventListener('abort', resolve));
      await effect(here, run, 'never');
    };
    const { id } = await here.runs.start(ordinary, ada, {});
    await waitUntil('its start', () => Promise.resolve(works >= 1));
    await here.runs.cancel(id);
    expect(await ended(here, id)).toMatchObject({ status: 'cancelled' });
    expect(await names()).toEqual([]);
  });

  it('ends at its deadline, whether it runs, waits or is blocked', async () => {
    const here = await startInstance();
    work = async (run, { lane }) => {
      if (lane === 'waits') return run.answer('never');
      await new Promise((resolve) => run.signal.addEventListener('abort', resolve));
      run.assertHeld();
    };
    const lanes = ['runs', 'waits', 'runs'];
    const runs = await Promise.all(lanes.map((lane) => here.runs.start(brief, ada, { lane }, { lane })));
    for (const { id } of runs) expect(await ended(here, id)).toMatchObject({ status: 'failed', error: { code: 'late' } });
  });

  it('that a process takes while it stops is given back too', async () => {
    const stopping = await startInstance();
    await stopping.worker.stop();
    work = (run) => new Promise((_, reject) => run.signal.addEventListener('abort', () => reject(new Error('stopped'))));
    const { id } = await stopping.runs.start(ordinary, ada, {});
    let stopped: Promise<void> | undefined;
    const outside = AsyncLocalStorage.snapshot();
    await stopping.db.transaction(async () => {
      await stopping.db.rows(LOCK_RUNS);
      outside(() => stopping.worker.start()); // inside, its claim would hold the lock itself
      await waitUntil('the claim', async () => (await infra.query('runs', WAITING_CLAIMS)).length > 0);
      stopped = stopping.worker.stop();
    });
    await stopped;
    expect([works, await statusOf(id)]).toEqual([1, 'queued']);
  });

  it('is given back by a process that stops, and continued at once', async () => {
    const first = await startInstance();
    work = async (run) => {
      if (run.attempt === 1) await new Promise((resolve) => run.signal.addEventListener('abort', resolve));
      run.assertHeld();
      return run.attempt;
    };
    const { id } = await first.runs.start(ordinary, ada, {});
    await waitUntil('its start', () => Promise.resolve(works >= 1));
    await first.worker.stop();
    expect(await statusOf(id)).toBe('queued');
    const second = await startInstance();
    expect(await ended(second, id)).toMatchObject({ status: 'done', result: 2 });
  });
});

it('metrics count attempts by their outcome, and tell how long the oldest due run waits', async () => {
  const here = await startInstance({ atOnce: 1, leaseMs: LEASE_MS });
  metrics.registry.resetMetrics();
  work = async (run) => {
    if (run.attempt === 1) throw new Error('as planned');
    await run.answer('goes on');
  };
  const { id } = await here.runs.start(ordinary, ada, {});
  await waitUntil('its question', async () => (await statusOf(id)) === 'waiting');
  await here.runs.answer(id, 'goes on', true);
  await ended(here, id);
  const counted = async () => (await metrics.registry.metrics()).match(/^skep_run_seconds_count{.*$/gm)?.sort();
  const line = (outcome: string): unknown => expect.stringMatching(`kind="work",outcome="${outcome}".* 1$`);
  await waitUntil('the last attempt', async () => (await counted())?.length === 3);
  expect(await counted()).toEqual(['done', 'retried', 'waiting'].map(line));
  // A run that no process has room for.
  work = (run) => new Promise((resolve) => run.signal.addEventListener('abort', resolve));
  await here.runs.start(ordinary, ada, {});
  await here.runs.start(ordinary, ada, {});
  await waitUntil('the age of the queue', async () => {
    const text = await metrics.registry.metrics();
    return /^skep_run_queue_age_seconds{.*} 0*[1-9.]/m.test(text) && /^skep_runs_held{.*} 1$/m.test(text);
  });
});

it('each attempt has a span, in the trace of its start', async () => {
  const receiver = await startOtlpReceiver();
  const process = await infra.startApp('runner', receiver.env, new URL('./runner/main.js', import.meta.url));
  const db = await openTestDatabase(await tablesOf(runner), await infra.env('runner'));
  try {
    const store = new RunStore(db, () => undefined, LEASE_MS);
    const { id } = await store.start(program, ada, { ops: [{ op: 'fail', times: 1 }] }, {});
    const attempts = () => receiver.spans.filter(({ name }) => name === 'run program');
    await waitUntil('the spans', () => Promise.resolve(attempts().length === 2), 15_000);
    expect(attempts().map(({ attributes }) => [attributes['skep.run.id'], attributes['skep.run.outcome']])).toEqual([
      [id, 'retried'],
      [id, 'done'],
    ]);
    expect(attempts().map((span) => span.traceId)).toEqual([traceId(ada), traceId(ada)]);
  } finally {
    await process.kill('SIGTERM');
    await db.close();
    await receiver.close();
  }
});

describe('without waiting for the next poll, which comes after ten seconds,', () => {
  const rarely = { leaseMs: 120_000, atOnce: 1 };
  const POLL_MS = 10_000;

  it('a process takes runs for which another has no room', async () => {
    const [here] = [await startInstance(rarely), await startInstance(rarely)];
    let goOn: () => void = () => undefined;
    const bothRun = new Promise<void>((resolve) => (goOn = resolve));
    work = async () => (works === 2 ? goOn() : bothRun);
    const start = performance.now();
    // Its end has to wait until both run, in one process each.
    const started = [await here.runs.start(ordinary, ada, {}), await here.runs.start(ordinary, ada, {})];
    for (const { id } of started) await ended(here, id);
    expect(performance.now() - start).toBeLessThan(POLL_MS / 2);
  });

  it('a process stops a run that another cancels', async () => {
    const [here, there] = [await startInstance(rarely), await startInstance(rarely)];
    work = async (run) => {
      await new Promise((resolve) => run.signal.addEventListener('abort', resolve));
      run.assertHeld();
    };
    const { id } = await here.runs.start(ordinary, ada, {});
    await waitUntil('its start', () => Promise.resolve(works >= 1));
    const start = performance.now();
    await there.runs.cancel(id);
    expect(await ended(there, id)).toMatchObject({ status: 'cancelled' });
    expect(performance.now() - start).toBeLessThan(POLL_MS / 2);
  });
});

describe('a lane', () => {
  it('runs one run at a time, in the order of their starts, over two instances', async () => {
    const [here, there] = [await startInstance(), await startInstance()];
    let [running, most] = [0, 0];
    work = async (run) => {
      most = Math.max(most, ++running);
      await effect(here, run, 'a');
      await sleep(5);
      await effect(here, run, 'b');
      running--;
    };
    const started: string[] = [];
    for (let i = 0; i < 12; i++) started.push((await (i % 2 ? here : there).runs.start(ordinary, ada, {}, { lane: 'one' })).id);
    for (const id of started) await ended(here, id);
    expect(most).toBe(1);
    expect((await effects()).map(({ run_id, name }) => `${run_id} ${name}`)).toEqual(started.flatMap((id) => [`${id} a`, `${id} b`]));
  });

  it('replaces those before, or refuses the next, as its kind says', async () => {
    const here = await startInstance();
    work = (run) => run.sleep('for long', 60_000);
    const old = await here.runs.start(replacing, ada, {}, { lane: 'x' });
    await waitUntil('its sleep', async () => (await statusOf(old.id)) === 'waiting');
    work = async () => 'new';
    const next = await here.runs.start(replacing, ada, {}, { lane: 'x' });
    expect(await ended(here, next.id)).toMatchObject({ status: 'done', result: 'new' });
    expect(await statusOf(old.id)).toBe('cancelled');
    work = (run) => run.sleep('for long', 60_000);
    const { id } = await here.runs.start(refusing, ada, {}, { lane: 'y' });
    await waitUntil('its sleep', async () => (await statusOf(id)) === 'waiting');
    await expect(here.runs.start(refusing, ada, {}, { lane: 'y' })).rejects.toMatchObject({ body: { code: 'conflict' } });
    await here.runs.cancel(id);
    expect((await here.runs.start(refusing, ada, {}, { lane: 'y' })).outcome).toBe('started');
  });
});

it('one person has at most so many runs of a kind at once; others are not affected', async () => {
  const here = await startInstance();
  const running = new Map<string, number>();
  let most = 0;
  work = async (run) => {
    const count = (running.get(run.ctx.user) ?? 0) + 1;
    running.set(run.ctx.user, count);
    most = Math.max(most, count);
    await sleep(20);
    running.set(run.ctx.user, running.get(run.ctx.user)! - 1);
  };
  const bob = { ...ada, user: 'imp_u_bob' };
  const started = await Promise.all(
    [...Array(9).fill(ada), ...Array(9).fill(bob)].map((who: typeof ada) => here.runs.start(limited, who, {})),
  );
  for (const { id } of started) await ended(here, id);
  expect(most).toBe(2);
  expect(works).toBe(18);
});

it('a process does so many runs of a kind at once, and others beside them; another process does more of them', async () => {
  const here = await startInstance({ atOnce: 6 });
  const running = new Map<string, number>();
  let most = 0;
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const start = (instance: Instance, kind: typeof background) => instance.runs.start(kind, ada, {});
  work = async (run) => {
    running.set(run.id, 1);
    most = Math.max(most, running.size);
    await opened;
    running.delete(run.id);
  };
  const waiting = await Promise.all(Array.from({ length: 20 }, () => start(here, background)));
  await waitUntil('two of them', () => running.size === 2);
  const other = await start(here, ordinary);
  await waitUntil('the other kind', () => running.has(other.id));
  expect(running.size).toBe(3);
  const there = await startInstance({ atOnce: 6 });
  await waitUntil('those of the other process', () => running.size === 5);
  open();
  for (const { id } of waiting) await ended(there, id);
  expect([most, works]).toEqual([5, 21]);
});

it('a run that has to wait is started without reading the others that wait', async () => {
  await startInstance();
  await infra.query(
    'runs',
    `insert into run (id, kind, tenant_id, user_id, at_once, place, lane, input, ctx, status, due_at, deadline)
     select 'run_' || n, 'limited', 'default', 'imp_u_ada', 2, case when n < 3 then n end, 'lane ' || n, '{}', '{}',
            case when n < 3 then 'waiting' else 'blocked' end, now() + interval '1 hour', now() + interval '1 hour'
       from generate_series(1, 5000) n`,
  );
  await infra.query('runs', 'analyze run');
  for (const lane of ['lane 1', 'another lane']) {
    const run = { id: `run_of_${lane}`, kind: 'limited', tenant_id: 'default', user_id: 'imp_u_ada', at_once: 2, lane, input: {}, ctx: {} };
    const [started] = await infra.query(
      'runs',
      `select outcome, pg_stat_get_xact_tuples_returned('run'::regclass) + pg_stat_get_xact_tuples_fetched('run'::regclass) as read
         from start_run($1, interval '1 hour', 'queue')`,
      [JSON.stringify(run)],
    );
    expect(started?.['outcome']).toBe('started');
    expect(Number(started?.['read'])).toBeLessThan(50);
  }
});
