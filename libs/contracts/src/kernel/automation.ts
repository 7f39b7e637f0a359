import { Empty, IDS } from '../common.js';
import { list, operation } from '../define.js';
import { Instant, Int, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';

@Shape('An automation to create.')
export class CreateAutomation {
  @Text({ min: 1, max: 4000, description: 'When to do what, in your own words.', example: 'Every Monday at 9, send me my open tasks.' })
  prompt!: string;
  @Int({ min: 0, max: 86_400, description: 'Minimum seconds between two runs.' }) cooldown_seconds: number = 60;
  @Int({ min: 0, max: 10_000, description: 'Maximum number of runs per hour.' }) max_per_hour: number = 10;
  @Int({ min: 0, description: 'Maximum number of runs in all; 0 for no limit.' }) max_iterations: number = 0;
}

@Shape('An automation: a rule that runs functions for a user.')
export class Automation {
  @Int({ description: 'Id of the automation.', example: 7 }) id!: number;
  @Text(IDS.user) user_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Text({ description: 'When to do what, in the words of the user.', example: 'Every Monday at 9, send me my open tasks.' })
  prompt!: string;
  @Text({ description: '`active` or `paused`.', example: 'active' }) status!: string;
  @Int({ description: 'Minimum seconds between two runs.', example: 60 }) cooldown_seconds!: number;
  @Int({ description: 'Maximum number of runs per hour.', example: 10 }) max_per_hour!: number;
  @Int({ description: 'Maximum number of runs in all; 0 for no limit.', example: 0 }) max_iterations!: number;
  @Instant({ description: 'When it was created.' }) created_at!: Date;
  @Instant({ description: 'When it last changed.' }) updated_at!: Date;
}

@Shape('Identifies an automation.')
export class AutomationRef {
  @Int({ min: 1, description: 'Id of the automation.', example: 7 }) rule_id!: number;
}

@Shape('The receipt of a deleted automation.')
export class AutomationDeleted {
  @Int({ description: 'Id of the automation.', example: 7 }) id!: number;
  @Text({ description: 'Always `deleted`.', example: 'deleted' }) status!: string;
}

export const AutomationNotFound = problem('automation_not_found', 404, 'Automation not found.');

export const AutomationQuotaExceeded = problem('automation_quota_exceeded', 429, 'You have reached the maximum number of automations.');

export const automationMembers = {
  createAutomation: operation('Create an automation', {
    description: 'Stores a rule in your own words. Deprecated: use the functions of the built-in extension `automations`.',
    input: CreateAutomation,
    output: Automation,
    problems: [AutomationQuotaExceeded],
    scope: 'automations:write',
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
    description: 'A paused automation becomes active again.',
    input: AutomationRef,
    output: Automation,
    problems: [AutomationNotFound],
    scope: 'automations:write',
  }),
  deleteAutomation: operation('Delete an automation', {
    description: 'The automation stops and cannot be restored.',
    input: AutomationRef,
    output: AutomationDeleted,
    problems: [AutomationNotFound],
    scope: 'automations:delete',
  }),
};
