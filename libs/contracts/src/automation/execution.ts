import { TenantId } from '../auth/credentials.js';
import { Empty, IDS, ListCursor } from '../common.js';
import { event, operation, page } from '../define.js';
import { AnyJson, Bool, Instant, Int, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { AutomationNotFound, AutomationRef } from './rule.js';

export const EXECUTION_STATUSES = ['triggered', 'running', 'completed', 'failed'] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

const RULE = { description: 'Id of the automation.', example: 7 };
const EXECUTION = { description: 'Id of the execution.', example: 'exe_4f9a0c51d2e84b6f9c7a1b3d5e7f9012' };

@Shape('One execution of an automation.')
export class AutomationExecution {
  @Text(EXECUTION) id!: string;
  @Int(RULE) rule_id!: number;
  @OneOf(EXECUTION_STATUSES, { description: '`triggered` until it begins; `running`; `completed`; or `failed`, with `error`.' })
  status!: ExecutionStatus;
  @AnyJson({ description: 'What triggered it.', example: { type: 'notes.created', data: { title: 'Shopping' } } }) event!: unknown;
  @AnyJson({ description: 'The results of its actions; null until it has ended.' }) output!: unknown;
  @Nullable() @Text({ description: 'Why it failed; null otherwise.' }) error!: string | null;
  @Int({ description: 'How often it was attempted.', example: 1 }) attempts!: number;
  @Nullable() @Text({ description: 'The execution whose actions triggered this one; null if none did.' }) parent_execution_id!:
    string | null;
  @Int({ description: 'How many executions, one triggered by the other, are before it.', example: 0 }) depth!: number;
  @Text(IDS.trace) trace_id!: string;
  @Instant({ description: 'When it was triggered.' }) created_at!: Date;
  @Nullable() @Instant({ description: 'When it ended; null until then.' }) ended_at!: Date | null;
  @Nullable() @Int({ description: 'Milliseconds from its trigger to its end; null until then.', example: 84 }) duration_ms!: number | null;
}

@Shape('Whose executions to list.')
export class ListAutomationExecutions extends ListCursor {
  @Int({ min: 1, ...RULE }) rule_id!: number;
}

@Shape('An execution that a service makes, or its change.')
export class RecordAutomationExecution {
  @Int({ min: 1, ...RULE }) rule_id!: number;
  @TenantId() tenant_id: string = 'default';
  @OneOf(EXECUTION_STATUSES, { description: 'What has become of it.' }) status: ExecutionStatus = 'triggered';
  @Optional() @Text({ min: 1, max: 64, ...EXECUTION, description: 'Id of the execution; absent for a new one.' }) execution_id?: string;
  @Int({ min: 1, max: 1_000, description: 'Number of the attempt.' }) attempt: number = 1;
  @Optional() @Text({ max: 64, description: 'The execution that triggered this one.' }) parent_execution_id?: string;
  @Optional() @Instant({ description: 'When it counts as failed if it has not ended.' }) timeout_at?: Date;
  @Text({ max: 65_536, description: 'The event, as JSON or text.', example: '{}' }) event_data: string = '';
  @Text({ max: 65_536, description: 'The result, as JSON or text.' }) result: string = '';
  @Text({ max: 4_000, description: 'Kind of the error.' }) error: string = '';
  @Text({ max: 4_000, description: 'The error in words.' }) error_text: string = '';
}

@Shape('How an execution that a service made has ended.')
export class RecordExecutionResult {
  @Int({ min: 1, ...RULE }) rule_id!: number;
  @Bool({ description: 'Whether it succeeded.' }) success!: boolean;
  @Text({ max: 4_000, description: 'Why not.' }) error: string = '';
}

@Shape('How often an automation has run.')
export class AutomationCounts {
  @Int(RULE) rule_id!: number;
  @Int({ description: 'Number of executions.', example: 3 }) trigger_count!: number;
  @Int({ description: 'How many succeeded.', example: 2 }) completed_count!: number;
  @Int({ description: 'How many failed.', example: 1 }) failed_count!: number;
}

@Shape('How many executions were too late.')
export class LateExecutions {
  @Int({ description: 'Executions that became `failed`.', example: 0 }) failed!: number;
}

@Shape('The trigger of an automation has started its actions.')
export class AutomationTriggered {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Int(RULE) rule_id!: number;
  @Text(EXECUTION) execution_id!: string;
}

export const executionMembers = {
  listAutomationExecutions: operation('List the executions of an automation', {
    description: 'The newest first, each with what triggered it, its results and its error. They are kept for 30 days.',
    input: ListAutomationExecutions,
    output: page(AutomationExecution),
    problems: [AutomationNotFound],
    scope: 'automations:read',
  }),
  countAutomationExecutions: operation('Count the executions of an automation (services only)', {
    description: 'Executions of every status count.',
    input: AutomationRef,
    output: AutomationCounts,
    problems: [AutomationNotFound],
  }),
  recordAutomationExecution: operation('Record an execution (services only)', {
    description: 'For a service that runs the actions itself. The same `execution_id` changes the execution.',
    input: RecordAutomationExecution,
    output: AutomationExecution,
    problems: [AutomationNotFound],
  }),
  failLateExecutions: operation('End the executions that are late (services only)', {
    description: 'Executions that have not ended after their time become `failed`. Skep also does this by itself, each minute.',
    input: Empty,
    output: LateExecutions,
  }),
  recordExecutionResult: operation('Count the result of an execution (services only)', {
    description: 'Adds to the counters of the automation. For a service that runs the actions itself.',
    input: RecordExecutionResult,
    output: AutomationCounts,
    problems: [AutomationNotFound],
  }),
  automationTriggered: event(AutomationTriggered),
};
