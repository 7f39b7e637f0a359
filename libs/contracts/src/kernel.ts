import { AppId, AppRef, Empty, IDS, PageNumber } from './common.js';
import { contract, event, broadcast, list, operation } from './define.js';
import { AnyJson, Bool, Instant, Int, Json, List, Nullable, Num, Optional, Shape, Text } from './fields.js';
import { TenantId } from './auth/credentials.js';
import { InsufficientCredits, UsageLimitReached } from './billing/index.js';
import { problem, TooManyRequests } from './problem.js';
import { AppDisabled, AppNotInstalled, AppSuspended, FunctionInfo, Permission } from './registry.js';

const CALLER = { ...IDS.user, description: 'Your own user id; a service gives the id of the acting user.' };
const CALLER_TENANT = { ...IDS.tenant, description: 'Your own tenant; a service gives the tenant of the acting user.' };
const PARAMS = {
  description: 'The params of the function, as its `params_schema` describes them.',
  example: { url: 'https://example.com' },
};
const FunctionName = () => Text({ min: 1, max: 128, ...IDS.function });
const CREDITS_MAX = 1_000_000_000;
const Count = (description: string) => Int({ min: 0, max: 1_000_000_000, description });
const Price = (description: string) => Num({ min: 0, max: CREDITS_MAX, description });

@Shape('One call of a function.')
export class CallFunction {
  @AppId() app_id!: string;
  @Text({ min: 1, max: 64, ...CALLER }) user_id!: string;
  @Text({ max: 64, ...CALLER_TENANT }) tenant_id: string = 'default';
  @FunctionName() function!: string;
  @Json({ bytes: Infinity, ...PARAMS }) params: Record<string, unknown> = {};
}

@Shape('One call of a batch.')
export class FunctionCall {
  @FunctionName() function!: string;
  @Json({ bytes: Infinity, ...PARAMS }) params: Record<string, unknown> = {};
}

@Shape('Several calls of functions of one app.')
export class CallFunctions {
  @AppId() app_id!: string;
  @Text({ min: 1, max: 64, ...CALLER }) user_id!: string;
  @Text({ max: 64, ...CALLER_TENANT }) tenant_id: string = 'default';
  @List(() => FunctionCall, { min: 1, max: 50, description: 'The calls. They run in parallel.' }) calls!: FunctionCall[];
}

@Shape('The result of a function. A failure of the function itself is `status: "error"`, not an HTTP error.')
export class CallResult {
  @Text({ description: '`success` or `error`.', example: 'success' }) status!: string;
  @AnyJson({ description: 'What the function returned: any JSON value. Null after an error.', example: { id: 'doc_5b2e' } }) data!: unknown;
  @Nullable() @Text({ description: 'The result in one sentence; null after an error.', example: 'Link saved' }) summary!: string | null;
  @Nullable() @Text({ description: 'What went wrong; null after a success.' }) error!: string | null;
  @AnyJson({ description: 'A tree of user interface nodes to show; null when the function has none.', example: null }) ui!: unknown;
  @Optional() @Text({ description: 'Kind of error, in capitals, for programs. Only after an error.' }) error_code?: string;
  @Optional() @Bool({ description: 'Whether the same call may succeed later. Only after an error.' }) retryable?: boolean;
  @Optional() @List('text', { description: 'Ids of panels whose content has changed.' }) refresh_panels?: string[];
}

@Shape('A trial run of a function of an IR.')
export class SmokeIr {
  @Json({ bytes: Infinity, description: 'The IR, in the envelope or the flat form.' }) ir_dict!: Record<string, unknown>;
  @Text({ min: 1, max: 128, description: 'Name of the function to run.', example: 'save_link' }) function!: string;
  @Json({ bytes: Infinity, ...PARAMS }) args: Record<string, unknown> = {};
}

@Shape('An IR to check.')
export class CheckIr extends AppRef {
  @Json({ bytes: Infinity, description: 'The IR, in the envelope or the flat form.' }) ir!: Record<string, unknown>;
}

@Shape('One fault of an IR, or one warning.')
export class IrFault {
  @Text({ description: 'Path of the part within the IR.' }) path!: string;
  @Text({ description: 'What is wrong.' }) message!: string;
}

