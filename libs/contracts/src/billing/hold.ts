import { operation } from '../define.js';
import { Bool, Instant, Int, Nullable, Optional, Text } from '../fields.js';
import { Conflict, problem, IdempotencyConflict } from '../problem.js';
import { UsageLimitReached } from './usage.js';

/** What a call may cost at the most. The prices and the developer's percentage are frozen in the hold. */
export class PlaceHold {
  @Text({ min: 1, max: 200, description: 'The same key with the same terms is the same hold.' }) key!: string;
  @Text({ min: 1, max: 64 }) app_id!: string;
  @Text({ min: 1, max: 128 }) function!: string;
  @Int({ min: 0, max: 1_000_000_000 }) base_price!: number;
  @Int({ min: 0, max: 1_000_000_000 }) platform_fee: number = 0;
  @Optional() @Text({ min: 1, max: 64, description: 'Who gets `split` percent of the base price.' }) developer_id?: string;
  @Int({ min: 0, max: 100 }) split: number = 0;
  @Int({ min: 1, max: 86_400, description: 'Seconds until it is given back by itself.' }) ttl_s: number = 900;
}

/** A call that wants to begin; where it costs nothing, nothing is reserved. */
export class AdmitCall extends PlaceHold {
  @Optional() @Bool({ description: 'It has been counted before, under another key whose hold has ended.' }) again?: boolean;
}

export class CallAdmitted {
  @Nullable() @Text({ description: 'What was reserved for it; null where it costs nothing.' }) hold_id!: string | null;
  @Text({ example: 'held' }) status!: string;
  @Bool({ description: 'It has been counted. Otherwise the plan sets no limit to calls, and it is counted when it has ended.' })
  counted!: boolean;
}

export class HoldRef {
  @Text({ min: 1, max: 64, example: 'hold_5b2e' }) hold_id!: string;
}

export class HoldPlaced {
  @Text() hold_id!: string;
  @Text({ example: 'held', description: 'For a key that was used before, what has become of its hold.' }) status!: string;
  @Int() amount!: number;
  @Int({ description: 'What the wallet can still spend.' }) available!: number;
  @Instant() expires_at!: Date;
}

/** What is taken of a hold. Left out: as much as it was placed for. The base price may be less, the platform fee also more. */
export class CaptureHold extends HoldRef {
  @Optional() @Int({ min: 0, max: 1_000_000_000 }) base_price?: number;
  @Optional() @Int({ min: 0, max: 1_000_000_000 }) platform_fee?: number;
  @Optional() @Text({ min: 1, max: 64, description: 'The line of the actions ledger that it pays.' }) action_id?: string;
}

export class HoldResult {
  @Text() hold_id!: string;
  @Text({ example: 'captured' }) status!: string;
  @Int() charged!: number;
  @Int({ description: 'Of what was charged, what the wallet could not pay and now owes.' }) debt!: number;
  @Int() balance!: number;
  @Int() available!: number;
}

export const InsufficientCredits = problem('insufficient_credits', 402, 'Your wallet does not hold enough credits.');
export const HoldNotFound = problem('hold_not_found', 404, 'There is no such hold.');
export const HoldEnded = problem('hold_ended', 409, 'This hold has ended otherwise.');

export const holdMembers = {
  /** Internal: what a call may cost is reserved before it runs; of the person in the context. */
  placeHold: operation('Reserve credits', { input: PlaceHold, output: HoldPlaced, problems: [InsufficientCredits, IdempotencyConflict] }),
  /** Internal: asked by the kernel before each call that costs something, or whose caller may have reached a limit. */
  admitCall: operation('Let a call begin: count it, and reserve what it may cost', {
    input: AdmitCall,
    output: CallAdmitted,
    problems: [UsageLimitReached, InsufficientCredits, IdempotencyConflict],
  }),
  captureHold: operation('Take what was reserved, or less', {
    input: CaptureHold,
    output: HoldResult,
    problems: [HoldNotFound, HoldEnded, Conflict],
  }),
  releaseHold: operation('Give back what was reserved', { input: HoldRef, output: HoldResult, problems: [HoldNotFound, HoldEnded] }),
};
