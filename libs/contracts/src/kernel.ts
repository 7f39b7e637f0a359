import { AppId, AppRef, Empty, PageNumber } from './common.js';
import { contract, event, broadcast, list, operation } from './define.js';
import { AnyJson, Bool, Instant, Int, Json, List, Nullable, Num, Optional, Text } from './fields.js';
import { TenantId } from './auth/credentials.js';
import { InsufficientCredits, UsageLimitReached } from './billing/index.js';
import { problem, TooManyRequests } from './problem.js';
import { AppDisabled, AppNotInstalled, AppSuspended, FunctionInfo, Permission } from './registry.js';

const UserId = () => Text({ min: 1, max: 64, description: 'The acting user: your own id, unless a service acts for you.' });
const FunctionName = () => Text({ min: 1, max: 128 });
/** Of one action; as `quantity` of usage. */
const Count = () => Int({ min: 0, max: 1_000_000_000 });
const Price = () => Num({ min: 0, max: 1_000_000_000 });

export class CallFunction {
  @AppId() app_id!: string;
  @UserId() user_id!: string;
  @Text({ max: 64 }) tenant_id: string = 'default';
  @FunctionName() function!: string;
  @Json({ bytes: Infinity }) params: Record<string, unknown> = {};
}

export class FunctionCall {
  @FunctionName() function!: string;
  @Json({ bytes: Infinity }) params: Record<string, unknown> = {};
}

export class CallFunctions {
  @AppId() app_id!: string;
  @UserId() user_id!: string;
  @Text({ max: 64 }) tenant_id: string = 'default';
  @List(() => FunctionCall, { min: 1, max: 50 }) calls!: FunctionCall[];
}

/** What a function answered. Its own failure is `status: "error"`, never an HTTP error. */
export class CallResult {
  @Text({ example: 'success' }) status!: string;
  @AnyJson() data!: unknown;
  @Nullable() @Text() summary!: string | null;
  @Nullable() @Text() error!: string | null;
  @AnyJson() ui!: unknown;
  @Optional() @Text() error_code?: string;
  @Optional() @Bool() retryable?: boolean;
  @Optional() @List('text') refresh_panels?: string[];
}

export class SmokeIr {
  @Json({ bytes: Infinity }) ir_dict!: Record<string, unknown>;
  @Text({ min: 1, max: 128 }) function!: string;
  @Json({ bytes: Infinity }) args: Record<string, unknown> = {};
}

export class CheckIr extends AppRef {
  @Json({ bytes: Infinity }) ir!: Record<string, unknown>;
}

export class IrFault {
  @Text() path!: string;
  @Text() message!: string;
}

/** What the kernel thinks of an IR: faults, or the envelope it would run with what its author should look at. */
export class IrCheckResult {
  @List(() => IrFault) faults!: IrFault[];
  @List(() => IrFault) warnings!: IrFault[];
  @Bool() normalised!: boolean;
  @Nullable() @Json() ir!: Record<string, unknown> | null;
  @Text() version!: string;
  @Text() name!: string;
  @Text() description!: string;
  @List(() => FunctionInfo) functions!: FunctionInfo[];
  @List('json') panels!: Record<string, unknown>[];
  @Int() steps!: number;
  @List(() => Permission, { description: 'What the app can do, computed from its steps and capabilities; by id.' })
  permissions!: Permission[];
}

export class SmokeResult {
  @Bool() ok!: boolean;
  @AnyJson() result!: unknown;
  @List('json') trace!: Record<string, unknown>[];
}

export class StorageUsage {
  @Int({ description: 'Of all documents of the person, in every app.' }) bytes!: number;
}

