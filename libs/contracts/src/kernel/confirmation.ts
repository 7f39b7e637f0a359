import { Empty, IDS } from '../common.js';
import { operation } from '../define.js';
import { Bool, Instant, Int, Json, List, Nested, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem, TooManyRequests } from '../problem.js';
import { BudgetExceeded, InsufficientCredits, UsageLimitReached } from '../billing/index.js';
import { AppDisabled, AppNotInstalled, AppSuspended } from '../registry/index.js';
import { CallFunction, CallResult, paramsDocs } from './call.js';

const ID = { description: 'Id of the confirmation.', example: 'conf_0199c0de7d0a7b3e9f0a1c2d3e4f5a6b' };
const SUMMARY = { description: 'What will run, in one sentence.', example: `'save_link' of 'link-saver' changes your data.` };
const PANEL_URL = { description: 'The page where you can confirm it.', example: 'https://skep.example/app/confirmations/conf_0199c0de' };
const EXPIRES_AT = { description: 'Until when it can be confirmed.', example: '2026-06-21T09:35:00Z' };

/** `confirmation`: the user's settings ask for it. `panel_approval_required`: it affects what they pay, so it always waits. */
export const CONFIRMATION_KINDS = ['confirmation', 'panel_approval_required'] as const;
export type ConfirmationKind = (typeof CONFIRMATION_KINDS)[number];

export const CONFIRMATION_STATUSES = ['pending', 'confirmed', 'cancelled', 'expired'] as const;
export type ConfirmationStatus = (typeof CONFIRMATION_STATUSES)[number];

@Shape('A call that waits for its user, or did. What runs is exactly what it shows.')
export class Confirmation {
  @Text(ID) confirmation_id!: string;
  @OneOf(CONFIRMATION_KINDS, { description: 'Why it waits: your settings ask for it, or it affects what you pay.' })
  kind!: ConfirmationKind;
  @OneOf(CONFIRMATION_STATUSES, { description: 'Whether it waits, or how it ended.' }) status!: ConfirmationStatus;
  @Text(IDS.user) user_id!: string;
  @Text(IDS.app) app_id!: string;
  @Text(IDS.function) function!: string;
  @Text({ description: '`write` or `destructive`.', example: 'write' }) action_type!: string;
  @Json({ bytes: Infinity, ...paramsDocs }) params!: Record<string, unknown>;
  @Text({ description: 'SHA-256 of the params as JSON, in hexadecimal.' }) params_hash!: string;
  @Text(SUMMARY) summary!: string;
  @Text(PANEL_URL) panel_url!: string;
  @Nullable() @Text({ ...IDS.trace, description: 'The trace of the call, in `GET /v1/traces/{id}`; null if it is not known.' }) trace_id!:
    string | null;
  @Instant({ description: 'When it was asked.' }) created_at!: Date;
  @Instant(EXPIRES_AT) expires_at!: Date;
  @Nullable() @Instant({ description: 'When it was confirmed or cancelled, or expired; null while it waits.' }) decided_at!: Date | null;
  @Nullable() @Nested(() => CallResult, { description: 'The result of the call; null until it has run.' }) result!: CallResult | null;
}

@Shape('The confirmations that wait for you.')
export class ActiveConfirmations {
  @List(() => Confirmation, { max: 100, description: 'The confirmations, newest first.' }) confirmations!: Confirmation[];
  @Int({ description: 'Their number.', example: 1 }) total!: number;
}

@Shape('Identifies a confirmation.')
export class ConfirmationRef {
  @Text({ min: 1, max: 64, ...ID }) confirmation_id!: string;
}

@Shape('One call of a function, by an agent.')
export class OperateFunction extends CallFunction {
  @Bool({ description: 'Accepted from existing clients. It never bypasses a confirmation.' }) confirmation_bypassed: boolean = false;
}

@Shape('What became of a call: its result, or what it waits for.')
export class Operated {
  @OneOf(['tool_result', ...CONFIRMATION_KINDS], {
    description:
      '`tool_result`: it ran. `confirmation`: it waits for you. `panel_approval_required`: it waits for you on the page `panel_url`.',
  })
  kind!: 'tool_result' | ConfirmationKind;
  @Optional()
  @Nested(() => CallResult, { description: 'The result; an `error` in it is a failure. Only of a `tool_result`.' })
  content?: CallResult;
  @Optional() @Text({ ...ID, description: 'Id of the confirmation. Only of a call that waits.' }) confirmation_id?: string;
  @Optional() @Text({ ...SUMMARY, description: 'What will run. Only of a call that waits.' }) summary?: string;
  @Optional() @Text({ ...PANEL_URL, description: 'The page where you can confirm it. Only of a call that waits.' }) panel_url?: string;
  @Optional() @Instant({ ...EXPIRES_AT, description: 'Until when it can be confirmed. Only of a call that waits.' }) expires_at?: Date;
}

export const ConfirmationNotFound = problem('confirmation_not_found', 404, 'Confirmation not found.');
export const ConfirmationClosed = problem('confirmation_closed', 409, 'This confirmation was cancelled, confirmed or has expired.');

export const confirmationMembers = {
  operateFunction: operation('Run a function of an app, or ask for its confirmation', {
    description:
      'Runs the function like `call`, and says whether it ran or waits for you. A failure of the function is a `tool_result` with `content.error`.',
    input: OperateFunction,
    output: Operated,
    problems: [AppNotInstalled, AppSuspended, AppDisabled, InsufficientCredits, BudgetExceeded, UsageLimitReached, TooManyRequests],
    scope: 'extensions:call',
    spansCalls: true,
  }),
  listActiveConfirmations: operation('List the confirmations that wait for you', {
    description: 'Returns the newest 100.',
    input: Empty,
    output: ActiveConfirmations,
    scope: 'actions:read',
  }),
  getConfirmation: operation('Read a confirmation', {
    description: 'Shows what will run, or its result. Confirmations are kept for 30 days.',
    input: ConfirmationRef,
    output: Confirmation,
    problems: [ConfirmationNotFound],
    scope: 'actions:read',
  }),
  confirmCall: operation('Confirm a call', {
    description:
      'Runs the call once, as it was shown, and returns its result in `result`. Repeating it returns the same result. A service that acts for you cannot confirm what affects what you pay.',
    input: ConfirmationRef,
    output: Confirmation,
    problems: [ConfirmationNotFound, ConfirmationClosed],
    scope: 'extensions:call',
    spansCalls: true,
  }),
  cancelCall: operation('Cancel a call that waits for you', {
    description: 'The call will not run. Idempotent.',
    input: ConfirmationRef,
    output: Confirmation,
    problems: [ConfirmationNotFound, ConfirmationClosed],
    scope: 'extensions:call',
  }),
  /** Internal: runs a confirmed call. The kernel calls it under an idempotency key, so that the call runs once, also after a crash. */
  runConfirmedCall: operation('Run a confirmed call', {
    input: ConfirmationRef,
    output: Empty,
    problems: [ConfirmationNotFound, ConfirmationClosed],
    spansCalls: true,
  }),
};
