import { Conflict, IdempotencyConflict, type Problem, Unavailable } from '@skep/contracts';
import {
  type AdmitCall,
  BudgetExceeded,
  type CallAdmitted,
  HoldPlaced,
  HoldResult,
  HoldEnded,
  HoldNotFound,
  InsufficientCredits,
  type PlaceHold,
  UsageLimitReached,
} from '@skep/contracts/billing';
import { as, type Ctx, Database, serializeEventCtx, newCtx, Outbox, statement, traceId } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Batcher, type Send } from './batcher.js';
import { assertUser, WalletRepository } from '../wallet/wallet.repository.js';

/** What to capture of a hold, in credits; an omitted amount is the hold's own. */
export interface CaptureAmounts {
  /** The action that it pays for. */
  action_id?: string;
  base_price?: number;
  platform_fee?: number;
}
type HoldRequest = PlaceHold & { tenant_id: string; user_id: string; trace_id: string; cause_id: string | undefined };
type EndRequest = CaptureAmounts & { tenant_id: string; user_id: string; hold_id: string; trace_id: string };

const PLACE = statement('select * from place_holds(:requests, :wait) order by ordinal', HoldPlaced, {
  ...{ ordinal: 'int8', outcome: as<'held' | 'insufficient' | 'over_budget' | 'conflict' | 'no_wallet' | 'locked'>('text'), held: 'int8' },
});
/** With `limit_reached`, `meter` is the full meter, `meter_limit` its limit, and `resets_at` the time when the limit resets. */
const ADMIT = statement('select * from admit_calls(:requests, :wait) order by ordinal', HoldPlaced, {
  ...{ ordinal: 'int8', outcome: as<PlacedHold['outcome'] | 'limit_reached'>('text'), hold_id: 'text?', status: 'text?', held: 'int8' },
  ...{ counted: 'bool?', meter: 'text', meter_limit: 'int8', resets_at: 'timestamptz' },
});
const END = statement('select * from end_holds(:requests, :wait, :ctx) order by ordinal', HoldResult, {
  ...{ ordinal: 'int8', outcome: as<'ended' | 'already_ended' | 'base_price_too_high' | 'not_found' | 'locked'>('text') },
});
const EXPIRE = statement('select expire_holds() as count', { count: 'int8' });

type Spending = Awaited<ReturnType<WalletRepository['getOrOpen']>>;
type PlacedHold = NonNullable<(typeof PLACE)['row']>;
type AdmittedCall = NonNullable<(typeof ADMIT)['row']>;
type EndedHold = NonNullable<(typeof END)['row']>;

/** Holds. Concurrent requests share round trips to Postgres. */
@Injectable()
export class HoldRepository {
  private readonly batcher = new Batcher();

