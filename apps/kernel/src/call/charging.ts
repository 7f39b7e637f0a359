import { billing, type CallCharged, type CallResult, kernel, type Problem } from '@skep/contracts';
import { Bus, type Ctx, Database, LOG, type Log, Outbox, toProblem } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { Ai } from '../ai/ai.js';
import type { IrFunction } from '../ir/ir.js';
import { needsConfirmation } from './permission.js';
import { type Price, priceOf } from './prices.js';
import type { RunningCall } from './running-call.js';
import { Unlimited } from './unlimited.js';

/** A hold outlives its call by this, so that billing may be away for a while and the call is charged all the same. */
const GRACE_S = 3_600;
const HOLD_MAX_S = 86_400;
/** How long an answer waits for its charge, and a call that costs nothing for leave to begin. */
const PATIENCE_MS = 1_000;

/** The credits for a call could not be reserved, so nothing of it has been done. */
export class NeverBegan extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/**
 * What a call may cost is reserved before it runs, and what it did cost is taken afterwards. That is an event of the transaction
 * which writes the call down, so that no call is charged without its line, nor the other way round. Billing is told directly as
 * well: then whoever has the answer finds it in his wallet.
 */
@Injectable()
export class Charging {
  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly ai: Ai,
    private readonly unlimited: Unlimited,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Has the call let begin: it is counted, and what it may cost is reserved. Billing is not asked where a call costs nothing and
   * nothing can stand against it: for those who have no limit, and for an app's developer. Should billing not answer, a call that
   * costs nothing begins all the same, and is counted when it has ended.
   * @throws NeverBegan, mostly for want of credits or because a limit is reached; IrError `PERMISSION_DENIED` for what would cost
   * something through another app
   */
  async admit(call: RunningCall, fn: IrFunction): Promise<void> {
    const price = priceOf(call.app, fn, this.ai.models);
    const costsNothing = price.base_price + price.platform_fee === 0;
    if (call.throughAnother && !costsNothing) throw needsConfirmation(call.app.id, call.name, 'money');
    if (costsNothing && (call.app.own || this.unlimited.has(call.ctx))) return;
    try {
      let admitted = await this.ask(call, price, keyOf(call), costsNothing);
      // Its hold has ended, so what was done under this idempotency key is over and forgotten: this is another call.
      if (admitted.status !== 'held') admitted = await this.ask(call, price, call.id, costsNothing);
      const { hold_id, counted } = admitted;
      call.counted = counted;
      if (!counted) this.unlimited.add(call.ctx);
      if (hold_id) call.hold = { id: hold_id, base_price: price.base_price };
    } catch (error) {
      const problem = toProblem(error, call.ctx, this.log);
      if (!costsNothing || problem.body.status < 500) throw new NeverBegan(problem);
    }
  }

  /** What the call costs: its price when it has succeeded, and in any case what the models asked have cost. */
  costOf({ hold, llm }: RunningCall, { status }: CallResult): Price {
    return { base_price: status === 'success' ? (hold?.base_price ?? 0) : 0, platform_fee: hold ? llm.fee : 0 };
  }

  /** Does the writing down and tells what the call costs, both or neither; then sees to it that it is charged. */
  async settle(call: RunningCall, cost: Price, writeDown: () => Promise<unknown>): Promise<void> {
    const { id: action_id, ctx, hold } = call;
    if (!hold) return void (await writeDown());
    const charged = { hold_id: hold.id, action_id, user_id: ctx.user, tenant_id: ctx.tenant, ...cost };
    let charging: Promise<void> | undefined;
    await this.db.transaction(async () => {
      await writeDown();
      await this.outbox.add(kernel.callCharged, ctx, charged);
      this.db.afterCommit(() => {
        charging = this.charge(ctx, charged);
      });
    });
    await charging;
  }

  private async charge(ctx: Ctx, { hold_id, action_id, base_price, platform_fee }: CallCharged): Promise<void> {
    const soon = { ...ctx, idempotencyKey: undefined, deadline: Math.min(ctx.deadline, Date.now() + PATIENCE_MS) };
    await this.bus
      .call(billing.captureHold, soon, { hold_id, action_id, base_price, platform_fee })
      .catch((error: unknown) => this.log.warn({ error, hold: hold_id }, 'a call is charged by its event, since billing did not answer'));
  }

  private ask({ ctx, app, name }: RunningCall, price: Price, key: string, costsNothing: boolean) {
    const { developer_id, split = 0 } = app.terms ?? {};
    const left_s = Math.ceil(Math.max(0, ctx.deadline - Date.now()) / 1_000);
    const deadline = costsNothing ? Math.min(ctx.deadline, Date.now() + PATIENCE_MS) : ctx.deadline;
    return this.bus.call(
      billing.admitCall,
      { ...ctx, deadline, idempotencyKey: undefined },
      { key, app_id: app.id, function: name, ...price, developer_id, split, ttl_s: Math.min(left_s + GRACE_S, HOLD_MAX_S) },
    );
  }
}

/** A call that is repeated with its Idempotency-Key after a crash goes on with the hold that it had. */
function keyOf({ ctx, app, name, id }: RunningCall): string {
  if (!ctx.idempotencyKey) return id;
  const named = JSON.stringify([ctx.actor, app.id, name, ctx.idempotencyKey]);
  return createHash('sha256').update(named).digest('base64url');
}