@Shape('The result of checking an IR: its faults, or the normalised IR with warnings.')
export class IrCheckResult {
  @List(() => IrFault, { description: 'Why the IR cannot run; empty when it can.' }) faults!: IrFault[];
  @List(() => IrFault, { description: 'What runs, but probably not as intended.' }) warnings!: IrFault[];
  @Bool({ description: 'Whether short forms were rewritten.' }) normalised!: boolean;
  @Nullable() @Json({ description: 'The IR as it runs; null when it has faults.' }) ir!: Record<string, unknown> | null;
  @Text({ description: 'Version of the app.' }) version!: string;
  @Text({ description: 'Name of the app.' }) name!: string;
  @Text({ description: 'Description of the app.' }) description!: string;
  @List(() => FunctionInfo, { description: 'The functions of the app.' }) functions!: FunctionInfo[];
  @List('json', { description: 'The panels of the app.' }) panels!: Record<string, unknown>[];
  @Int({ description: 'Number of steps of all functions.' }) steps!: number;
  @List(() => Permission, { description: 'What the app can do, computed from its steps and capabilities; ordered by id.' })
  permissions!: Permission[];
}

@Shape('The result of a trial run.')
export class SmokeResult {
  @Bool({ description: 'Whether the function succeeded.' }) ok!: boolean;
  @AnyJson({ description: 'What the function returned, or its error.' }) result!: unknown;
  @List('json', { description: 'One entry per executed step.' }) trace!: Record<string, unknown>[];
}

@Shape('How much storage a user takes.')
export class StorageUsage {
  @Int({ description: 'Bytes of all documents of the user, in all apps.' }) bytes!: number;
}

@Shape('A row of the actions ledger, as a service records it.')
export class RecordAction {
  @Text({ min: 1, max: 128, ...IDS.trace }) trace_id!: string;
  @Optional() @Text({ max: 128, description: 'The action that made this call.' }) chain_id?: string;
  @Optional() @Text({ max: 128, description: 'The task that this action belongs to.' }) parent_task_id?: string;
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @TenantId() tenant_id: string = 'default';
  @Text({ min: 1, max: 64, ...IDS.app }) app_id!: string;
  @Text({ min: 1, max: 128, ...IDS.function }) tool_name!: string;
  @Text({ min: 1, max: 32, description: '`read`, `write` or `destructive`.', example: 'write' }) action_type!: string;
  @Optional() @Text({ max: 64, description: 'What the user intended, as the service classifies it.' }) intent_type?: string;
  @Text({ min: 1, max: 32, description: '`success`, or how it failed.', example: 'success' }) status!: string;
  @Optional() @Text({ max: 2000, description: 'Beginning of the input.' }) message_preview?: string;
  @Optional() @Text({ max: 2000, description: 'Beginning of the result.' }) result_preview?: string;
  @Optional() @Text({ max: 2000, description: 'What went wrong. Only after a failure.' }) error?: string;
  @Optional() @Count('Duration in milliseconds.') duration_ms?: number;
  @Count('Tokens that language models processed.') tokens_used: number = 0;
  @Count('Heartbeats while the action ran.') heartbeat_count: number = 0;
  @Price('Total price in credits.') action_price: number = 0;
  @Price('Price of the app in credits.') extension_price: number = 0;
  @Price('Fee of the platform in credits.') platform_fee: number = 0;
  @Optional() @Text({ max: 128, description: 'The worker that ran it.' }) worker_id?: string;
  @Optional() @Text({ max: 64, description: 'Provider of the language model.' }) llm_provider?: string;
  @Optional() @Text({ max: 128, description: 'Name of the language model.' }) llm_model?: string;
  @Optional() @List('json', { description: 'One entry per request to a language model.' }) llm_steps?: Record<string, unknown>[];
  @Count('Number of requests to language models.') llm_total_calls: number = 0;
  @Count('Tokens of all requests to language models.') llm_total_tokens: number = 0;
  @Optional() @Instant({ description: 'When it finished.' }) completed_at?: Date;
}