  constructor(
    private readonly db: Database,
    private readonly wallets: WalletRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Reserves credits of the caller, once per key. @throws Problem `insufficient_credits`, `budget_exceeded`, `idempotency_conflict`, `unauthenticated`. */
  async place(ctx: Ctx, input: PlaceHold): Promise<PlacedHold> {
    const placed = await this.retryWithWallet(ctx, input, (request) => this.placeOne(request));
    assertHeld(placed);
    return placed;
  }

  /** Counts a call of the caller and reserves its price. @throws Problem `usage_limit_reached`, and those of `place`. */
  async admit(ctx: Ctx, input: AdmitCall): Promise<CallAdmitted> {
    const admitted = await this.retryWithWallet(ctx, input, (request) => this.batcher.run(this.admitAll, walletKey(request), request));
    if (admitted.outcome === 'limit_reached') throw usageLimitReached(admitted);
    assertHeld(admitted);
    const { hold_id, status, counted } = admitted;
    return { hold_id, status: status ?? 'held', counted: counted === true };
  }

  /** Opens the wallet and retries if it does not exist yet. @throws Problem `budget_exceeded` */
  private async retryWithWallet<T extends { outcome: string }>(
    ctx: Ctx,
    input: PlaceHold,
    send: (request: HoldRequest) => Promise<T>,
  ): Promise<T> {
    assertUser(ctx);
    const request = { ...input, tenant_id: ctx.tenant, user_id: ctx.user, trace_id: traceId(ctx), cause_id: ctx.cause };
    let result = await send(request);
    if (result.outcome === 'no_wallet') {
      await this.wallets.getOrOpen(ctx);
      result = await send(request);
    }
    if (result.outcome === 'over_budget') throw budgetExceeded(await this.wallets.getOrOpen(ctx), input);
    return result;
  }

  /** Ends a hold of the caller: captures the amounts and releases the rest. @throws Problem `hold_not_found`, `hold_ended`, `conflict`. */
  async end(ctx: Ctx, hold_id: string, amounts: CaptureAmounts): Promise<HoldResult> {
    const ended = await this.endOne({ ...amounts, hold_id, tenant_id: ctx.tenant, user_id: ctx.user, trace_id: traceId(ctx) });
    if (ended.outcome === 'not_found') throw HoldNotFound();
    if (ended.outcome === 'already_ended') throw HoldEnded(`The hold ${hold_id} is already ${ended.status}.`);
    if (ended.outcome === 'base_price_too_high') throw Conflict(`The base price is higher than that of the hold ${hold_id}.`);
    return ended;
  }

  /** Expires overdue holds and returns how many. */
  async expire(): Promise<number> {
    return (await this.db.row(EXPIRE))?.count ?? 0;
  }

  // A request inside a transaction must stay in it, so it cannot join a batch.
  private async placeOne(request: HoldRequest): Promise<PlacedHold> {
    if (!this.db.inTransaction) return this.batcher.run(this.placeAll, walletKey(request), request);
    return sendAlone(() => this.placeAll([request], true));
  }

  private async endOne(request: EndRequest): Promise<EndedHold> {
    if (!this.db.inTransaction) return this.batcher.run(this.endAll, walletKey(request), request);
    return sendAlone(() => this.endAll([request], true));
  }

  private readonly placeAll: Send<HoldRequest, PlacedHold> = async (requests, wait) =>
    (await this.db.rows(PLACE, { requests: JSON.stringify(requests), wait })).map(unlessLocked);

  private readonly admitAll: Send<HoldRequest, AdmittedCall> = async (requests, wait) =>
    (await this.db.rows(ADMIT, { requests: JSON.stringify(requests), wait })).map(unlessLocked);

  private readonly endAll: Send<EndRequest, EndedHold> = async (requests, wait) => {
    const ctx = serializeEventCtx(newCtx({ actor: 'service:billing' }));
    const ended = await this.db.rows(END, { requests: JSON.stringify(requests), wait, ctx });
    if (requests.some(({ action_id }) => action_id)) this.outbox.wakeAfterCommit();
    return ended.map(unlessLocked);
  };
}

/** Sends a list of one, twice if needed: a wallet that is just being opened counts as locked the first time. @throws Problem `unavailable`. */
async function sendAlone<T>(send: () => Promise<(T | undefined)[]>): Promise<T> {
  const row = (await send())[0] ?? (await send())[0];
  if (row === undefined) throw Unavailable(undefined, 1);
  return row;
}
const unlessLocked = <T extends { outcome: string }>(row: T) => (row.outcome === 'locked' ? undefined : row);
const walletKey = ({ tenant_id, user_id }: Pick<HoldRequest, 'tenant_id' | 'user_id'>) => `${tenant_id}/${user_id}`;

/** @throws Problem `idempotency_conflict`, `insufficient_credits`. */
function assertHeld({
  outcome,
  amount,
  available,
  held,
}: Pick<PlacedHold | AdmittedCall, 'outcome' | 'amount' | 'available' | 'held'>): void {
  if (outcome === 'conflict') throw IdempotencyConflict('This key was already used for a hold with other terms.');
  if (outcome !== 'insufficient') return;
  const reserved = held > 0 ? ` (calls in progress reserve ${held} more)` : '';
  throw InsufficientCredits(
    `This costs up to ${amount} credits, and your wallet has ${available} available${reserved}. Top up with POST /v1/billing/topup.`,
  );
}

function budgetExceeded({ budget, spent, held, resets_at }: Spending, { base_price, platform_fee }: PlaceHold): Problem {
  const used = `you have spent ${spent}${held > 0 ? `, and calls in progress reserve ${held} more` : ''}`;
  return BudgetExceeded(
    `This costs up to ${base_price + platform_fee} credits. Your budget is ${budget} credits a month, and ${used}. It resets at ${toText(resets_at)}; an administrator of your tenant can raise it.`,
    secondsUntil(resets_at),
  );
}

const toText = (time: Date) => time.toISOString().replace('.000', '');
const secondsUntil = (time: Date) => Math.max(1, Math.ceil((time.getTime() - Date.now()) / 1_000));

function usageLimitReached({ meter, meter_limit, resets_at }: AdmittedCall): Problem {
  return UsageLimitReached(
    `Your plan allows ${meter_limit} ${meter} a month, and you have used them. The limit resets at ${toText(resets_at)}. To get more now, change your plan with POST /v1/billing/change-plan.`,
    secondsUntil(resets_at),
  );
}
