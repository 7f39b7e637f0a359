import { UserNotFound } from '../auth/account.js';
import { TenantId } from '../auth/credentials.js';
import { Empty, IDS, ListCursor } from '../common.js';
import { list, operation, page } from '../define.js';
import { Bool, Instant, Int, Json, List, Nested, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotConfigured, problem } from '../problem.js';

export const NOTIFY_MODES = ['all', 'failures', 'off'] as const;
export type NotifyMode = (typeof NOTIFY_MODES)[number];
export const RULE_STATUSES = ['active', 'paused', 'error'] as const;
export type RuleStatus = (typeof RULE_STATUSES)[number];

const RuleId = () => Int({ min: 1, description: 'Id of the automation.', example: 7 });
const Cooldown = () => Int({ min: 0, max: 86_400, description: 'Minimum seconds between two runs.', example: 60 });
const MaxPerHour = () => Int({ min: 0, max: 10_000, description: 'Maximum number of runs within an hour; 0 for no limit.', example: 10 });
const MaxIterations = () => Int({ min: 0, description: 'Maximum number of runs in all; 0 for no limit.', example: 0 });
const Notify = () =>
  OneOf(NOTIFY_MODES, { description: 'Which runs the user is notified of: `all`, `failures` or none (`off`).', example: 'failures' });
const Prompt = () =>
  Text({
    min: 1,
    max: 4000,
    description: 'When to do what, in the words of the user.',
    example: 'Every Monday at 9, send me my open tasks.',
  });
const Interpretation = () =>
  Text({ max: 4000, description: 'How the prompt was understood.', example: 'Each Monday at 9:00, a message with your open tasks.' });

@Shape('When an automation runs: at each event of a type, or, with `schedule`, `every_seconds` or `at`, at set times.')
export class TriggerFilter {
  @Text({
    max: 257,
    description: 'Type of the events; `.` and `:` are the same. `system.scheduled` for an automation that runs at set times.',
    example: 'notes.created',
  })
  event_type: string = '';
  @Optional()
  @Text({ max: 100, description: 'Times as a cron pattern of five fields, in `timezone`.', example: '0 9 * * 1' })
  schedule?: string;
  @Text({ max: 64, description: 'Time zone of `schedule`.', example: 'Europe/Berlin' }) timezone: string = 'UTC';
  @Optional() @Int({ min: 60, max: 31_536_000, description: 'Seconds from one run to the next.', example: 3600 }) every_seconds?: number;
  @Optional() @Instant({ description: 'When it runs, once.' }) at?: Date;
}

@Shape('One action of an automation: a call of a function (`app_id`, `tool`, `args`), or a message to its user (`message`).')
export class AutomationAction {
  @Optional() @Text({ min: 2, max: 64, ...IDS.app }) app_id?: string;
  @Optional() @Text({ min: 1, max: 128, ...IDS.function }) tool?: string;
  @Optional()
  @Json({
    description: 'The params of the function. `{{event.…}}` in a text is replaced by the value of the event; alone it keeps its type.',
    example: { text: '{{event.title}}' },
  })
  args?: Record<string, unknown>;
  @Optional()
  @Text({ min: 1, max: 4000, description: 'The message; `{{event.…}}` as in `args`.', example: 'A note: {{event.title}}' })
  message?: string;
}

const Actions = () => List(() => AutomationAction, { min: 1, max: 20, description: 'What it does, one after the other.' });

@Shape('An automation to create.')
export class CreateAutomation {
  @Prompt() prompt!: string;
  @Cooldown() cooldown_seconds: number = 60;
  @MaxPerHour() max_per_hour: number = 10;
  @MaxIterations() max_iterations: number = 0;
}

@Shape('An automation to create for a user, with its trigger and actions.')
export class CreateAutomationFor extends CreateAutomation {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @TenantId({ description: 'Tenant of the user.' }) tenant_id: string = 'default';
  @Nested(() => TriggerFilter, { description: 'When it runs.' }) trigger_filter!: TriggerFilter;
  @Actions() actions!: AutomationAction[];
  @Interpretation() interpretation: string = '';
  @Notify() notify_mode: NotifyMode = 'failures';
}

@Shape('An automation: a rule that runs functions for a user.')
export class Automation {
  @RuleId() id!: number;
  @Text(IDS.user) user_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Prompt() prompt!: string;
  @Interpretation() interpretation!: string;
  @Nullable()
  @Nested(() => TriggerFilter, { description: 'When it runs; null while the prompt is not understood.' })
  trigger_filter!: TriggerFilter | null;
  @List(() => AutomationAction, { max: 20, description: 'What it does, one after the other.' }) actions!: AutomationAction[];
  @OneOf(RULE_STATUSES, { description: '`active`; `paused`; or `error`: it was stopped because it triggered itself.', example: 'active' })
  status!: RuleStatus;
  @Cooldown() cooldown_seconds!: number;
  @MaxPerHour() max_per_hour!: number;
  @MaxIterations() max_iterations!: number;
  @Notify() notify_mode!: NotifyMode;
  @Int({ description: 'How often it has run.', example: 3 }) trigger_count!: number;
  @Nullable() @Instant({ description: 'When it last ran; null until then.' }) last_triggered_at!: Date | null;
  @Nullable() @Text({ description: 'Why its last run failed; null if it did not.' }) last_error!: string | null;
  @Instant({ description: 'When it was created.' }) created_at!: Date;
  @Instant({ description: 'When it last changed.' }) updated_at!: Date;
}

