import { type Ctx, type EventCtx, serializeEventCtx } from '../context.js';
import type { Database } from '../database.js';
import { currentLease } from '../lease.js';
import { as, statement } from '../statement.js';
import { randomUUID } from 'node:crypto';
import type { RunKind } from './run-kind.js';
import type { RunEvents } from '../run-events/run-events.js';
import { Together } from './together.js';

/** What another process may have to know: a run may have become due, or one that it holds is to be cancelled. */
export type RunChange = 'due' | 'cancelled';

/** What has happened under a name, or what is waited for. */
export interface StepRecord {
  done: boolean;
  /** The time of the wait is over. */
  over?: boolean | null;
  output?: unknown;
}

/** What a start may say beside its input. */
export interface NewRun {
  /** A second start with the same key, kind and tenant joins the first run. */
  key?: string;
  /** Runs of one lane, kind and tenant run one at a time, in the order of their starts. */
  lane?: string;
  /** Not before. */
  at?: Date;
  parent?: { id: string; step: string };
}

export interface Started {
  id: string;
  /** `joined`: a run with this key exists. `refused`: a run with this lane exists, and `id` is its. */
  outcome: 'started' | 'joined' | 'refused';
}

/** How an attempt ends its run. */
export interface RunEnd {
  id: string;
  attempt: number;
  status: 'done' | 'failed' | 'cancelled';
  result?: unknown;
  error?: { code: string; message: string };
}

/** A run, as its owner's service sees it. */
const RUN = {
  id: 'text',
  kind: 'text',
  tenant_id: 'text',
  user_id: 'text',
  status: as<'blocked' | 'queued' | 'running' | 'waiting' | RunEnd['status']>('text'),
  attempt: 'int4',
  result: 'jsonb?',
  error: as<RunEnd['error'] | null>('jsonb?'),
  created_at: 'timestamptz',
  started_at: 'timestamptz?',
  ended_at: 'timestamptz?',
  age_ms: 'int8',
} as const;

const START = statement('select * from start_run(:run, make_interval(secs => :deadline_s), :overlap)', {
  id: 'text',
  outcome: as<Started['outcome']>('text'),
});
const CLAIM = statement('select * from claim_runs(:kinds, :at_most, make_interval(secs => :lease_s))', {
  ...{ id: 'text', kind: 'text', tenant_id: 'text', user_id: 'text', input: as<object>('jsonb'), ctx: as<EventCtx>('jsonb') },
  ...{ attempt: 'int4', failures: 'int4', deadline: 'timestamptz', is_late: 'bool', is_cancelled: 'bool' },
  steps: as<Record<string, StepRecord> | null>('jsonb'),
});
const WRITE_STEPS = statement('select * from write_steps(:steps)', { run_id: 'text', name: 'text' });
const END = statement('select * from end_runs(:ends)', { id: 'text' });
const PUT_DOWN = statement('select put_down_run(:id, :attempt, :waits) as held', { held: 'bool' });
const RETRY = statement(
  `update run set status = 'queued', failures = failures + :failures, due_at = least(now() + make_interval(secs => :delay_s), deadline)
    where id = :id and attempt = :attempt and status = 'running'`,
);
const RENEW = statement(
  `update run r set due_at = now() + make_interval(secs => :lease_s) from jsonb_to_recordset(:held) as h (id text, attempt integer)
    where r.id = h.id and r.attempt = h.attempt and r.status = 'running' returning r.id`,
  { id: 'text' },
);
const ASKED_TO_CANCEL = statement('select id from run where id = any(:ids) and cancel_asked_at is not null', { id: 'text' });
const QUEUE_AGE = statement(
  `select coalesce(extract(epoch from now() - min(due_at)), 0)::float8 as age_s
     from run where ended_at is null and due_at <= now() and kind = any(:kinds)`,
  { age_s: 'float8' },
);
const CLOSE_WAIT = statement('select * from close_wait(:id, :attempt, :name)', { output: 'jsonb?' });
const CANCEL = statement('select cancel_run(:id) as cancelled', { cancelled: 'bool' });
const ANSWER = statement('select answer_run(:id, :name, :output) as answered', { answered: 'bool' });
const FIND = statement(
  `select id, kind, tenant_id, user_id, status, attempt, result, error, created_at, started_at, ended_at,
          (extract(epoch from clock_timestamp() - created_at) * 1000)::bigint as age_ms
     from run where id = :id`,
  RUN,
);
const ENDED = statement('select id from run where id = any(:ids) and ended_at is not null', { id: 'text' });

interface WrittenStep {
  run_id: string;
  attempt: number;
  name: string;
  output: unknown;
}
export type ClaimedRun = NonNullable<(typeof CLAIM)['row']>;

/** The statements of runs. Those of many runs go to Postgres together; those inside a transaction stay in it. */
export class RunStore {
  private readonly steps = new Together<WrittenStep, boolean>((steps) => this.writeSteps(steps));
  private readonly ends = new Together<RunEnd, boolean>((ends) => this.writeEnds(ends));

  /**
   * @param onChange is called after the commit of a change
   * @param leaseMs how long a run is held after its lease was renewed last
   * @param events shows the events of runs; without it no one can read them
   */
  constructor(
    private readonly db: Database,
    private readonly onChange: (change: RunChange) => void,
    readonly leaseMs: number,
    readonly events?: RunEvents,
  ) {}

