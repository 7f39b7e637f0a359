import { IDS } from '../common.js';
import { operation } from '../define.js';
import { Bool, Instant, Int, Nullable, Optional, Shape, Text } from '../fields.js';
import { Conflict, problem, IdempotencyConflict } from '../problem.js';
import { BudgetExceeded } from './budget.js';
import { UsageLimitReached } from './usage.js';

const CREDITS_MAX = 1_000_000_000;
const HOLD_ID = { description: 'Id of the hold.', example: 'hold_5b2e' };
const AVAILABLE = { description: 'Credits that the wallet can still spend.' };

@Shape('The maximum price of a call. The hold keeps these prices and the share of the developer, whatever changes later.')
export class PlaceHold {
  @Text({ min: 1, max: 200, description: 'Makes the request idempotent: the same key with the same input is the same hold.' }) key!: string;
  @Text({ min: 1, max: 64, ...IDS.app }) app_id!: string;
  @Text({ min: 1, max: 128, ...IDS.function }) function!: string;
  @Int({ min: 0, max: CREDITS_MAX, description: 'Credits for the app.' }) base_price!: number;
  @Int({ min: 0, max: CREDITS_MAX, description: 'Credits for the platform.' }) platform_fee: number = 0;
  @Optional()
  @Text({ min: 1, max: 64, description: 'User id of the developer, who gets `split` percent of the base price. No one does if absent.' })
  developer_id?: string;
  @Int({ min: 0, max: 100, description: 'Percentage of the base price for the developer.' }) split: number = 0;
  @Int({ min: 1, max: 86_400, description: 'Seconds until the hold expires.' }) ttl_s: number = 900;
}

@Shape('A call that is about to start. Without a price nothing is reserved.')
export class AdmitCall extends PlaceHold {
  @Optional() @Bool({ description: 'Whether the call was already counted, with another key whose hold has ended.' }) again?: boolean;
}

@Shape('The permission to start a call.')
export class CallAdmitted {
  @Nullable() @Text({ ...HOLD_ID, description: 'Id of the hold; null for a call without a price.' }) hold_id!: string | null;
  @Text({ description: 'Status of the hold.', example: 'held' }) status!: string;
  @Bool({
    description: 'Whether the call is counted. If not, the plan has no limit for calls, and the call is counted when it has finished.',
  })
  counted!: boolean;
}

@Shape('Identifies a hold.')
export class HoldRef {
  @Text({ min: 1, max: 64, ...HOLD_ID }) hold_id!: string;
}

@Shape('A placed hold.')
export class HoldPlaced {
  @Text(HOLD_ID) hold_id!: string;
  @Text({ description: '`held`; for a key that was used before, the current status of its hold.', example: 'held' }) status!: string;
  @Int({ description: 'Reserved credits.' }) amount!: number;
  @Int(AVAILABLE) available!: number;
  @Instant({ description: 'When the hold expires.' }) expires_at!: Date;
}

@Shape('How much of a hold to charge. Absent amounts are charged as reserved. The base price may be lower, the platform fee also higher.')
export class CaptureHold extends HoldRef {
  @Optional() @Int({ min: 0, max: CREDITS_MAX, description: 'Credits for the app.' }) base_price?: number;
  @Optional() @Int({ min: 0, max: CREDITS_MAX, description: 'Credits for the platform.' }) platform_fee?: number;
  @Optional() @Text({ min: 1, max: 64, description: 'Id of the action that the charge pays.' }) action_id?: string;
}

@Shape('The result of capturing or releasing a hold.')
export class HoldResult {
  @Text(HOLD_ID) hold_id!: string;
  @Text({ description: '`captured` or `released`.', example: 'captured' }) status!: string;
  @Int({ description: 'Charged credits.' }) charged!: number;
  @Int({ description: 'Part of `charged` that the wallet could not pay and now owes.' }) debt!: number;
  @Int({ description: 'Balance of the wallet, in credits.' }) balance!: number;
  @Int(AVAILABLE) available!: number;
}

export const InsufficientCredits = problem('insufficient_credits', 402, 'Your wallet does not have enough credits.');
export const HoldNotFound = problem('hold_not_found', 404, 'Hold not found.');
export const HoldEnded = problem('hold_ended', 409, 'This hold was already captured or released, or has expired.');

export const holdMembers = {
  /** Internal: reserves credits of the acting user before a call runs. */
  placeHold: operation('Reserve credits', {
    input: PlaceHold,
    output: HoldPlaced,
    problems: [InsufficientCredits, BudgetExceeded, IdempotencyConflict],
  }),
  /** Internal: the kernel asks before each call that has a price, or whose user may have reached a limit. */
  admitCall: operation('Admit a call: count it and reserve its maximum price', {
    input: AdmitCall,
    output: CallAdmitted,
    problems: [UsageLimitReached, BudgetExceeded, InsufficientCredits, IdempotencyConflict],
  }),
  captureHold: operation('Charge a hold', {
    input: CaptureHold,
    output: HoldResult,
    problems: [HoldNotFound, HoldEnded, Conflict],
  }),
  releaseHold: operation('Release a hold', { input: HoldRef, output: HoldResult, problems: [HoldNotFound, HoldEnded] }),
};