/** One line of the actions ledger, as a service tells it. */
export class RecordAction {
  @Text({ min: 1, max: 128 }) trace_id!: string;
  @Optional() @Text({ max: 128 }) chain_id?: string;
  @Optional() @Text({ max: 128 }) parent_task_id?: string;
  @Text({ min: 1, max: 64 }) user_id!: string;
  @TenantId() tenant_id: string = 'default';
  @Text({ min: 1, max: 64 }) app_id!: string;
  @Text({ min: 1, max: 128 }) tool_name!: string;
  @Text({ min: 1, max: 32, example: 'write' }) action_type!: string;
  @Optional() @Text({ max: 64 }) intent_type?: string;
  @Text({ min: 1, max: 32, example: 'success' }) status!: string;
  @Optional() @Text({ max: 2000 }) message_preview?: string;
  @Optional() @Text({ max: 2000 }) result_preview?: string;
  @Optional() @Text({ max: 2000 }) error?: string;
  @Optional() @Count() duration_ms?: number;
  @Count() tokens_used: number = 0;
  @Count() heartbeat_count: number = 0;
  @Price() action_price: number = 0;
  @Price() extension_price: number = 0;
  @Price() platform_fee: number = 0;
  @Optional() @Text({ max: 128 }) worker_id?: string;
  @Optional() @Text({ max: 64 }) llm_provider?: string;
  @Optional() @Text({ max: 128 }) llm_model?: string;
  @Optional() @List('json') llm_steps?: Record<string, unknown>[];
  @Count() llm_total_calls: number = 0;
  @Count() llm_total_tokens: number = 0;
  @Optional() @Instant() completed_at?: Date;
}

export class Action {
  @Text({ example: 'act_5b2e' }) id!: string;
  @Text() trace_id!: string;
  @Nullable() @Text() chain_id!: string | null;
  @Text() user_id!: string;
  @Text() tenant_id!: string;
  @Text({ example: 'api' }) source!: string;
  @Text() app_id!: string;
  @Text() tool_name!: string;
  @Text() action_type!: string;
  @Text() status!: string;
  @Nullable() @Text() message_preview!: string | null;
  @Nullable() @Text() result_preview!: string | null;
  @Nullable() @Text() error!: string | null;
  @Nullable() @Int() duration_ms!: number | null;
  @Int() tokens_used!: number;
  @Num() action_price!: number;
  @Num() extension_price!: number;
  @Num() platform_fee!: number;
  @Instant() created_at!: Date;
  @Nullable() @Instant() completed_at!: Date | null;
}

export class ListActions extends PageNumber {
  @Optional() @Text({ max: 64 }) app_id?: string;
  @Optional() @Text({ max: 32 }) action_type?: string;
  @Optional() @Text({ max: 32 }) status?: string;
  @Optional() @Text({ max: 200 }) search?: string;
}

export class ActionPage {
  @List(() => Action) actions!: Action[];
  @Int() total!: number;
  @Int() page!: number;
  @Int() per_page!: number;
}

export class ActionStats {
  @Int() total!: number;
  @Int() success!: number;
  @Int() failed!: number;
  @Int() today!: number;
  @Int() this_month!: number;
  @Int() tokens_used!: number;
  @Json({ description: 'Actions by app.' }) by_app!: Record<string, number>;
}

export class AppActionStats {
  @Text() app_id!: string;
  @Int() total_actions!: number;
  @Int() unique_users!: number;
  @Num({ description: 'Between 0 and 1; 1 where nothing has run yet.' }) success_rate!: number;
  @Nullable() @Num() avg_duration_ms!: number | null;
  @Int() actions_last_30d!: number;
}

/** Actions that cost something, in the order of their ids. */
export class ListPaidActions {
  @Instant() from!: Date;
  @Instant() to!: Date;
  @Text({ max: 64 }) after: string = '';
  @Int({ min: 1, max: 500 }) limit: number = 500;
}

export class PaidAction {
  @Text() id!: string;
  @Text() trace_id!: string;
  @Text() tenant_id!: string;
  @Text() user_id!: string;
  @Text() app_id!: string;
  @Text() tool_name!: string;
  @Num() extension_price!: number;
  @Num() platform_fee!: number;
}

export class ActionIds {
  @List('text', { max: 500 }) ids!: string[];
}