@Shape('A row of the actions ledger: one finished call of a function.')
export class Action {
  @Text({ description: 'Id of the action.', example: 'act_5b2e' }) id!: string;
  @Text(IDS.trace) trace_id!: string;
  @Nullable() @Text({ description: 'The action that made this call; null when the caller made it directly.' }) chain_id!: string | null;
  @Text(IDS.user) user_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Text({ description: 'Origin: `api`, `panel`, or `service` when a service recorded it.', example: 'api' }) source!: string;
  @Text(IDS.app) app_id!: string;
  @Text(IDS.function) tool_name!: string;
  @Text({ description: '`read`, `write` or `destructive`.', example: 'write' }) action_type!: string;
  @Text({ description: '`success`, `failed` or `validation_rejected`; services may record other values.', example: 'success' })
  status!: string;
  @Nullable() @Text({ description: 'Beginning of the input; null when none was recorded.' }) message_preview!: string | null;
  @Nullable() @Text({ description: 'Beginning of the result; null when there is none.', example: 'Link saved' }) result_preview!:
    string | null;
  @Nullable() @Text({ description: 'What went wrong; null after a success.' }) error!: string | null;
  @Nullable() @Int({ description: 'Duration in milliseconds; null when it was not recorded.', example: 42 }) duration_ms!: number | null;
  @Int({ description: 'Tokens that language models processed.', example: 0 }) tokens_used!: number;
  @Num({ description: 'Total price in credits.', example: 40 }) action_price!: number;
  @Num({ description: 'Price of the app in credits.', example: 40 }) extension_price!: number;
  @Num({ description: 'Fee of the platform in credits.', example: 0 }) platform_fee!: number;
  @Instant({ description: 'When the row was written.' }) created_at!: Date;
  @Nullable() @Instant({ description: 'When the call finished; null when it was not recorded.' }) completed_at!: Date | null;
}

@Shape('Which actions to list. All filters must match.')
export class ListActions extends PageNumber {
  @Optional() @Text({ max: 64, description: 'Only actions of this app.', example: 'link-saver' }) app_id?: string;
  @Optional() @Text({ max: 32, description: 'Only actions of this type: `read`, `write` or `destructive`.' }) action_type?: string;
  @Optional() @Text({ max: 32, description: 'Only actions with this status.', example: 'success' }) status?: string;
  @Optional()
  @Text({ max: 200, description: 'Only actions that contain this text in app, function, input, result or error; case-insensitive.' })
  search?: string;
}

@Shape('One page of actions.')
export class ActionPage {
  @List(() => Action, { description: 'The actions of this page, newest first.' }) actions!: Action[];
  @Int({ description: 'Number of matching actions on all pages.' }) total!: number;
  @Int({ description: 'This page; the first page is 1.' }) page!: number;
  @Int({ description: 'Rows per page.', example: 50 }) per_page!: number;
}

@Shape('Statistics of your actions. Days and months are UTC.')
export class ActionStats {
  @Int({ description: 'Number of actions.', example: 120 }) total!: number;
  @Int({ description: 'Actions that succeeded.', example: 117 }) success!: number;
  @Int({ description: 'Actions that failed.', example: 3 }) failed!: number;
  @Int({ description: 'Actions of today.', example: 5 }) today!: number;
  @Int({ description: 'Actions of this calendar month.', example: 48 }) this_month!: number;
  @Int({ description: 'Tokens that language models processed.', example: 0 }) tokens_used!: number;
  @Json({ description: 'Number of actions by app id.', example: { 'link-saver': 120 } }) by_app!: Record<string, number>;
}

@Shape('Statistics of all calls of one app.')
export class AppActionStats {
  @Text(IDS.app) app_id!: string;
  @Int({ description: 'Number of actions.', example: 120 }) total_actions!: number;
  @Int({ description: 'Number of different users.', example: 7 }) unique_users!: number;
  @Num({ description: 'Share of actions that succeeded, from 0 to 1; 1 without actions.', example: 0.975 }) success_rate!: number;
  @Nullable() @Num({ description: 'Average duration in milliseconds; null without actions.', example: 42.5 }) avg_duration_ms!:
    number | null;
  @Int({ description: 'Actions of the last 30 days.', example: 48 }) actions_last_30d!: number;
}

@Shape('Which actions with a price to list, ordered by id.')
export class ListPaidActions {
  @Instant({ description: 'Earliest time, included.' }) from!: Date;
  @Instant({ description: 'Latest time, excluded.' }) to!: Date;
  @Text({ max: 64, description: 'Only ids after this one; empty for the first page.' }) after: string = '';
  @Int({ min: 1, max: 500, description: 'Maximum number of rows.' }) limit: number = 500;
}

@Shape('An action with a price.')
export class PaidAction {
  @Text({ description: 'Id of the action.', example: 'act_5b2e' }) id!: string;
  @Text(IDS.trace) trace_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text(IDS.app) app_id!: string;
  @Text(IDS.function) tool_name!: string;
  @Num({ description: 'Price of the app in credits.' }) extension_price!: number;
  @Num({ description: 'Fee of the platform in credits.' }) platform_fee!: number;
}

