import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nullable, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { QueueJobList } from './queue.js';
import { NotSigned, Overlap, OVERLAP_HOURS, RotatedSigningSecret } from './secret-rotation.js';

export const HAPPENING_TYPES = [
  'message.received',
  'message.sent',
  'webhook.received',
  'cron.fired',
  'tool.executed',
  'conversation.created',
  'node.connected',
  'node.disconnected',
] as const;
export type HappeningType = (typeof HAPPENING_TYPES)[number];
export const RULE_ACTIONS = ['run_agent', 'execute_tool', 'send_message', 'call_webhook', 'log'] as const;

const docs = {
  id: { description: 'Id of the rule.', example: '7b0a4a52-2f0e-4c6c-9a53-5f7f0a8ed201' },
  name: { description: 'Name of the rule.', example: 'Pushes' },
  event_type: { description: 'Type of the events.', example: 'webhook.received' },
  filters: { description: 'Fields of the event with the values that they must have.', example: { name: 'GitHub push' } },
  action: { description: 'What it does: see `GET /api/events/types`.', example: 'run_agent' },
  action_config: {
    description:
      '`{message, conversation_id, approved_tools}`, `{app_id, function, params}` or `{url}`. `{{ payload.… }}` in a message is filled with the event.',
    example: { message: 'Look at this: {{ payload.text }}' },
  },
  enabled: { description: 'Whether it does something.', example: true },
} satisfies Record<string, FieldDocs>;

@Shape('A rule to create.')
export class CreateEventRule {
  @Text({ min: 1, max: 200, ...docs.name }) name!: string;
  @Text({ min: 1, max: 100, ...docs.event_type }) event_type!: string;
  @Json(docs.filters) filters: Record<string, unknown> = {};
  @Text({ min: 1, max: 50, ...docs.action }) action!: string;
  @Json({ bytes: 128 * 1024, ...docs.action_config }) action_config: Record<string, unknown> = {};
  @Bool(docs.enabled) enabled: boolean = true;
}

@Shape('A rule: what to do at events of a type.')
export class EventRule {
  @Text(docs.id) id!: string;
  @Text({ max: 200, ...docs.name }) name!: string;
  @Text({ max: 100, ...docs.event_type }) event_type!: string;
  @Json(docs.filters) filters!: Record<string, unknown>;
  @Text({ max: 50, ...docs.action }) action!: string;
  @Json({ bytes: Infinity, ...docs.action_config }) action_config!: Record<string, unknown>;
  @Bool(docs.enabled) enabled!: boolean;
  @Int({ description: 'How often it has fired.', example: 0 }) fire_count!: number;
  @Nullable() @Instant({ description: 'When it last fired; null until then.' }) last_fired!: Date | null;
  @Nullable() @Text({ description: 'Why its last action failed; null if it did not.' }) last_error!: string | null;
}

@Shape('A new rule. The key of the signatures of its requests is shown this once.')
export class CreatedEventRule extends EventRule {
  @Optional()
  @Text({
    description: 'Verifies its requests, as Standard Webhooks describes; only of a rule that calls an address.',
    example: 'whsec_AAECAw==',
  })
  signing_secret?: string;
}

@Shape('Your rules.')
export class EventRuleList {
  @List(() => EventRule, { description: 'The oldest first.' }) rules!: EventRule[];
  @Int({ description: 'Number of rules.', example: 1 }) count!: number;
}

@Shape('Identifies a rule of yours.')
export class EventRuleRef {
  @Text({ max: 200, ...docs.id }) rule_id!: string;
}

@Shape('New values of a rule. Fields that are left out stay.')
export class UpdateEventRule extends EventRuleRef {
  @Optional() @Text({ min: 1, max: 200, ...docs.name }) name?: string;
  @Optional() @Text({ min: 1, max: 100, ...docs.event_type }) event_type?: string;
  @Optional() @Json(docs.filters) filters?: Record<string, unknown>;
  @Optional() @Json({ bytes: 128 * 1024, ...docs.action_config }) action_config?: Record<string, unknown>;
  @Optional() @Bool(docs.enabled) enabled?: boolean;
}

@Shape('A rule was deleted.')
export class EventRuleDeleted {
  @Text({ description: 'Always `deleted`.', example: 'deleted' }) status!: string;
}