export class ActionId {
  @Text() id!: string;
}

export class PublishEvent {
  @TenantId() tenant_id: string = 'default';
  @Text({ max: 128 }) scope: string = '';
  @Text({ max: 128 }) action: string = '';
  @Text({ max: 128 }) id: string = '';
  @Text({ max: 128 }) actor: string = 'system';
  @Text({ max: 64, description: 'Empty: everybody of the tenant.' }) user_id: string = '';
  @Optional() @Json({ bytes: Infinity }) data?: Record<string, unknown>;
}

export class EventPublished {
  @Text() event_id!: string;
  @Text() status!: string;
}

/** What the feed's own events are about: the part of their type before the dot. Everything else there is an app's id. */
export const FEED_SCOPES = ['auth', 'billing', 'developer', 'marketplace'] as const;
export type FeedScope = (typeof FEED_SCOPES)[number];

/** One event of the feed. `seq` grows by one with each event, over all tenants. */
export class FeedEvent {
  @Int() seq!: number;
  @Text() tenant_id!: string;
  @Nullable() @Text() user_id!: string | null;
  @Text({ example: 'notes.created' }) type!: string;
  @Json() payload!: Record<string, unknown>;
  @Instant() ts!: Date;
}

/** Everything after `after`; with `user_id` and `tenant_id`, only what that person may see. */
export class ReadFeed {
  @Int({ min: 0 }) after!: number;
  @Int({ min: 1, max: 1000 }) limit: number = 500;
  @Optional() @Text({ max: 64 }) tenant_id?: string;
  @Optional() @Text({ max: 64 }) user_id?: string;
}

export class Feed {
  @List(() => FeedEvent, { max: 1000 }) events!: FeedEvent[];
  @Int({ description: 'The newest number given out.' }) head!: number;
  @Int({ description: 'The oldest number still kept; ask for less and something is missing.' }) oldest!: number;
  @Int({ description: 'All that you may see up to here is in this answer: go on from here. Less than `head` when there is more to read.' })
  upto!: number;
}

export class FeedAdvanced {
  @Int() head!: number;
}

export class EventStats {
  @Int() published_total!: number;
  @Int() last_hour!: number;
  @Int() head!: number;
  @Json({ description: 'Events of the last hour by type.' }) by_type!: Record<string, number>;
}

export class CreateAutomation {
  @Text({ min: 1, max: 4000 }) prompt!: string;
  @Int({ min: 0, max: 86_400 }) cooldown_seconds: number = 60;
  @Int({ min: 0, max: 10_000 }) max_per_hour: number = 10;
  @Int({ min: 0 }) max_iterations: number = 0;
}

export class Automation {
  @Int() id!: number;
  @Text() user_id!: string;
  @Text() tenant_id!: string;
  @Text() prompt!: string;
  @Text({ example: 'active' }) status!: string;
  @Int() cooldown_seconds!: number;
  @Int() max_per_hour!: number;
  @Int() max_iterations!: number;
  @Instant() created_at!: Date;
  @Instant() updated_at!: Date;
}

export class AutomationRef {
  @Int({ min: 1 }) rule_id!: number;
}

export class AutomationDeleted {
  @Int() id!: number;
  @Text({ example: 'deleted' }) status!: string;
}

/** One call, ended: what metering and analytics count. */
export class CallFinished {
  @Text() action_id!: string;
  @Text() trace_id!: string;
  @Text() user_id!: string;
  @Text() tenant_id!: string;
  @Text() app_id!: string;
  @Text() function!: string;
  @Text() action_type!: string;
  @Text() status!: string;
  @Int() duration_ms!: number;
  @Int() tokens_used!: number;
  @Optional() @Bool({ description: 'Its caller’s actions have been counted already, before it began.' }) counted?: boolean;
  @Optional()
  @Text({ description: 'The key under which the call was to be counted before it began, where billing did not say whether it was.' })
  counted_by?: string;
}