@Shape('Ids to look up.')
export class ActionIds {
  @List('text', { max: 500, description: 'Ids of actions.' }) ids!: string[];
}

@Shape('The id of an existing action.')
export class ActionId {
  @Text({ description: 'Id of the action.', example: 'act_5b2e' }) id!: string;
}

@Shape('An event to publish. Its type is `<scope>.<action>`.')
export class PublishEvent {
  @TenantId() tenant_id: string = 'default';
  @Text({ max: 128, description: 'What the event is about, usually an app id.', example: 'notes' }) scope: string = '';
  @Text({ max: 128, description: 'What happened.', example: 'created' }) action: string = '';
  @Text({ max: 128, description: 'Id of the object that the event is about.', example: 'doc_5b2e' }) id: string = '';
  @Text({ max: 128, description: 'Who caused the event: a user id, or `system`.' }) actor: string = 'system';
  @Text({ max: 64, description: 'Who receives the event; empty for all users of the tenant.', example: 'imp_u_4f9a' }) user_id: string = '';
  @Optional() @Json({ bytes: Infinity, description: 'More about the event.', example: { title: 'Shopping' } }) data?: Record<
    string,
    unknown
  >;
}

@Shape('The receipt of a published event.')
export class EventPublished {
  @Text({ description: 'Id of the event.', example: '1043' }) event_id!: string;
  @Text({ description: 'Always `published`.', example: 'published' }) status!: string;
}

/** The scopes of Skep's own events: the part of the type before the dot. Every other scope is an app id. */
export const FEED_SCOPES = ['auth', 'billing', 'developer', 'marketplace'] as const;
export type FeedScope = (typeof FEED_SCOPES)[number];

@Shape('An event of the feed.')
export class FeedEvent {
  @Int({ description: 'Number of the event: one more than the previous event of any tenant.' }) seq!: number;
  @Text(IDS.tenant) tenant_id!: string;
  @Nullable() @Text({ ...IDS.user, description: 'Who receives the event; null for all users of the tenant.' }) user_id!: string | null;
  @Text({ description: 'Type of the event.', example: 'notes.created' }) type!: string;
  @Json({ description: 'Content of the event.' }) payload!: Record<string, unknown>;
  @Instant({ description: 'When the event happened.' }) ts!: Date;
}

@Shape('Which events to read: all after `after`. With `user_id` and `tenant_id` only those that this user may see.')
export class ReadFeed {
  @Int({ min: 0, description: 'Number of the last event that was read.' }) after!: number;
  @Int({ min: 1, max: 1000, description: 'Maximum number of events.' }) limit: number = 500;
  @Optional() @Text({ max: 64, ...IDS.tenant }) tenant_id?: string;
  @Optional() @Text({ max: 64, ...IDS.user }) user_id?: string;
}

@Shape('A part of the event feed.')
export class Feed {
  @List(() => FeedEvent, { max: 1000, description: 'The events, oldest first.' }) events!: FeedEvent[];
  @Int({ description: 'Number of the newest event.' }) head!: number;
  @Int({ description: 'Number of the oldest event that is kept. Events before it are lost to a reader that is behind.' }) oldest!: number;
  @Int({
    description: 'This answer contains all visible events up to this number. Continue here; less than `head` when there is more to read.',
  })
  upto!: number;
}

@Shape('The feed has new events.')
export class FeedAdvanced {
  @Int({ description: 'Number of the newest event.' }) head!: number;
}

@Shape('Statistics of the event feed.')
export class EventStats {
  @Int({ description: 'Number of events since the installation.', example: 1043 }) published_total!: number;
  @Int({ description: 'Events of the last hour.', example: 12 }) last_hour!: number;
  @Int({ description: 'Number of the newest event.', example: 1043 }) head!: number;
  @Json({ description: 'Events of the last hour by type.', example: { 'notes.created': 12 } }) by_type!: Record<string, number>;
}

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

