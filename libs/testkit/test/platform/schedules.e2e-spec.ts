import {
  type Database,
  Metrics,
  Migration,
  type NewSchedule,
  newCtx,
  openLog,
  type Run,
  RunStore,
  RunWorker,
  runKind,
  Schedules,
  ScheduleWorker,
  statement,
} from '@skep/platform';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Infrastructure, modelTestSize, openTestDatabase, startInfrastructure, waitUntil } from '../../src/index.js';

/** Polls are a twelfth of it. */
const LEASE_MS = 1_200;
const log = openLog('schedules', 'silent');
const { runs: size, timeoutMs } = modelTestSize('schedules', 24);

class Effects extends Migration {
  readonly sql = `create table effect (name text not null, due_at timestamptz not null)`;
}
const EFFECT = statement('insert into effect (name, due_at) values (:name, :due_at)');

interface Job {
  name: string;
  /** It does not end until it is cancelled. */
  stays?: boolean;
  due_at: string;
}
const job = runKind<Job>('job', { retries: 100, retryAfterMs: 10 });

const metrics = new Metrics('schedules');

let infra: Infrastructure;
beforeAll(async () => (infra = await startInfrastructure()));
afterAll(() => infra?.close());

/** A process that fires schedules, and runs their runs. */
class Instance {
  private constructor(
    readonly db: Database,
    private readonly runs: RunWorker,
    private readonly slots: ScheduleWorker,
  ) {}
  readonly schedules = new Schedules(this.db);

  static async start(leaseMs = LEASE_MS): Promise<Instance> {
    const db = await openTestDatabase(
      { name: 'schedules', entities: [], migrations: [Effects], tenantScoped: true },
      await infra.env('schedules'),
    );
    const handle = async (run: Run, input: object) => {
      const { name, due_at, stays } = input as Job;
      await run.commit('effect', () => db.rows(EFFECT, { name, due_at }));
      if (stays) await run.sleep('for long', 60_000);
    };
    const handlers = new Map([[job.name, { kind: job, handle }]]);
    const store: RunStore = new RunStore(db, () => runs.wake(), leaseMs);
    const runs = new RunWorker(handlers, store, db, 50, log);
    const slots = new ScheduleWorker(handlers, store, db, log, metrics);
    runs.start();
    slots.start();
    const instance = new Instance(db, runs, slots);
    instances.push(instance);
    return instance;
  }

  async stop(): Promise<void> {
    await this.slots.stop();
    await this.runs.stop();
    await this.db.close();
  }
}

let instances: Instance[] = [];
afterEach(async () => {
  await Promise.all(instances.map((instance) => instance.stop()));
  instances = [];
  await query('delete from run; delete from schedule; delete from effect');
});

const ada = newCtx({ tenant: 'default', user: 'imp_u_ada', actor: 'user' });
const HOUR_MS = 3_600_000;
const query = (sql: string, values?: unknown[]) =>
  infra.query('schedules', sql, values) as Promise<Record<string, string | Date | number>[]>;
const schedule = (fields: Partial<NewSchedule<Job>> = {}): NewSchedule<Job> => ({
  ...{ key: 'k', kind: job, input: { name: 'k' }, timing: { every_ms: HOUR_MS } },
  ...fields,
});
/** Sets a schedule back, as if no process had run since. */
const setBack = (ms: number) =>
  query(`update schedule set next_at = date_trunc('milliseconds', now() - make_interval(secs => $1))`, [ms / 1000]);
const slotsOf = async ({ schedules }: Instance, count: number) => {
  await waitUntil(`${count} slots`, async () => (await schedules.listSlots(ada, 'k', {})).rows.length >= count, 10_000);
  return (await schedules.listSlots(ada, 'k', {})).rows.reverse();
};
const outcomes = async (instance: Instance, count: number) =>
  (await slotsOf(instance, count)).map(({ outcome, reason }) => (reason ? `${outcome}: ${reason}` : outcome));
const effects = () => query('select name, due_at from effect order by due_at');

