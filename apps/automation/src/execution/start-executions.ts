import { automation } from '@skep/contracts/automation';
import { Database, newCtx, Outbox, runKind, Runs, statement, traceId } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { RuleEntity } from '../rule/rule.entity.js';
import { type ExecutionRef, ExecutionRepository } from './execution.repository.js';

/** How many executions may follow, one triggered by the other. */
export const DEPTH_MAX = 5;
const DEADLINE_MS = 6 * 3_600_000;
/** A little after its run has ended in any case. */
const TIMEOUT_MS = DEADLINE_MS + 300_000;
/** How many executions of one user run at once. */
const AT_ONCE = 8;

/** The actions of an execution. It decides itself when to give up: see `Execute`. */
export const EXECUTE = runKind<ExecutionRef>('automation.execute', { deadlineMs: DEADLINE_MS, retries: 20, atOnce: AT_ONCE });

/** What triggers a rule. */
export interface Trigger {
  rule_id: number;
  event: Record<string, unknown>;
  /** The execution that caused the event. */
  cause?: { id: string; depth: number } | undefined;
}

const LOCK = statement(
  `select *, clock_timestamp() as now from rule where id = any(:ids) and status = 'active' order by id for update`,
  RuleEntity,
  { now: 'timestamptz' },
);
// After the lock, so that it sees what others have started.
const RECENT = statement(
  `select rule_id, count(*)::integer as n from execution
    where rule_id = any(:ids) and created_at > clock_timestamp() - interval '1 hour' group by rule_id`,
  { rule_id: 'int8', n: 'int4' },
);
const TRIGGERED = statement(
  `update rule r set trigger_count = r.trigger_count + t.n, last_triggered_at = t.at
     from jsonb_to_recordset(:triggered) as t (id bigint, n integer, at timestamptz) where r.id = t.id`,
);
const STOP = statement(`update rule set status = 'error', last_error = :error, updated_at = now() where id = :id`);

type LockedRule = NonNullable<(typeof LOCK)['row']> & { recent: number; started: number };

/** Starts executions of rules, within their limits. */
@Injectable()
export class StartExecutions {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly outbox: Outbox,
    private readonly executions: ExecutionRepository,
  ) {}

  /** Starts what is triggered, in this order, in the current transaction. */
  async start(triggers: Trigger[]): Promise<void> {
    const rules = await this.lock([...new Set(triggers.map(({ rule_id }) => rule_id))]);
    for (const trigger of triggers) {
      const rule = rules.get(trigger.rule_id);
      if (rule && isWithinLimits(rule)) await this.startOne(rule, trigger);
    }
    const triggered = Array.from(rules.values(), ({ id, started, now }) => ({ id, n: started, at: now })).filter(({ n }) => n > 0);
    if (triggered.length) await this.db.rows(TRIGGERED, { triggered: JSON.stringify(triggered) });
  }

  private async lock(ids: number[]): Promise<Map<number, LockedRule>> {
    const rules = await this.db.rows(LOCK, { ids });
    const counted = rules.flatMap(({ id, max_per_hour }) => (max_per_hour ? [id] : []));
    const recent = new Map(counted.length ? (await this.db.rows(RECENT, { ids: counted })).map(({ rule_id, n }) => [rule_id, n]) : []);
    return new Map(rules.map((rule) => [rule.id, { ...rule, recent: recent.get(rule.id) ?? 0, started: 0 }]));
  }

  private async startOne(rule: LockedRule, { event, cause }: Trigger): Promise<void> {
    const { id: rule_id, tenant_id, user_id, now } = rule;
    // A trace of its own: by it, the events that the actions cause are recognised.
    const ctx = newCtx({ tenant: tenant_id, user: user_id, actor: 'service:automation' });
    const id = `exe_${randomUUID().replaceAll('-', '')}`;
    const depth = cause ? cause.depth + 1 : 0;
    const execution = { rule_id, id, tenant_id, user_id, event, parent_execution_id: cause?.id ?? null, depth, trace_id: traceId(ctx) };
    rule.started++;
    rule.recent++;
    rule.last_triggered_at = now;
    if (depth > DEPTH_MAX) {
      const error = `LOOP: ${DEPTH_MAX + 1} executions triggered each other. The automation is stopped; change it before you resume it.`;
      rule.status = 'error';
      await this.executions.add([{ ...execution, status: 'failed', error, created_at: now, ended_at: now }]);
      await this.db.rows(STOP, { id: rule_id, error });
      return;
    }
    await this.executions.add([{ ...execution, status: 'triggered', created_at: now, timeout_at: new Date(now.getTime() + TIMEOUT_MS) }]);
    await this.runs.start(EXECUTE, { ...ctx, cause: id }, { rule_id, execution_id: id }, { lane: `rule ${rule_id}` });
    await this.outbox.add(automation.automationTriggered, ctx, { tenant_id, user_id, rule_id, execution_id: id });
  }
}

function isWithinLimits(rule: LockedRule): boolean {
  const { status, now, last_triggered_at, cooldown_seconds, max_per_hour, recent, max_iterations, trigger_count, started } = rule;
  const isCool = last_triggered_at === null || now.getTime() - last_triggered_at.getTime() >= cooldown_seconds * 1_000;
  return (
    status === 'active' &&
    isCool &&
    (max_per_hour === 0 || recent < max_per_hour) &&
    (max_iterations === 0 || trigger_count + started < max_iterations)
  );
}