  /** Starts a run in the current transaction, if there is one. */
  async start<I extends object>(
    { name, deadlineMs, atOnce, overlap }: RunKind<I>,
    ctx: Ctx,
    input: I,
    { key, lane, at, parent }: NewRun,
  ): Promise<Started> {
    const lease = currentLease();
    const run = {
      ...{
        id: `run_${randomUUID().replaceAll('-', '')}`,
        kind: name,
        tenant_id: ctx.tenant,
        user_id: ctx.user,
        key: key ?? (lease && `${lease.joinKey} ${ctx.idempotencyKey}`),
        lane,
        at_once: atOnce,
      },
      ...{ input, ctx: { ...(JSON.parse(serializeEventCtx(ctx)) as EventCtx), cause: ctx.cause }, due_at: at },
      ...{ parent_id: parent?.id, parent_step: parent?.step },
    };
    const started = (await this.row(START, { run: JSON.stringify(run), deadline_s: deadlineMs / 1000, overlap }))!;
    if (started.outcome === 'started') this.db.afterCommit(() => this.onChange('due'));
    if (started.outcome !== 'refused') this.db.afterCommit(() => lease?.keepKeyOnFailure());
    return started;
  }

  claim(kinds: string[], at_most: number): Promise<ClaimedRun[]> {
    return this.rows(CLAIM, { kinds, at_most, lease_s: this.leaseMs / 1000 });
  }

  /** Notes a step. False if the attempt does not hold the run any more. */
  writeStep({ id, attempt }: { id: string; attempt: number }, name: string, output: unknown): Promise<boolean> {
    const step = { run_id: id, attempt, name, output };
    return this.db.inTransaction ? this.writeSteps([step]).then(([written]) => written!) : this.steps.run(step);
  }

  /** Ends a run. False if it has ended, or if the attempt does not hold it any more. */
  async end(end: RunEnd): Promise<boolean> {
    // A reader that sees the end finds all events in the log.
    await this.events?.flush(end.id);
    return this.db.inTransaction ? this.writeEnds([end]).then(([written]) => written!) : this.ends.run(end);
  }

  async putDown({ id, attempt }: { id: string; attempt: number }, waits: object[]): Promise<void> {
    await this.row(PUT_DOWN, { id, attempt, waits: JSON.stringify(waits) });
    // An answer may have come meanwhile.
    this.onChange('due');
  }

  /** Ends a wait, and returns the answer that came before, if one did. Undefined if the attempt does not hold the run any more. */
  closeWait({ id, attempt }: { id: string; attempt: number }, name: string): Promise<{ output: unknown } | undefined> {
    return this.row(CLOSE_WAIT, { id, attempt, name });
  }

  /** Queues the run again. @param failures 1 if the attempt failed, 0 if it only stopped */
  async retry({ id, attempt }: { id: string; attempt: number }, failures: 0 | 1, delayMs: number): Promise<void> {
    await this.rows(RETRY, { id, attempt, failures, delay_s: delayMs / 1000 });
  }

  /** Renews leases. Returns those that are still held. */
  async renew(held: { id: string; attempt: number }[]): Promise<Set<string>> {
    return new Set((await this.rows(RENEW, { held: JSON.stringify(held), lease_s: this.leaseMs / 1000 })).map(({ id }) => id));
  }

  /** Which of the runs are to be cancelled. */
  async listAskedToCancel(ids: string[]): Promise<string[]> {
    return (await this.rows(ASKED_TO_CANCEL, { ids })).map(({ id }) => id);
  }

  /** For how many seconds the oldest due run of these kinds has waited; 0 if none does. */
  async readQueueAge(kinds: string[]): Promise<number> {
    return (await this.row(QUEUE_AGE, { kinds }))!.age_s;
  }

  async cancel(id: string): Promise<boolean> {
    const { cancelled } = (await this.row(CANCEL, { id }))!;
    this.db.afterCommit(() => this.onChange('cancelled'));
    if (cancelled) this.db.afterCommit(() => this.events?.end(id));
    return cancelled;
  }

  async answer(id: string, name: string, output: unknown): Promise<boolean> {
    const { answered } = (await this.row(ANSWER, { id, name, output: JSON.stringify(output ?? null) }))!;
    if (answered) this.db.afterCommit(() => this.onChange('due'));
    return answered;
  }

  find(id: string) {
    return this.row(FIND, { id });
  }

  /** Those of the runs that have ended. */
  async listEnded(ids: string[]): Promise<string[]> {
    return (await this.rows(ENDED, { ids })).map(({ id }) => id);
  }

  private async writeSteps(steps: WrittenStep[]): Promise<boolean[]> {
    const list = JSON.stringify(steps.map(({ output = null, ...step }) => ({ ...step, output })));
    const written = new Set((await this.rows(WRITE_STEPS, { steps: list })).map(({ run_id, name }) => `${run_id} ${name}`));
    return steps.map(({ run_id, name }) => written.has(`${run_id} ${name}`));
  }

  private async writeEnds(ends: RunEnd[]): Promise<boolean[]> {
    const ended = new Set((await this.rows(END, { ends: JSON.stringify(ends) })).map(({ id }) => id));
    // The end of a run may admit others, or be what its parent waits for.
    this.db.afterCommit(() => this.onChange('due'));
    this.db.afterCommit(() => ended.forEach((id) => this.events?.end(id)));
    return ends.map(({ id }) => ended.has(id));
  }

  // Runs of all tenants go together, and each says which tenant it belongs to.
  private rows: Database['rows'] = (statement, values) => this.db.acrossTenants(() => this.db.rows(statement, values));
  private row: Database['row'] = (statement, values) => this.db.acrossTenants(() => this.db.row(statement, values));
}
