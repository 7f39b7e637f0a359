import {
  automation,
  type AutomationRef,
  type ListAutomationExecutions,
  type RecordAutomationExecution,
  type RecordExecutionResult,
} from '@skep/contracts/automation';
import { type Ctx, Database, Handle, Handlers, OnRun, type Run, tenantOf, traceId } from '@skep/platform';
import { randomUUID } from 'node:crypto';
import { FIRE, RuleRepository } from '../rule/rule.repository.js';
import { SCHEDULED } from '../rule/rule-input.js';
import { type ActionResult, Execute, isNotified } from './execute.js';
import { type ExecutionRef, ExecutionRepository } from './execution.repository.js';
import { EXECUTE, StartExecutions } from './start-executions.js';

@Handlers()
export class ExecutionHandlers {
  constructor(
    private readonly db: Database,
    private readonly rules: RuleRepository,
    private readonly executions: ExecutionRepository,
    private readonly starter: StartExecutions,
    private readonly actions: Execute,
  ) {}

  /** A rule is due. */
  @OnRun(FIRE)
  async fire(run: Run, { rule_id, due_at }: { rule_id: number; due_at?: string }): Promise<void> {
    const event = { type: SCHEDULED, due_at, data: { due_at } };
    await run.commit('start', () => this.starter.start([{ rule_id, event }]));
  }

  /** Performs the actions of an execution one after the other, until one fails. */
  @OnRun(EXECUTE)
  async execute(run: Run, ref: ExecutionRef): Promise<void> {
    const begun = await run.commit('begin', async () => (await this.executions.begin(ref, run.attempt)) ?? null);
    if (!begun) return;
    const results: ActionResult[] = [];
    for (const [index, action] of begun.actions.entries()) {
      const perform = (step: Parameters<Execute['perform']>[0]) => this.actions.perform(step, action, begun.event, run.attempt);
      results.push(await run.step(`action ${index + 1}`, perform));
      if (results.at(-1)?.status === 'error') break;
    }
    const failed = results.find(({ status }) => status === 'error');
    const error = failed ? `${failed.tool ? `'${failed.tool}' of '${failed.app_id}': ` : ''}${failed.error}` : null;
    await run.commit('end', () => this.executions.end(ref, run.attempt, results, error));
    if (isNotified(begun.notify_mode, error)) await run.step('notify', (step) => this.actions.notify(step, begun.prompt, error));
  }

  @Handle(automation.listAutomationExecutions)
  async listAutomationExecutions(ctx: Ctx, { rule_id, cursor }: ListAutomationExecutions) {
    return this.executions.list(await this.rules.find(ctx, rule_id), { cursor });
  }

  @Handle(automation.countAutomationExecutions)
  async countAutomationExecutions(ctx: Ctx, { rule_id }: AutomationRef) {
    return (await this.executions.readCounts(await this.rules.find(ctx, rule_id)))!;
  }

  @Handle(automation.recordAutomationExecution)
  async recordAutomationExecution(ctx: Ctx, input: RecordAutomationExecution) {
    const { rule_id, execution_id, status, attempt, parent_execution_id = null, timeout_at = null } = input;
    const rule = await this.rules.findIn(tenantOf(ctx, input), ctx, rule_id);
    const recorded = {
      ...{ id: execution_id ?? `exe_${randomUUID().replaceAll('-', '')}`, status, attempt, parent_execution_id, timeout_at },
      ...{ event: toJson(input.event_data), output: toJson(input.result), trace_id: traceId(ctx) },
      error: [input.error, input.error_text].filter(Boolean).join(': ') || null,
    };
    return (await this.executions.record(rule, recorded))!;
  }

  @Handle(automation.recordExecutionResult)
  async recordExecutionResult(ctx: Ctx, { rule_id, success, error }: RecordExecutionResult) {
    const rule = await this.rules.find(ctx, rule_id);
    return (await this.executions.countResult(rule, success ? null : error || 'failed'))!;
  }
}

/** A text that may be JSON, as JSON. */
function toJson(text: string): string | null {
  if (!text) return null;
  const clean = text.replaceAll('\0', '').toWellFormed();
  try {
    JSON.parse(clean);
    return clean;
  } catch {
    return JSON.stringify(clean);
  }
}
