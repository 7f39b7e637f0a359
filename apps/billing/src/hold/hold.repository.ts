import { Conflict, type HoldEnd, HoldEnded, HoldNotFound, IdempotencyConflict, InsufficientCredits, type PlaceHold } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { mustBeSomebody, WalletRepository } from '../wallet/wallet.repository.js';

export interface Placed {
  outcome: 'held' | 'insufficient' | 'conflict' | 'no_wallet';
  hold_id: string;
  status: string;
  amount: number;
  expires_at: Date;
  available: number;
  held: number;
}
export interface Ended extends HoldEnd {
  outcome: 'ended' | 'closed' | 'too_much' | 'unknown';
}
/** What is taken of a hold; left out, what it was placed for. */
export interface Taken {
  base_price?: number;
  platform_fee?: number;
}
type Wanted = PlaceHold & { tenant_id: string; user_id: string };
type Ending = Taken & { tenant_id: string; user_id: string; hold_id: string };

const PLACE = statement<Placed>('select * from place_holds($1) order by place');
const END = statement<Ended>('select * from end_holds($1) order by place');
const EXPIRE = statement<{ count: number }>('select expire_holds() as count');

@Injectable()
export class HoldRepository {
  constructor(
    private readonly db: Database,
    private readonly wallets: WalletRepository,
  ) {}

  /** Reserves credits of the caller, once for a key. @throws Problem `insufficient_credits`, `idempotency_conflict`, `unauthenticated`. */
  async place(ctx: Ctx, input: PlaceHold): Promise<Placed> {
    mustBeSomebody(ctx);
    const wanted = { ...input, tenant_id: ctx.tenant, user_id: ctx.user };
    let placed = await this.placing(wanted);
    if (placed.outcome === 'no_wallet') {
      await this.wallets.balanceOf(ctx);
      placed = await this.placing(wanted);
    }
    if (placed.outcome === 'conflict') throw IdempotencyConflict('This key holds credits on other terms.');
    if (placed.outcome === 'insufficient') throw InsufficientCredits(wordsFor(placed));
    return placed;
  }

  /** Ends a hold of the caller: takes what is named and releases the rest. @throws Problem `hold_not_found`, `hold_ended`, `conflict`. */
  async end(ctx: Ctx, hold_id: string, taken: Taken): Promise<HoldEnd> {
    const ended = await this.ending({ ...taken, hold_id, tenant_id: ctx.tenant, user_id: ctx.user });
    if (ended.outcome === 'unknown') throw HoldNotFound();
    if (ended.outcome === 'closed') throw HoldEnded(`The hold is ${ended.status}.`);
    if (ended.outcome === 'too_much') throw Conflict('A base price is never more than the hold was placed for.');
    return ended;
  }

  /** Gives back what the holds that nobody has ended in time reserve. Answers how many. */
  async expire(): Promise<number> {
    return (await this.db.row(EXPIRE))?.count ?? 0;
  }

  private async placing(wanted: Wanted): Promise<Placed> {
    return (await this.db.row(PLACE, [JSON.stringify([wanted])]))!;
  }

  private async ending(ending: Ending): Promise<Ended> {
    return (await this.db.row(END, [JSON.stringify([ending])]))!;
  }
}

function wordsFor({ amount, available, held }: Placed): string {
  const besides = held > 0 ? ` besides the ${held} that calls in progress have reserved` : '';
  return `This costs up to ${amount} credits, and your wallet has ${available}${besides}. Top up with POST /v1/billing/topup.`;
}
