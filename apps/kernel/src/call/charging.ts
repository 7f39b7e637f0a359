import { type AdmitCall, billing, type CallCharged, type CallResult, kernel, type Problem } from '@skep/contracts';
import { Bus, type Ctx, currentLease, Database, LOG, type Log, Outbox, toProblem } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { Ai } from '../ai/ai.js';
import type { IrFunction } from '../ir/ir.js';
import { needsConfirmation } from './permission.js';
import { type Price, priceOf } from './prices.js';
import type { Hold, RunningCall } from './running-call.js';
import { Unlimited } from './unlimited.js';

/** A hold outlives its call by this, so that billing may be away for a while and the call is charged all the same. */
const GRACE_S = 3_600;
const HOLD_MAX_S = 86_400;
/** How long an answer waits for its charge, and a call that costs nothing for leave to begin. */
const TIMEOUT_MS = 1_000;

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
   * costs nothing begins all the same; when it has ended it is counted, unless billing did so after all.
   * @throws NeverBegan, mostly for want of credits or because a limit is reached; IrError `PERMISSION_DENIED` for what would cost
   * something through another app
   */
  async admit(call: RunningCall, fn: IrFunction): Promise<void> {
    const price = priceOf(call.app, fn, this.ai.models);
    const costsNothing = isFree(price);
    if (call.throughAnother && !costsNothing) throw needsConfirmation(call.app.id, call.name, 'money');
    if (costsNothing && (call.app.own || this.unlimited.has(call.ctx))) return;
    const key = keyOf(call);
    try {
      let admitted = await this.ask(call, { ...price, key });
      // The call was begun before and not written down, and its hold has expired or was released.
      if (admitted.status !== 'held') admitted = await this.ask(call, { ...price, key: call.id, again: admitted.counted });
      currentLease()?.bind();
      const { hold_id, counted } = admitted;
      if (counted) call.counted = true;
      else this.unlimited.add(call.ctx);
      if (hold_id) call.hold = { id: hold_id, base_price: price.base_price };
    } catch (error) {
      const problem = toProblem(error, call.ctx, this.log);
      if (!costsNothing || problem.body.status < 500) throw new NeverBegan(problem);
      currentLease()?.bind();
      call.counted = { perhaps: key };
    }
  }

  /** What the call costs: its price when it has succeeded, and in any case what the models asked have cost. */
  costOf({ hold, llm }: RunningCall, { status }: CallResult): Price {
    return { base_price: status === 'success' ? (hold?.base_price ?? 0) : 0, platform_fee: hold ? llm.fee : 0 };
  }

  /** Does the writing down and tells what the call costs, both or neither; then sees to it that it is charged. */
  async settle(call: RunningCall, cost: Price, writeDown: () => Promise<unknown>): Promise<void> {
    const { id: action_id, ctx, hold } = call;
    if (!hold) return void (await (currentLease() ? this.db.transaction(writeDown) : writeDown()));
    const charged = { hold_id: hold.id, action_id, user_id: ctx.user, tenant_id: ctx.tenant, ...cost };
    let written = false;
    try {
      await this.db.transaction(async () => {
        await writeDown();
        await this.outbox.add(kernel.callCharged, ctx, charged);
        written = true;
      });
    } catch (error) {
      // When the commit itself failed, it is not known whether there is a charge: then the hold is left to expire.
      if (!written) await this.release(ctx, hold);
      throw error;
    }
    await this.charge(ctx, charged);
  }

  /** Gives the hold of a call back that is not written down, unless another process goes on with the call and its hold. */
  private async release(ctx: Ctx, { id: hold_id }: Hold): Promise<void> {
    try {
      if ((await currentLease()?.renew()) !== false) await this.bus.call(billing.releaseHold, soon(ctx), { hold_id });
    } catch (error) {
      this.log.warn({ error, hold: hold_id }, 'a hold could not be released; it will expire');
    }
  }

  private async charge(ctx: Ctx, { hold_id, action_id, base_price, platform_fee }: CallCharged): Promise<void> {
    await this.bus
      .call(billing.captureHold, soon(ctx), { hold_id, action_id, base_price, platform_fee })
      .catch((error: unknown) => this.log.warn({ error, hold: hold_id }, 'a call is charged by its event, since billing did not answer'));
  }

  private ask({ ctx, app, name }: RunningCall, terms: Price & Pick<AdmitCall, 'key' | 'again'>) {
    const { developer_id, split = 0 } = app.terms ?? {};
    const left_s = Math.ceil(Math.max(0, ctx.deadline - Date.now()) / 1_000);
    const patient = isFree(terms) ? soon(ctx) : { ...ctx, idempotencyKey: undefined };
    return this.bus.call(billing.admitCall, patient, {
      app_id: app.id,
      function: name,
      ...terms,
      developer_id,
      split,
      ttl_s: Math.min(left_s + GRACE_S, HOLD_MAX_S),
    });
  }
}

const isFree = ({ base_price, platform_fee }: Price) => base_price + platform_fee === 0;

/** As the caller, who waits for a moment only. */
const soon = (ctx: Ctx): Ctx => ({ ...ctx, idempotencyKey: undefined, deadline: Math.min(ctx.deadline, Date.now() + TIMEOUT_MS) });

/** What the call is counted by, and its hold's key: the same one when it is begun again under its Idempotency-Key after a crash. */
function keyOf({ ctx, app, name, id, attempt }: RunningCall): string {
  const lease = currentLease();
  if (!lease) return id;
  const named = JSON.stringify([ctx.actor, app.id, name, ctx.idempotencyKey, lease.since, attempt]);
  return createHash('sha256').update(named).digest('base64url');
}
