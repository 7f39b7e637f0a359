import {
  type AdmitCall,
  type CallAdmitted,
  Conflict,
  type HoldResult,
  HoldEnded,
  HoldNotFound,
  IdempotencyConflict,
  InsufficientCredits,
  type PlaceHold,
  type Problem,
  Unavailable,
  UsageLimitReached,
} from '@skep/contracts';
import { type Ctx, Database, eventCtx, newCtx, Outbox, statement, traceId } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Batcher, type Send } from './batcher.js';
import { mustBeSomebody, WalletRepository } from '../wallet/wallet.repository.js';

export interface Placed {
  outcome: 'held' | 'insufficient' | 'conflict' | 'no_wallet' | 'locked';
  hold_id: string;
  status: string;
  amount: number;
  expires_at: Date;
  available: number;
  held: number;
}
export interface Admitted extends Omit<Placed, 'outcome' | 'hold_id' | 'status'> {
  outcome: Placed['outcome'] | 'limit';
  hold_id: string | null;
  status: string | null;
  counted: boolean | null;
  /** Of a limit that is reached. */
  meter: string;
  meter_limit: number;
  resets_at: Date;
}
export interface Ended extends HoldResult {
  outcome: 'ended' | 'closed' | 'too_much' | 'unknown' | 'locked';
}
/** What is taken of a hold; left out, what it was placed for. */
export interface Taken {
  /** The line of the actions ledger that it pays. */
  action_id?: string;
  base_price?: number;
  platform_fee?: number;
}
type Wanted = PlaceHold & { tenant_id: string; user_id: string };
type Ending = Taken & { tenant_id: string; user_id: string; hold_id: string; trace_id: string };

const PLACE = statement<Placed>('select * from place_holds($1, $2) order by place');
const ADMIT = statement<Admitted>('select * from admit_calls($1, $2) order by place');
const END = statement<Ended>('select * from end_holds($1, $2, $3) order by place');
const EXPIRE = statement<{ count: number }>('select expire_holds() as count');

@Injectable()
export class HoldRepository {
  private readonly batcher = new Batcher();

  constructor(
    private readonly db: Database,
    private readonly wallets: WalletRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Reserves credits of the caller, once for a key. @throws Problem `insufficient_credits`, `idempotency_conflict`, `unauthenticated`. */
  async place(ctx: Ctx, input: PlaceHold): Promise<Placed> {
    const placed = await this.withWallet(ctx, input, (wanted) => this.placing(wanted));
    mustBeHeld(placed);
    return placed;
  }

  /** Counts a call of the caller and reserves what it may cost. @throws Problem like `place`; `usage_limit_reached`. */
  async admit(ctx: Ctx, input: AdmitCall): Promise<CallAdmitted> {
    const admitted = await this.withWallet(ctx, input, (wanted) => this.batcher.run(this.admitAll, walletOf(wanted), wanted));
    if (admitted.outcome === 'limit') throw limitReached(admitted);
    mustBeHeld(admitted);
    const { hold_id, status, counted } = admitted;
    return { hold_id, status: status ?? 'held', counted: counted === true };
  }

  /** The first thing that is asked of a wallet opens it. */
  private async withWallet<T extends { outcome: string }>(ctx: Ctx, input: PlaceHold, ask: (wanted: Wanted) => Promise<T>): Promise<T> {
    mustBeSomebody(ctx);
    const wanted = { ...input, tenant_id: ctx.tenant, user_id: ctx.user };
    const answer = await ask(wanted);
    if (answer.outcome !== 'no_wallet') return answer;
    await this.wallets.balanceOf(ctx);
    return ask(wanted);
  }

  /** Ends a hold of the caller: takes what is named and releases the rest. @throws Problem `hold_not_found`, `hold_ended`, `conflict`. */
  async end(ctx: Ctx, hold_id: string, taken: Taken): Promise<HoldResult> {
    const ended = await this.ending({ ...taken, hold_id, tenant_id: ctx.tenant, user_id: ctx.user, trace_id: traceId(ctx) });
    if (ended.outcome === 'unknown') throw HoldNotFound();
    if (ended.outcome === 'closed') throw HoldEnded(`The hold is ${ended.status}.`);
    if (ended.outcome === 'too_much') throw Conflict('A base price is never more than the hold was placed for.');
    return ended;
  }

  /** Gives back what the holds that nobody has ended in time reserve. Answers how many. */
  async expire(): Promise<number> {
    return (await this.db.row(EXPIRE))?.count ?? 0;
  }

  // Work within a transaction belongs to it, and goes alone.
  private async placing(wanted: Wanted): Promise<Placed> {
    if (!this.db.inTransaction) return this.batcher.run(this.placeAll, walletOf(wanted), wanted);
    return alone(() => this.placeAll([wanted], true));
  }

  private async ending(ending: Ending): Promise<Ended> {
    if (!this.db.inTransaction) return this.batcher.run(this.endAll, walletOf(ending), ending);
    return alone(() => this.endAll([ending], true));
  }

  private readonly placeAll: Send<Wanted, Placed> = async (wanted, patient) =>
    (await this.db.rows(PLACE, [JSON.stringify(wanted), patient])).map(unlessLocked);

  private readonly admitAll: Send<Wanted, Admitted> = async (wanted, patient) =>
    (await this.db.rows(ADMIT, [JSON.stringify(wanted), patient])).map(unlessLocked);

  private readonly endAll: Send<Ending, Ended> = async (endings, patient) => {
    const ended = await this.db.rows(END, [JSON.stringify(endings), patient, eventCtx(newCtx({ actor: 'service:billing' }))]);
    if (endings.some(({ action_id }) => action_id)) this.outbox.wakeAfterCommit();
    return ended.map(unlessLocked);
  };
}

/** A wallet that is opened at this very moment counts as locked; the next time it is waited for. @throws Problem `unavailable`. */
async function alone<T>(send: () => Promise<(T | undefined)[]>): Promise<T> {
  const row = (await send())[0] ?? (await send())[0];
  if (row === undefined) throw Unavailable(undefined, 1);
  return row;
}
const unlessLocked = <T extends { outcome: string }>(row: T) => (row.outcome === 'locked' ? undefined : row);
const walletOf = ({ tenant_id, user_id }: Pick<Wanted, 'tenant_id' | 'user_id'>) => `${tenant_id}/${user_id}`;

/** @throws Problem `idempotency_conflict`, `insufficient_credits`. */
function mustBeHeld({ outcome, amount, available, held }: Pick<Placed | Admitted, 'outcome' | 'amount' | 'available' | 'held'>): void {
  if (outcome === 'conflict') throw IdempotencyConflict('This key holds credits on other terms.');
  if (outcome !== 'insufficient') return;
  const besides = held > 0 ? ` besides the ${held} that calls in progress have reserved` : '';
  throw InsufficientCredits(
    `This costs up to ${amount} credits, and your wallet has ${available}${besides}. Top up with POST /v1/billing/topup.`,
  );
}

function limitReached({ meter, meter_limit, resets_at }: Admitted): Problem {
  const again = resets_at.toISOString().replace('.000', '');
  return UsageLimitReached(
    `Your plan allows ${meter_limit} ${meter} a month, and they are used. The count begins anew at ${again}; another plan allows more: POST /v1/billing/change-plan.`,
    Math.max(1, Math.ceil((resets_at.getTime() - Date.now()) / 1_000)),
  );
}
