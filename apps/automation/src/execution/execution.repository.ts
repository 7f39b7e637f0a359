import { AutomationCounts, AutomationExecution, type ExecutionStatus } from '@skep/contracts/automation';
import { as, Database, defineList, type Paging, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { RuleEntity } from '../rule/rule.entity.js';
import { ExecutionEntity } from './execution.entity.js';

const EXECUTIONS = defineList(
  {
    select: `id, rule_id, status, event, output, error, attempts, parent_execution_id, depth, trace_id, created_at, ended_at,
             (extract(epoch from ended_at - created_at) * 1000)::integer as duration_ms`,
    from: 'execution',
    orders: {
      newest: [
        ['created_at', 'timestamptz', 'desc'],
        ['id', 'text', 'desc'],
      ],
    },
    // An event has at most 64 KiB, and the results of its actions as much.
    atOnce: 20,
  },
  AutomationExecution,
  { duration_ms: 'int4?' },
);

const BEGIN = statement(
  `update execution e set status = 'running', attempts = greatest(e.attempts, :attempt) from rule r
    where r.id = e.rule_id and e.rule_id = :rule_id and e.id = :id and e.ended_at is null
   returning e.event, r.actions, r.notify_mode, r.prompt`,
  {
    event: as<Record<string, unknown>>('jsonb'),
    actions: as<RuleEntity['actions']>('jsonb'),
    notify_mode: as<RuleEntity['notify_mode']>('text'),
  },
  { prompt: 'text' },
);
const COUNTS = 'id as rule_id, trigger_count, completed_count, failed_count';
const COUNT_RESULT = `completed_count = completed_count + (not :failed)::integer, failed_count = failed_count + :failed::integer, 
  last_error = case when rule.status = 'error' then rule.last_error else :error end`;
const END = statement(
  `with ended as (
     update execution set status = :status, output = :output, error = :error, attempts = :attempt, ended_at = clock_timestamp()
      where rule_id = :rule_id and id = :id and ended_at is null returning rule_id
   )
   update rule set ${COUNT_RESULT} from ended where id = ended.rule_id returning id`,
  { id: 'int8' },
);
const COUNT = statement(`update rule set ${COUNT_RESULT} where id = :rule_id returning ${COUNTS}`, AutomationCounts);
const READ_COUNTS = statement(`select ${COUNTS} from rule where id = :rule_id`, AutomationCounts);
const ADD = statement(
  `insert into execution (rule_id, id, tenant_id, user_id, status, event, error, parent_execution_id, depth, trace_id, created_at, ended_at, timeout_at)
   select * from jsonb_to_recordset(:executions) as e (rule_id bigint, id text, tenant_id text, user_id text, status text, event jsonb, error text,
     parent_execution_id text, depth integer, trace_id text, created_at timestamptz, ended_at timestamptz, timeout_at timestamptz)`,
);
const RECORD = statement(
  `with recorded as (
     insert into execution as e (rule_id, id, tenant_id, user_id, status, event, output, error, attempts, parent_execution_id, trace_id, ended_at, timeout_at)
     values (:rule_id, :id, :tenant_id, :user_id, :status, :event, :output, :error, :attempt, :parent_execution_id, :trace_id,
             case when :ended::boolean then clock_timestamp() end, :timeout_at)
     on conflict (rule_id, id) do update set status = excluded.status, event = coalesce(excluded.event, e.event), output = excluded.output,
       error = excluded.error, attempts = excluded.attempts, ended_at = excluded.ended_at, timeout_at = coalesce(excluded.timeout_at, e.timeout_at)
     returning *, (xmax = 0) as is_new
   ), counted as (
     update rule set trigger_count = trigger_count + 1, last_triggered_at = clock_timestamp() from recorded where rule.id = recorded.rule_id and is_new
   )
   select id, rule_id, status, event, output, error, attempts, parent_execution_id, depth, trace_id, created_at, ended_at,
          (extract(epoch from ended_at - created_at) * 1000)::integer as duration_ms
     from recorded`,
  AutomationExecution,
  { duration_ms: 'int4?' },
);
const FAIL_LATE = statement(
  `with late as (
     update execution set status = 'failed', error = 'It did not end in time.', ended_at = clock_timestamp()
      where ended_at is null and timeout_at < clock_timestamp() returning rule_id
   ), counted as (
     update rule set failed_count = failed_count + n, last_error = 'It did not end in time.'
       from (select rule_id, count(*) as n from late group by rule_id) l where l.rule_id = rule.id
   )
   select count(*) as failed from late`,
  { failed: 'int8' },
);

/** How a service reports an execution that it makes itself. */
export interface Recorded {
  id: string;
  status: ExecutionStatus;
  event: string | null;
  output: string | null;
  error: string | null;
  attempt: number;
  parent_execution_id: string | null;
  timeout_at: Date | null;
  trace_id: string;
}

export interface ExecutionRef {
  rule_id: number;
  execution_id: string;
}

@Injectable()
export class ExecutionRepository {
  constructor(private readonly db: Database) {}

  async add(executions: Partial<ExecutionEntity>[]): Promise<void> {
    await this.db.rows(ADD, { executions: JSON.stringify(executions) });
  }

  /** What an execution has to do. Undefined if it has ended, or if its rule was deleted. */
  begin({ rule_id, execution_id: id }: ExecutionRef, attempt: number) {
    return this.db.row(BEGIN, { rule_id, id, attempt });
  }

  /** Ends an execution, and counts it. */
  async end({ rule_id, execution_id: id }: ExecutionRef, attempt: number, output: unknown[], error: string | null): Promise<void> {
    const status = error === null ? 'completed' : 'failed';
    await this.db.rows(END, { rule_id, id, attempt, output: JSON.stringify(output), error, status, failed: error !== null });
  }

  list({ id, tenant_id }: RuleEntity, paging: Paging) {
    const selection = { order: 'newest', where: ['rule_id = :id'], values: { id } } as const;
    return this.db.inTenant(tenant_id, () => this.db.page(EXECUTIONS, selection, paging));
  }

  record({ id: rule_id, tenant_id, user_id }: RuleEntity, recorded: Recorded) {
    const ended = recorded.status === 'completed' || recorded.status === 'failed';
    return this.db.inTenant(tenant_id, () => this.db.row(RECORD, { rule_id, tenant_id, user_id, ended, ...recorded }));
  }

  countResult({ id, tenant_id }: RuleEntity, error: string | null) {
    return this.db.inTenant(tenant_id, () => this.db.row(COUNT, { rule_id: id, failed: error !== null, error }));
  }

  readCounts({ id, tenant_id }: RuleEntity) {
    return this.db.inTenant(tenant_id, () => this.db.row(READ_COUNTS, { rule_id: id }));
  }

  /** Ends the executions whose time is over. Returns their number. */
  async failLate(): Promise<number> {
    return (await this.db.acrossTenants(() => this.db.row(FAIL_LATE)))!.failed;
  }
}