@Shape('A call has finished. Usage counters and statistics consume this event.')
export class CallFinished {
  @Text({ description: 'Id of the action.' }) action_id!: string;
  @Text(IDS.trace) trace_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.app) app_id!: string;
  @Text(IDS.function) function!: string;
  @Text({ description: '`read`, `write` or `destructive`.' }) action_type!: string;
  @Text({ description: '`success`, `failed` or `validation_rejected`.' }) status!: string;
  @Int({ description: 'Duration in milliseconds.' }) duration_ms!: number;
  @Int({ description: 'Tokens that language models processed.' }) tokens_used!: number;
  @Optional() @Bool({ description: 'Whether the call was counted on the meter `actions` before it started.' }) counted?: boolean;
  @Optional()
  @Text({ description: 'The key for counting the call before it started. Set when billing did not answer whether it had counted.' })
  counted_by?: string;
}

@Shape('How much of the hold of a finished call is charged. With both amounts 0 the hold is released.')
export class CallCharged {
  @Text({ description: 'Id of the hold.' }) hold_id!: string;
  @Text({ description: 'Id of the action that the charge pays.' }) action_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Int({ min: 0, description: 'Credits for the app.' }) base_price!: number;
  @Int({ min: 0, description: 'Credits for the platform.' }) platform_fee!: number;
}

export const AutomationNotFound = problem('automation_not_found', 404, 'Automation not found.');

export const AutomationQuotaExceeded = problem('automation_quota_exceeded', 429, 'You have reached the maximum number of automations.');

/** Never an HTTP answer: the failure of a step. */
export const StorageQuotaExceeded = problem('storage_quota_exceeded', 403, 'Your plan does not include more storage.');

export const kernel = contract('kernel', {
  callFunction: operation('Call a function of an app', {
    description:
      'Runs the function and waits for its result, up to 90 seconds. A function that fails answers 200 with `status: "error"`; HTTP errors mean that the call did not start.',
    input: CallFunction,
    output: CallResult,
    problems: [AppNotInstalled, AppSuspended, AppDisabled, InsufficientCredits, UsageLimitReached, TooManyRequests],
    scope: 'extensions:call',
    spansCalls: true,
  }),
  callFunctions: operation('Call several functions of an app', {
    description: 'Runs the calls in parallel. The results have the order of the calls; a failed call does not affect the others.',
    input: CallFunctions,
    output: list(CallResult),
    problems: [AppNotInstalled, AppSuspended, AppDisabled, InsufficientCredits, UsageLimitReached, TooManyRequests],
    scope: 'extensions:call',
    spansCalls: true,
  }),
  /** Internal: for deploys. */
  checkIr: operation('Check an IR', { input: CheckIr, output: IrCheckResult }),
  smokeIr: operation('Run a function of an IR on a temporary store', {
    input: SmokeIr,
    output: SmokeResult,
    scope: 'developer:apps:write',
  }),

  /** Internal: the usage of the acting user, for billing. */
  getStorageUsage: operation('Read how much storage a user takes', { input: Empty, output: StorageUsage }),

  recordAction: operation('Record an action (services only)', {
    description: 'Adds a row to the actions ledger. Idempotent per user, trace, app and function: a repetition answers the existing row.',
    input: RecordAction,
    output: Action,
  }),
  listActions: operation('List your actions', {
    description: 'Returns the finished calls of your functions, newest first, one page at a time.',
    input: ListActions,
    output: ActionPage,
    scope: 'actions:read',
  }),
  getActionStats: operation('Read statistics of your actions', {
    description: 'Counts your actions by result, period and app.',
    input: Empty,
    output: ActionStats,
    scope: 'actions:read',
  }),
  getAppActionStats: operation('Read statistics of an app (services only)', {
    description: 'Counts the actions of an app by all users of all tenants.',
    input: AppRef,
    output: AppActionStats,
  }),

  /** Internal: billing compares them with its charges. */
  listPaidActions: operation('List actions with a price', { input: ListPaidActions, output: list(PaidAction) }),
  findActionIds: operation('Find existing actions by id', { input: ActionIds, output: list(ActionId) }),

  publishEvent: operation('Publish an event (services only)', {
    description: 'Sends an event to the event streams of one user, or of all users of a tenant.',
    input: PublishEvent,
    output: EventPublished,
  }),
  /** Internal: the gateway reads it for live delivery and for replay. */
  readFeed: operation('Read the event feed', { input: ReadFeed, output: Feed }),
  getEventStats: operation('Read statistics of events (services only)', {
    description: 'Counts the events of all tenants.',
    input: Empty,
    output: EventStats,
  }),

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

  callFinished: event(CallFinished),
  callCharged: event(CallCharged),
  feedAdvanced: broadcast(FeedAdvanced),
});