describe('a schedule', () => {
  it('at a time runs once, with the time of its slot, and is over', async () => {
    const here = await Instance.start();
    const at = new Date(Date.now() + 300);
    await here.schedules.set(ada, schedule({ timing: { at } }));
    const [slot] = await slotsOf(here, 1);
    expect(slot).toMatchObject({ due_at: at, outcome: 'ran', reason: null, slots: 1 });
    await waitUntil('its run', async () => (await effects()).length);
    expect(await effects()).toEqual([{ name: 'k', due_at: at }]);
    const found = await here.schedules.find(ada, 'k');
    expect(found).toMatchObject({ next_at: null, ended_at: expect.any(Date) });
    // As at the next start of a service.
    expect(await here.schedules.set(ada, schedule({ timing: { at } }))).toEqual(found);
  });

  it('does not wait for the next poll', async () => {
    const here = await Instance.start(24_000); // polls every two seconds
    await here.schedules.set(ada, schedule({ timing: { at: new Date(Date.now() + 2_400) } }));
    await slotsOf(here, 1);
    const [run] = await query(
      'select extract(epoch from r.created_at - s.due_at)::float8 as late from run r join slot s on s.run_id = r.id',
    );
    expect(run!['late']).toBeLessThan(1);
  });

  it('is set with its transaction, or not at all, and belongs to its owner', async () => {
    const here = await Instance.start();
    const failed = here.db.transaction(async () => {
      await here.schedules.set(ada, schedule());
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect(await here.schedules.find(ada, 'k')).toBeUndefined();
    const { id, next_at } = await here.schedules.set(ada, schedule());
    expect(await here.schedules.set(ada, schedule({ input: { name: 'other' } }))).toMatchObject({ id, next_at, input: { name: 'other' } });
    for (const other of [
      { ...ada, user: 'imp_u_bob' },
      { ...ada, tenant: 'other' },
    ]) {
      expect(await here.schedules.find(other, 'k')).toBeUndefined();
      expect(await here.schedules.remove(other, 'k')).toBe(false);
      expect((await here.schedules.list(other, {})).rows).toEqual([]);
    }
    expect((await here.schedules.list(ada, {})).rows).toMatchObject([{ id }]);
    expect(await here.schedules.remove(ada, 'k')).toBe(true);
    expect(await here.schedules.find(ada, 'k')).toBeUndefined();
  });

  it('with a wrong timing is refused', async () => {
    const { schedules } = await Instance.start();
    const wrong = [
      { cron: '61 * * * *', time_zone: 'UTC' },
      { cron: '* * * * * *', time_zone: 'UTC' },
      { cron: '0 0 30 2 *', time_zone: 'UTC' },
      { cron: '* * * * *', time_zone: 'Nowhere' },
      { every_ms: 5 },
      { at: 'soon' },
    ];
    for (const timing of wrong)
      await expect(schedules.set(ada, schedule({ timing }))).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  });

  it('is not due while it is paused', async () => {
    const here = await Instance.start();
    await here.schedules.set(ada, schedule());
    expect(await here.schedules.pause(ada, 'k')).toBe(true);
    expect(await here.schedules.pause(ada, 'k')).toBe(false);
    await setBack(3 * HOUR_MS);
    await here.schedules.set(ada, schedule({ key: 'other', timing: { at: new Date() } }));
    await waitUntil('the other', async () => (await here.schedules.listSlots(ada, 'other', {})).rows.length);
    expect(await here.schedules.resume(ada, 'k')).toBe(true);
    expect(await here.schedules.resume(ada, 'k')).toBe(false);
    expect((await here.schedules.find(ada, 'k'))!.next_at!.getTime()).toBeGreaterThan(Date.now());
    expect((await here.schedules.listSlots(ada, 'k', {})).rows).toEqual([]);
  });

  it('that cannot be fired keeps no other waiting, and has no slot until it is', async () => {
    const here = await Instance.start();
    await query(`create function refuse() returns trigger language plpgsql as $$ begin raise 'planted'; end $$;
      create trigger planted before insert on run for each row when (new.lane like '%bad') execute function refuse()`);
    await query(
      `insert into schedule (id, tenant_id, user_id, actor, key, kind, input, timing, overlap, missed, catch_up_ms, next_at)
      values ('bad', $1, $2, 'user', 'k', 'job', '{"name": "bad"}', '{"every_ms": 3600000}', 'skip', 'last', 0, now())`,
      [ada.tenant, ada.user],
    );
    await here.schedules.set(ada, schedule({ key: 'good', input: { name: 'good' }, timing: { at: new Date() } }));
    await waitUntil('the other', async () => (await effects()).length);
    expect(await query('select schedule_id from slot where schedule_id = $1', ['bad'])).toEqual([]);
    await query('drop function refuse cascade');
    expect(await outcomes(here, 1)).toEqual(['ran']);
  });
});

describe('slots that no process was there for', () => {
  it.each([
    ['skip', ['missed: down', 'missed: down', 'missed: down', 'ran']],
    ['last', ['missed: down', 'missed: down', 'missed: down', 'ran']],
    ['all', ['missed: down', 'ran', 'ran', 'ran']],
  ] as const)('have rows, and with `%s` those run that it says', async (missed, expected) => {
    const here = await Instance.start();
    await here.schedules.set(ada, schedule({ missed, overlap: 'queue', catchUpMs: 2.5 * HOUR_MS }));
    await setBack(3 * HOUR_MS);
    expect(await outcomes(here, 4)).toEqual(expected);
    await waitUntil('their runs', async () => (await effects()).length === expected.filter((outcome) => outcome === 'ran').length);
  });

  it('run late only if the schedule says so', async () => {
    const here = await Instance.start();
    await here.schedules.set(ada, schedule({ missed: 'skip' }));
    await setBack(HOUR_MS / 2);
    expect(await outcomes(here, 1)).toEqual(['missed: down']);
    await here.schedules.set(ada, schedule({ missed: 'last' }));
    await setBack(HOUR_MS / 4);
    expect(await outcomes(here, 2)).toEqual(['missed: down', 'ran']);
  });

  it('share rows when they are many, and are counted', async () => {
    metrics.registry.resetMetrics();
    const here = await Instance.start();
    await here.schedules.set(ada, schedule({ timing: { every_ms: 60_000 } }));
    await setBack(350.5 * 60_000);
    const slots = await slotsOf(here, 153);
    expect(slots.map(({ slots }) => slots).reduce((a, b) => a + b)).toBe(351);
    expect(slots.map(({ slots }) => slots).slice(0, 3)).toEqual([100, 100, 1]);
    expect(slots.map(({ outcome }) => outcome).filter((outcome) => outcome === 'ran')).toHaveLength(1);
    const counted = async (outcome: string) =>
      (await metrics.registry.metrics()).match(`skep_slots_total{.*outcome="${outcome}".*} (\\d+)`)?.[1];
    await waitUntil('the counts', async () => (await counted('ran')) === '1');
    expect(await counted('missed')).toBe('350');
  });
});

describe('a slot whose last run has not ended', () => {
  it.each([
    ['skip', ['ran', 'skipped: overlap'], ['waiting']],
    ['queue', ['ran', 'ran'], ['waiting', 'blocked']],
    ['replace', ['ran', 'ran'], ['cancelled', 'waiting']],
  ] as const)('with `%s` does what it says', async (overlap, expected, statuses) => {
    const here = await Instance.start();
    await here.schedules.set(ada, schedule({ overlap, input: { name: 'k', stays: true }, timing: { every_ms: HOUR_MS } }));
    await setBack(2_000);
    await slotsOf(here, 1);
    const states = async () => (await query('select status from run order by seq')).map(({ status }) => status);
    await waitUntil('its run', async () => (await states()).join() === 'waiting');
    await setBack(1_000);
    expect(await outcomes(here, 2)).toEqual(expected);
    await waitUntil('the runs', async () => (await states()).join() === statuses.join());
  });
});

it('a slot that has a row does not run again, however the timing changes', async () => {
  const here = await Instance.start();
  const first = schedule({ timing: { at: new Date() } });
  await here.schedules.set(ada, first);
  await slotsOf(here, 1);
  await here.schedules.set(ada, schedule({ timing: { every_ms: HOUR_MS } }));
  await here.schedules.set(ada, first);
  await waitUntil('its end', async () => (await here.schedules.find(ada, 'k'))!.ended_at);
  expect(await query('select 1 from run')).toHaveLength(1);
});

it(
  'every slot has one row and one run, over two instances whose connections break at any moment',
  async () => {
    const parameters = fc.record({
      every_ms: fc.integer({ min: 100, max: 700 }),
      overlap: fc.constantFrom('queue' as const, 'skip' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(parameters, { minLength: 3, maxLength: 6 }), async (jobs) => {
        await query('delete from run; delete from schedule; delete from effect');
        const [here] = [await Instance.start(), await Instance.start()];
        const from = new Date();
        for (const [i, { every_ms, overlap }] of jobs.entries())
          await here.schedules.set(
            ada,
            schedule({ key: `${i}`, input: { name: `${i}` }, overlap, missed: 'all', timing: { every_ms, from } }),
          );
        for (const end = Date.now() + 2_000; Date.now() < end; await sleep(Math.random() * 60))
          await query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'schedules' and random() < 0.3`);
        await query('update schedule set paused_at = now()');
        await waitUntil('the end of all runs', async () => !(await query('select 1 from run where ended_at is null')).length, 20_000);
        await Promise.all(instances.map((instance) => instance.stop()));
        instances = [];
        for (const [i, { every_ms }] of jobs.entries()) {
          const slots = await query(
            `select s.due_at, s.outcome, next_at, (select count(*) from effect e where e.name = c.key and e.due_at = s.due_at)::int as effects
               from slot s join schedule c on c.id = s.schedule_id where c.key = $1 order by s.due_at`,
            [`${i}`],
          );
          const due = slots.map((_, k) => new Date(from.getTime() + (k + 1) * every_ms));
          expect(slots.map(({ due_at }) => due_at)).toEqual(due);
          expect(slots.at(-1)!['next_at']).toEqual(new Date(due.at(-1)!.getTime() + every_ms));
          expect(slots.map(({ effects }) => effects)).toEqual(slots.map(({ outcome }) => (outcome === 'ran' ? 1 : 0)));
        }
      }),
      { ...size, endOnFailure: true },
    );
  },
  timeoutMs,
);