@Shape('What rules may wait for, and do.')
export class EventRuleTypes {
  @List('text', { description: 'Types of events.', example: ['webhook.received'] }) event_types!: string[];
  @List('text', { description: 'Actions.', example: ['run_agent'] }) action_types!: string[];
}

@Shape('Which events to list.')
export class ListHappenings {
  @Int({ min: 1, max: 100, description: 'Maximum number of events.' }) limit: number = 50;
}

@Shape('Something that has happened to you.')
export class Happening {
  @Text({ description: 'Id of the event.', example: 'b1f0c1de-92c4-4c53-8c0d-51f0d1c4a7aa' }) id!: string;
  @Text(docs.event_type) type!: string;
  @Json({ bytes: Infinity, description: 'What is known about it.', example: { name: 'GitHub push' } }) data!: Record<string, unknown>;
  @Instant({ description: 'When it happened.' }) timestamp!: Date;
}

@Shape('What has happened to you, the newest first. Events are kept for seven days.')
export class HappeningList {
  @List(() => Happening, { description: 'The events.' }) events!: Happening[];
  @Int({ description: 'Number of events in this answer.', example: 1 }) count!: number;
}

@Shape('Whose runs to list.')
export class ListEventRuleRuns extends EventRuleRef {
  @Int({ min: 1, max: 200, description: 'Maximum number of runs.' }) limit: number = 50;
}

export const EventRuleNotFound = problem('event_rule_not_found', 404, 'Rule not found');
export const TooManyRules = problem('too_many_event_rules', 429, 'You have the maximum number of rules. Delete one first.');

@Shape('Replaces the key of the signatures of a rule that calls an address.')
export class RotateEventRuleSecret extends EventRuleRef {
  @Overlap() overlap_hours: number = OVERLAP_HOURS;
}

export const eventRuleMembers = {
  createEventRule: operation('Create a rule', {
    description:
      'It fires at most 120 times an hour. Text of an event counts as written by someone outside: the agent asks before it does something.',
    input: CreateEventRule,
    output: CreatedEventRule,
    scope: 'automations:write',
    problems: [TooManyRules],
    secret: true,
  }),
  listEventRules: operation('List your rules', {
    description: 'The oldest first.',
    input: Empty,
    output: EventRuleList,
    scope: 'automations:read',
  }),
  getEventRule: operation('Read a rule', {
    description: 'With the number of times that it has fired.',
    input: EventRuleRef,
    output: EventRule,
    scope: 'automations:read',
    problems: [EventRuleNotFound],
  }),
  updateEventRule: operation('Change a rule', {
    description: 'Fields that are left out stay.',
    input: UpdateEventRule,
    output: EventRule,
    scope: 'automations:write',
    problems: [EventRuleNotFound],
  }),
  rotateEventRuleSecret: operation('Replace the key of the signatures of a rule', {
    description: 'For a day its requests have a signature of each key, so that the receiver can be changed meanwhile.',
    input: RotateEventRuleSecret,
    output: RotatedSigningSecret,
    scope: 'automations:write',
    problems: [EventRuleNotFound, NotSigned],
    secret: true,
  }),
  deleteEventRule: operation('Delete a rule', {
    description: 'With its runs.',
    input: EventRuleRef,
    output: EventRuleDeleted,
    scope: 'automations:delete',
    problems: [EventRuleNotFound],
  }),
  listEventRuleRuns: operation('List the runs of a rule', {
    description: 'The newest first, each with its input, result, attempts and duration. `POST /api/queue/jobs/{id}/replay` repeats one.',
    input: ListEventRuleRuns,
    output: QueueJobList,
    scope: 'automations:read',
    problems: [EventRuleNotFound],
  }),
  getEventRuleTypes: operation('List what rules may wait for, and do', {
    description: 'The types of events, and the actions. `tool.executed` is a tool of an agent, functions of apps included.',
    input: Empty,
    output: EventRuleTypes,
    scope: 'automations:read',
  }),
  listHappenings: operation('List what has happened to you', {
    description: 'The newest first, for seven days.',
    input: ListHappenings,
    output: HappeningList,
    scope: 'automations:read',
  }),
};
