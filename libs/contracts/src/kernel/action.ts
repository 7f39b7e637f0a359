import { AppRef, Cursor, Empty, IDS, PageNumber } from '../common.js';
import { UserRef } from '../auth/account.js';
import { list, operation } from '../define.js';
import { Bool, Instant, Int, Json, List, Nested, Nullable, Num, Optional, Shape, Text } from '../fields.js';
import { NotFound } from '../problem.js';
import { TenantId } from '../auth/credentials.js';

const CREDITS_MAX = 1_000_000_000;
const Count = (description: string) => Int({ min: 0, max: 1_000_000_000, description });
const Price = (description: string) => Num({ min: 0, max: CREDITS_MAX, description });

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
  @Text({
    description: 'Origin: `api`, `panel`, `automation`, `webhook`, `skeleton`, or `service` when a service recorded it.',
    example: 'api',
  })
  source!: string;
  @Text(IDS.app) app_id!: string;
  @Text(IDS.function) tool_name!: string;
  @Text({ description: '`read`, `write` or `destructive`.', example: 'write' }) action_type!: string;
  @Text({ description: '`success`, `failed`, `validation_rejected` or `cancelled`; services may record other values.', example: 'success' })
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
  @Text({
    max: 200,
    description:
      'Only actions that contain this text in app, function, input, result or error; case-insensitive. Looks through your newest 10,000 actions.',
  })
  search?: string;
  @Cursor() cursor?: string;
}

@Shape('Whose actions to list, and which. All filters must match.')
export class ListUserActions extends ListActions {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @TenantId({ description: 'Tenant of the user.' }) tenant_id: string = 'default';
}

@Shape('Identifies actions of yours.')
export class TraceRef {
  @Text({ min: 1, max: 128, ...IDS.trace }) trace_id!: string;
}

@Shape('The actions of one request.')
export class ActionTrace extends Action {
  @List(() => Action, { description: 'This action and those that it made, in the order of their start: at most 200.' }) actions!: Action[];
}

@Shape('Identifies a step of yours.')
export class StepRef {
  @Text({
    min: 1,
    max: 300,
    description: 'The id of an action, alone or after the last colon, or a step of a coding session: `terminal:{session_id}:{step_id}`.',
    example: 'act_0199c0de5b2e7000a1b2c3d4e5f60718',
  })
  step_id!: string;
}

@Shape('The beginning of a text.')
export class Excerpt {
  @Text({ description: 'The beginning, as JSON. Long parts are shortened and secrets masked.', example: '{"url":"https://example.com"}' })
  preview!: string;
  @Bool({ description: 'Whether the text is longer.', example: false }) truncated!: boolean;
  @Nullable() @Int({ description: 'Its size in bytes; null if it is longer than the preview.', example: 29 }) total_bytes!: number | null;
}

@Shape('A step: what was called, and what it returned.')
export class ActivityStep {
  @Bool({ description: 'Whether it succeeded.', example: true }) ok!: boolean;
  @Text(IDS.app) app_id!: string;
  @Text({ ...IDS.function }) tool!: string;
  @Nullable() @Int({ description: 'Duration in milliseconds; null when it was not recorded.', example: 42 }) duration_ms!: number | null;
  @Text(IDS.trace) trace_id!: string;
  @Nested(() => Excerpt, { description: 'The input.' }) args!: Excerpt;
  @Nested(() => Excerpt, { description: 'The result, or the error.' }) result!: Excerpt;
}

@Shape('One page of actions.')
export class ActionPage {
  @List(() => Action, { description: 'The actions of this page, newest first.' }) actions!: Action[];
  @Optional()
  @Int({ description: 'Number of matching actions on all pages, at most 10,000. Absent after a cursor.', example: 120 })
  total?: number;
  @Bool({ description: 'Whether there are more than `total`.', example: false }) total_capped!: boolean;
  @Nullable() @Text({ description: 'The `cursor` of the next page; null on the last page.' }) next_cursor!: string | null;
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
  @Int({ description: 'Number of different users, as of a second ago.', example: 7 }) unique_users!: number;
  @Num({ description: 'Share of actions that succeeded, from 0 to 1; 1 without actions.', example: 0.975 }) success_rate!: number;
  @Nullable() @Num({ description: 'Average duration in milliseconds; null without actions.', example: 42.5 }) avg_duration_ms!:
    number | null;
  @Int({ description: 'Actions of today and of the 29 days before (UTC).', example: 48 }) actions_last_30d!: number;
}

@Shape('An app, and how many of its newest days to show.')
export class AppFiguresRef extends AppRef {
  @Int({ min: 1, max: 365, description: 'Number of days, today (UTC) included.', example: 30 }) days!: number;
}

@Shape('The calls of an app on one day by all users of all tenants.')
export class DayOfApp {
  @Text({ description: 'The day (UTC).', example: '2026-06-21' }) day!: string;
  @Int({ description: 'Finished calls.', example: 120 }) calls!: number;
  @Int({ description: 'Different users, as of a second ago.', example: 7 }) users!: number;
  @Int({ description: 'Calls that did not succeed.', example: 3 }) errors!: number;
  @Nullable()
  @Int({ description: 'Half of the calls took at most about this long, in milliseconds, within a tenth. Null without calls.', example: 42 })
  p50_ms!: number | null;
  @Nullable()
  @Int({
    description: '95 % of the calls took at most about this long, in milliseconds, within a tenth. Null without calls.',
    example: 310,
  })
  p95_ms!: number | null;
  @Int({ description: 'Sum of the base prices in credits: your share and that of the platform, without its fees.', example: 240 })
  credits!: number;
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

export const actionMembers = {
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
  getAction: operation('Read the actions of a request', {
    description: 'The first action of yours with this trace, and all that have it.',
    input: TraceRef,
    output: ActionTrace,
    problems: [NotFound],
    scope: 'actions:read',
  }),
  getActivityStep: operation('Read a step', {
    description: 'What an action of yours, or a tool of a coding session, was given and what it returned.',
    input: StepRef,
    output: ActivityStep,
    problems: [NotFound],
    scope: 'actions:read',
    spansCalls: true,
  }),
  listUserActions: operation('List the actions of a user (services only)', {
    description: 'The finished calls of one user, newest first, one page at a time.',
    input: ListUserActions,
    output: ActionPage,
  }),
  getUserActionStats: operation('Read statistics of the actions of a user (services only)', {
    description: 'Counts the actions of a user by result, period and app.',
    input: UserRef,
    output: ActionStats,
  }),
  getOwnAppActionStats: operation('Read statistics of your app', {
    description: 'Counts the actions of an app by all users of all tenants. Only for the developer of the app.',
    input: AppRef,
    output: AppActionStats,
    problems: [NotFound],
    scope: 'actions:read',
    spansCalls: true,
  }),
  getAppActionStats: operation('Read statistics of an app (services only)', {
    description: 'Counts the actions of an app by all users of all tenants.',
    input: AppRef,
    output: AppActionStats,
  }),
  /** Internal: the portal shows them to the developer of the app. Every day of the period, oldest first. */
  listAppFigures: operation('List the figures of an app by day', { input: AppFiguresRef, output: list(DayOfApp) }),
  /** Internal: billing compares them with its charges. */
  listPaidActions: operation('List actions with a price', { input: ListPaidActions, output: list(PaidAction) }),
  findActionIds: operation('Find existing actions by id', { input: ActionIds, output: list(ActionId) }),
};