/** One call, done, and what is to be taken of its hold. Nothing: all of it is released. */
export class CallCharged {
  @Text() hold_id!: string;
  @Text() action_id!: string;
  @Text() user_id!: string;
  @Text() tenant_id!: string;
  @Int({ min: 0 }) base_price!: number;
  @Int({ min: 0 }) platform_fee!: number;
}

export const AutomationNotFound = problem('automation_not_found', 404, 'There is no such automation.');

export const AutomationQuotaExceeded = problem('automation_quota_exceeded', 429, 'You have as many automations as one may have.');

/** Never an HTTP answer of its own: a step's failure. */
export const StorageQuotaExceeded = problem('storage_quota_exceeded', 403, 'Your plan allows no more storage.');

export const kernel = contract('kernel', {
  callFunction: operation('Call a function of an app', {
    input: CallFunction,
    output: CallResult,
    problems: [AppNotInstalled, AppSuspended, AppDisabled, InsufficientCredits, UsageLimitReached, TooManyRequests],
    scope: 'extensions:call',
    spansCalls: true,
  }),
  callFunctions: operation('Call several functions of an app at once', {
    input: CallFunctions,
    output: list(CallResult),
    problems: [AppNotInstalled, AppSuspended, AppDisabled, InsufficientCredits, UsageLimitReached, TooManyRequests],
    scope: 'extensions:call',
    spansCalls: true,
  }),
  /** Internal: the portal's pipeline asks whether an IR would run. */
  checkIr: operation('Check a declarative app', { input: CheckIr, output: IrCheckResult }),
  smokeIr: operation('Try a function of an IR on a throw-away store', {
    input: SmokeIr,
    output: SmokeResult,
    scope: 'developer:apps:write',
  }),

  /** Internal: of the person in the context, for billing. */
  getStorageUsage: operation('Count the bytes of somebody’s documents', { input: Empty, output: StorageUsage }),

  recordAction: operation('Write a line of the actions ledger (services only)', { input: RecordAction, output: Action }),
  listActions: operation('List your actions, newest first', { input: ListActions, output: ActionPage, scope: 'actions:read' }),
  getActionStats: operation('Count your actions', { input: Empty, output: ActionStats, scope: 'actions:read' }),
  getAppActionStats: operation('Count an app’s actions (services only)', { input: AppRef, output: AppActionStats }),

  /** Internal: billing compares them with what it has charged. */
  listPaidActions: operation('List actions that cost something', { input: ListPaidActions, output: list(PaidAction) }),
  findActionIds: operation('Tell which of these actions there are', { input: ActionIds, output: list(ActionId) }),

  publishEvent: operation('Publish an event to people’s streams (services only)', { input: PublishEvent, output: EventPublished }),
  /** Internal: live delivery and replay read the same feed. */
  readFeed: operation('Read the event feed', { input: ReadFeed, output: Feed }),
  getEventStats: operation('Count events (services only)', { input: Empty, output: EventStats }),

  createAutomation: operation('Create an automation from a sentence', {
    input: CreateAutomation,
    output: Automation,
    problems: [AutomationQuotaExceeded],
    scope: 'automations:write',
  }),
  listAutomations: operation('List your automations', { input: Empty, output: list(Automation), scope: 'automations:read' }),
  pauseAutomation: operation('Pause an automation', {
    input: AutomationRef,
    output: Automation,
    problems: [AutomationNotFound],
    scope: 'automations:write',
  }),
  resumeAutomation: operation('Resume an automation', {
    input: AutomationRef,
    output: Automation,
    problems: [AutomationNotFound],
    scope: 'automations:write',
  }),
  deleteAutomation: operation('Delete an automation', {
    input: AutomationRef,
    output: AutomationDeleted,
    problems: [AutomationNotFound],
    scope: 'automations:delete',
  }),

  callFinished: event(CallFinished),
  callCharged: event(CallCharged),
  feedAdvanced: broadcast(FeedAdvanced),
});