@Shape('Identifies an automation.')
export class AutomationRef {
  @RuleId() rule_id!: number;
}

@Shape('Changes of an automation. Fields that are absent stay as they are.')
export class UpdateAutomation extends AutomationRef {
  @Optional() @Cooldown() cooldown_seconds?: number;
  @Optional() @MaxPerHour() max_per_hour?: number;
  @Optional() @MaxIterations() max_iterations?: number;
  @Optional() @OneOf(RULE_STATUSES, { description: 'Whether it runs.', example: 'paused' }) status?: RuleStatus;
  @Optional() @Nested(() => TriggerFilter, { description: 'When it runs.' }) trigger_filter?: TriggerFilter;
  @Optional() @Actions() actions?: AutomationAction[];
  @Optional() @Interpretation() interpretation?: string;
  @Optional() @Prompt() prompt?: string;
  @Optional() @Notify() notify_mode?: NotifyMode;
  @Optional() @Int({ min: 0, description: 'How often it counts as having run.', example: 0 }) trigger_count?: number;
}

@Shape('The receipt of a deleted automation.')
export class AutomationDeleted {
  @RuleId() id!: number;
  @Text({ description: 'Always `deleted`.', example: 'deleted' }) status!: string;
}

@Shape('Which automations of a tenant to list.')
export class ListTenantAutomations extends ListCursor {
  @TenantId() tenant_id: string = 'default';
}

@Shape('Whose quota to read.')
export class AutomationQuotaQuery {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @TenantId() tenant_id: string = 'default';
}

@Shape('How many automations a user may have.')
export class AutomationQuota {
  @Nullable() @Int({ description: 'Maximum number; null without a limit.', example: 50 }) cap!: number | null;
  @Int({ description: 'Number of automations of the user.', example: 3 }) used!: number;
  @Nullable() @Int({ description: 'How many more; null without a limit.', example: 47 }) remaining!: number | null;
  @Bool({ description: 'Whether there is no limit.', example: false }) unlimited!: boolean;
  @Text({ description: 'Id of the plan.', example: 'free' }) plan!: string;
  @OneOf(['plan', 'installation'], {
    description: '`plan`: the plan limits `automations`; `installation`: it does not, and SKEP_AUTOMATIONS_MAX does.',
    example: 'installation',
  })
  source!: string;
}

export const AutomationNotFound = problem('automation_not_found', 404, 'Automation not found.');

export const AutomationQuotaExceeded = problem('automation_quota_exceeded', 429, 'You have reached the maximum number of automations.');

export const ruleMembers = {
  createAutomation: operation('Create an automation', {
    description:
      'A language model turns the prompt into a trigger and actions of your apps. Without a model, or if the prompt is not understood, the automation is paused and `interpretation` says why; resume it to try again. Deprecated: use the functions of the built-in extension `automations`.',
    input: CreateAutomation,
    output: Automation,
    problems: [AutomationQuotaExceeded],
    scope: 'automations:write',
    spansCalls: true,
  }),
  listAutomations: operation('List your automations', {
    description: 'Returns all your automations, active and paused.',
    input: Empty,
    output: list(Automation),
    scope: 'automations:read',
  }),
  pauseAutomation: operation('Pause an automation', {
    description: 'A paused automation does not run until you resume it.',
    input: AutomationRef,
    output: Automation,
    problems: [AutomationNotFound],
    scope: 'automations:write',
  }),
  resumeAutomation: operation('Resume an automation', {
    description: 'A paused automation becomes active again. One whose prompt is not understood yet is interpreted first.',
    input: AutomationRef,
    output: Automation,
    problems: [AutomationNotFound, NotConfigured],
    scope: 'automations:write',
    spansCalls: true,
  }),
  deleteAutomation: operation('Delete an automation', {
    description: 'The automation stops and cannot be restored.',
    input: AutomationRef,
    output: AutomationDeleted,
    problems: [AutomationNotFound],
    scope: 'automations:delete',
  }),
  createAutomationFor: operation('Create an automation for a user (services only)', {
    description: 'The trigger and the actions are given: no language model is asked.',
    input: CreateAutomationFor,
    output: Automation,
    problems: [UserNotFound, AutomationQuotaExceeded],
    spansCalls: true,
  }),
  listTenantAutomations: operation('List the automations of a tenant (services only)', {
    description: 'Of all users, by id.',
    input: ListTenantAutomations,
    output: page(Automation),
  }),
  listActiveAutomations: operation('List the active automations of a tenant (services only)', {
    description: 'Of all users, by id.',
    input: ListTenantAutomations,
    output: page(Automation),
  }),
  updateAutomation: operation('Change an automation (services only)', {
    description: 'Fields that are absent stay as they are.',
    input: UpdateAutomation,
    output: Automation,
    problems: [AutomationNotFound],
  }),
  deleteAutomationOf: operation('Delete an automation of a user (services only)', {
    description: 'The automation stops and cannot be restored.',
    input: AutomationRef,
    output: AutomationDeleted,
    problems: [AutomationNotFound],
  }),
  getAutomationQuota: operation('Read how many automations a user may have (services only)', {
    description: 'The limit is that of the plan of the user for `automations`, else that of the installation.',
    input: AutomationQuotaQuery,
    output: AutomationQuota,
    problems: [UserNotFound],
    spansCalls: true,
  }),
};
