import { AppId, IDS } from '../common.js';
import { event, list, operation } from '../define.js';
import { AnyJson, Bool, Int, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { BudgetExceeded, InsufficientCredits, UsageLimitReached } from '../billing/index.js';
import { TooManyRequests } from '../problem.js';
import { AppDisabled, AppNotInstalled, AppSuspended } from '../registry/index.js';

const CALLER = { ...IDS.user, description: 'Your own user id; a service gives the id of the acting user.' };
const CALLER_TENANT = { ...IDS.tenant, description: 'Your own tenant; a service gives the tenant of the acting user.' };
/** Documents a field with the params of a function. */
export const paramsDocs = {
  description: 'The params of the function, as its `params_schema` describes them.',
  example: { url: 'https://example.com' },
};
const FunctionName = () => Text({ min: 1, max: 128, ...IDS.function });

@Shape('One call of a function.')
export class CallFunction {
  @AppId() app_id!: string;
  @Text({ min: 1, max: 64, ...CALLER }) user_id!: string;
  @Text({ max: 64, ...CALLER_TENANT }) tenant_id: string = 'default';
  @FunctionName() function!: string;
  @Json({ bytes: Infinity, ...paramsDocs }) params: Record<string, unknown> = {};
}

@Shape('One call of a batch.')
export class FunctionCall {
  @FunctionName() function!: string;
  @Json({ bytes: Infinity, ...paramsDocs }) params: Record<string, unknown> = {};
}

@Shape('Several calls of functions of one app.')
export class CallFunctions {
  @AppId() app_id!: string;
  @Text({ min: 1, max: 64, ...CALLER }) user_id!: string;
  @Text({ max: 64, ...CALLER_TENANT }) tenant_id: string = 'default';
  @List(() => FunctionCall, { min: 1, max: 50, description: 'The calls. They run in parallel.' }) calls!: FunctionCall[];
}

@Shape('A call of an automation, for its user.')
export class CallForAutomation {
  @AppId() app_id!: string;
  @FunctionName() function!: string;
  @Json({ bytes: Infinity, ...paramsDocs }) params: Record<string, unknown> = {};
}

@Shape('The result of a function. A failure of the function itself is `status: "error"`, not an HTTP error.')
export class CallResult {
  @Text({ description: '`success` or `error`.', example: 'success' }) status!: string;
  @AnyJson({
    description:
      'What the function returned: any JSON value. Null after an error, except `CONFIRMATION_REQUIRED` and errors that have `data_format`.',
    example: { id: 'doc_5b2e' },
  })
  data!: unknown;
  @Nullable() @Text({ description: 'The result in one sentence; null after an error.', example: 'Link saved' }) summary!: string | null;
  @Nullable() @Text({ description: 'What went wrong; null after a success.' }) error!: string | null;
  @AnyJson({ description: 'A tree of user interface nodes to show; null when the function has none.', example: null }) ui!: unknown;
  @Optional() @Text({ description: 'Kind of error, in capitals, for programs. Only after an error.' }) error_code?: string;
  @Optional() @Bool({ description: 'Whether the same call may succeed later. Only after an error.' }) retryable?: boolean;
  @Optional()
  @Json({
    bytes: Infinity,
    description:
      'More about an error, for programs: after `INVALID_IR` and `INVALID_INPUT` the `faults`, each with its place and a page about it.',
  })
  details?: Record<string, unknown>;
  @Optional()
  @Text({ description: 'Id of the task that runs the function in the background. Only for a function that is marked so.' })
  task_id?: string;
  @Optional()
  @OneOf(['mcp'], {
    description:
      '`mcp`: `data` is a tool result of the Model Context Protocol, with `content`, `structuredContent` and `isError`. Only for tools of MCP servers.',
  })
  data_format?: 'mcp';
  @Optional() @List('text', { description: 'Ids of panels whose content has changed.' }) refresh_panels?: string[];
}

@Shape('A call has finished. Only kernels of before `callsFinished` publish this event.')
export class CallFinished {
  @Text({ description: 'Id of the action.' }) action_id!: string;
  @Text(IDS.trace) trace_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.app) app_id!: string;
  @Text(IDS.function) function!: string;
  @Text({ description: '`read`, `write` or `destructive`.' }) action_type!: string;
  @Text({ description: '`success`, `failed`, `validation_rejected` or `cancelled`.' }) status!: string;
  @Int({ description: 'Duration in milliseconds.' }) duration_ms!: number;
  @Int({ description: 'Tokens that language models processed.' }) tokens_used!: number;
  @Optional() @Bool({ description: 'Whether the call was counted on the meter `actions` before it started.' }) counted?: boolean;
  @Optional()
  @Text({ description: 'The key for counting the call before it started. Set when billing did not answer whether it had counted.' })
  counted_by?: string;
}

@Shape('Calls have finished. Usage counters and statistics consume this event.')
export class CallsFinished {
  @Text(IDS.tenant) tenant_id!: string;
  @List(() => CallFinished, { description: 'The calls, all of this tenant.' }) calls!: CallFinished[];
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

export const callMembers = {
  callFunction: operation('Call a function of an app', {
    description:
      'Runs the function and waits for its result, up to 90 seconds. A function that fails answers 200 with `status: "error"`; HTTP errors mean that the call did not start. A function that its manifest marks as `background` or `long_running` becomes a task: the answer has its `task_id`. With `error_code: "CONFIRMATION_REQUIRED"` nothing has run: the call waits for its user, and `data` has `confirmation_id`, `expires_at` and `summary`.',
    input: CallFunction,
    output: CallResult,
    problems: [AppNotInstalled, AppSuspended, AppDisabled, InsufficientCredits, BudgetExceeded, UsageLimitReached, TooManyRequests],
    scope: 'extensions:call',
    spansCalls: true,
  }),
  callFunctions: operation('Call several functions of an app', {
    description: 'Runs the calls in parallel. The results have the order of the calls; a failed call does not affect the others.',
    input: CallFunctions,
    output: list(CallResult),
    problems: [AppNotInstalled, AppSuspended, AppDisabled, InsufficientCredits, BudgetExceeded, UsageLimitReached, TooManyRequests],
    scope: 'extensions:call',
    spansCalls: true,
  }),
  /** Internal: a call that no one confirms, because its user made the automation. It may not change what they pay. */
  callForAutomation: operation('Call a function for an automation', {
    input: CallForAutomation,
    output: CallResult,
    problems: [AppNotInstalled, AppSuspended, AppDisabled, InsufficientCredits, BudgetExceeded, UsageLimitReached, TooManyRequests],
    spansCalls: true,
  }),
  callsFinished: event(CallsFinished),
  /** For events of former kernels that wait in outboxes and in the stream. */
  callFinished: event(CallFinished),
  callCharged: event(CallCharged),
};
