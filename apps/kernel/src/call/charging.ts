import { Problem } from '@skep/contracts';
import { type AdmitCall, billing } from '@skep/contracts/billing';
import type { CallCharged } from '@skep/contracts/kernel';
import { Bus, type Ctx, currentLease, isWithoutEffect, LOG, type Log, toProblem } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { LanguageModel } from '../ai/language-model.js';
import type { IrFunction } from '../ir/ir.js';
import { type Admission, type Call, type FinishedCall, payerOf } from './call.js';
import { confirmationRequired } from './call-permission.js';
import { basePriceOf, DefaultPrices, modelsOf, type Price } from './price.js';
import type { Target } from './target.js';
import { UnlimitedUsers } from './unlimited-users.js';

/** A hold outlives its call by this time, so that the call is charged even if billing is unavailable for a while. */
const HOLD_GRACE_S = 3_600;
const HOLD_MAX_S = 86_400;
/** How long an answer waits for its charge, and a call that costs nothing for its admission. */
const TIMEOUT_MS = 1_000;

/** A call was refused before any of it ran: no credits, a limit, or billing is unavailable. */
export class CallNotStarted extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** What a finished call costs: its price if it succeeded, and the fee of the models that it used in either case. */
export const costOf = ({ admission: { hold }, usage, result }: FinishedCall): Price => ({
  base_price: result.status === 'success' ? (hold?.base_price ?? 0) : 0,
  platform_fee: hold ? usage.fee + usage.token_fee : 0,
});

/** The charge of a finished call; undefined if it had no hold. */
export const chargeOf = ({ call, admission: { hold } }: FinishedCall, cost: Price): CallCharged | undefined =>
  hold && { hold_id: hold.id, action_id: call.id, user_id: payerOf(call).user, tenant_id: call.ctx.tenant, ...cost };

/**
 * Reserves what a call may cost before it runs, and captures what it did cost afterwards. The charge is the event `callCharged`, which is
 * recorded with the call. Capturing the hold directly lets a caller who has the answer see the charge in their wallet.
 */
@Injectable()
export class Charging {
  constructor(
    private readonly bus: Bus,
    private readonly languageModel: LanguageModel,
    private readonly unlimitedUsers: UnlimitedUsers,
    private readonly defaultPrices: DefaultPrices,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Asks billing to admit the call: it is counted, and what it may cost is reserved. Billing is not asked about a call that costs
   * nothing if its user has no limit or is the app's developer. If billing does not answer, a call that costs nothing starts
   * all the same; billing counts it when it has finished, unless it was counted already. Panels and operations need no admission, and a section of a
   * skeleton only if it may ask a language model: no one has called for it, so it has no other price.
   * @throws CallNotStarted, usually for lack of credits or because a limit is reached; IrError `PERMISSION_DENIED` for a call by
   * another app that would cost something.
   */
  async admit(call: Call, target: Target): Promise<Admission> {
    const price = await this.mostOf(call, target);
    if (!price) return {};
    const costsNothing = isFree(price);
    if (call.calledByOtherApp && !costsNothing) throw confirmationRequired(call.app.id, call.name, 'money');
    if (costsNothing && (call.app.isOwnedByCaller || this.unlimitedUsers.has(payerOf(call)))) return {};
    const key = admissionKeyOf(call);
    try {
      let admitted = await this.requestAdmission(call, { ...price, key });
      // The call started before but was not recorded, and its hold has expired or was released.
      if (admitted.status !== 'held') admitted = await this.requestAdmission(call, { ...price, key: call.id, again: admitted.counted });
      currentLease()?.keepKeyOnFailure();
      const { hold_id, counted } = admitted;
      if (!counted) this.unlimitedUsers.add(payerOf(call));
      return { ...(counted && { counted }), ...(hold_id && { hold: { id: hold_id, base_price: price.base_price } }) };
    } catch (error) {
      const problem = toProblem(error, call.ctx, this.log);
      if (problem.body.status < 500) throw new CallNotStarted(problem);
      // Billing may have admitted the call, or may do so later: a repeat asks under the same key.
      currentLease()?.keepKeyOnFailure();
      if (!costsNothing) throw new CallNotStarted(problem);
      return { counted: { possiblyUnder: key } };
    }
  }

  /** Captures the hold of a recorded call. If billing does not answer, the event `callCharged` charges the call. */
  async capture(finished: FinishedCall, cost: Price): Promise<void> {
    const charge = chargeOf(finished, cost);
    if (!charge) return;
    const { hold_id, action_id, base_price, platform_fee } = charge;
    await this.bus
      .call(billing.captureHold, withShortDeadline(payerOf(finished.call)), { hold_id, action_id, base_price, platform_fee })
      .catch((error: unknown) =>
        this.log.warn({ error, hold: hold_id }, 'billing did not answer a capture; the callCharged event will charge the call'),
      );
  }

  /**
   * Releases the hold of a call that was not recorded, unless another process took over the call and its hold. If the call may have been
   * recorded in spite of the error, its charge may exist: the hold is left to expire.
   */
  async releaseUnrecorded({ call, admission: { hold } }: FinishedCall, error: unknown): Promise<void> {
    if (!hold || !(error instanceof Problem || isWithoutEffect(error))) return;
    try {
      if ((await currentLease()?.renew()) !== false)
        await this.bus.call(billing.releaseHold, withShortDeadline(payerOf(call)), { hold_id: hold.id });
    } catch (failure) {
      this.log.warn({ error: failure, hold: hold.id }, 'a hold could not be released; it will expire');
    }
  }

  /** The most that a call may cost; undefined if it needs no admission. @throws CallNotStarted */
  private async mostOf(call: Call, target: Target): Promise<Price | undefined> {
    if (target.kind === 'section') {
      const platform_fee = await this.quoteFee(call, target.section.producer);
      return platform_fee ? { base_price: 0, platform_fee } : undefined;
    }
    if (target.kind !== 'steps') return undefined;
    const [defaults, platform_fee] = await Promise.all([this.defaultPrices.find(call), this.quoteFee(call, target.fn.impl)]);
    return { base_price: basePriceOf(call.app, target.fn, defaults), platform_fee };
  }

  /** The most that may be paid for language models. @throws CallNotStarted */
  private async quoteFee(call: Call, impl: IrFunction['impl']): Promise<number> {
    const ctx = payerOf(call);
    const models = modelsOf(impl, call.app.permissions);
    if (models?.length === 0) return 0;
    return this.languageModel.quoteFee({ ...ctx, idempotencyKey: undefined }, models).catch((error: unknown) => {
      throw new CallNotStarted(toProblem(error, ctx, this.log));
    });
  }

  private requestAdmission(call: Call, price: Price & Pick<AdmitCall, 'key' | 'again'>) {
    const { app, name } = call;
    const ctx = payerOf(call);
    const { developer_id, split = 0 } = app.pricing ?? {};
    const left_s = Math.ceil(Math.max(0, ctx.deadline - Date.now()) / 1_000);
    const admissionCtx = isFree(price) ? withShortDeadline(ctx) : { ...ctx, idempotencyKey: undefined };
    return this.bus.call(billing.admitCall, admissionCtx, {
      app_id: app.id,
      function: name,
      ...price,
      developer_id,
      split,
      ttl_s: Math.min(left_s + HOLD_GRACE_S, HOLD_MAX_S),
    });
  }
}

const isFree = ({ base_price, platform_fee }: Price) => base_price + platform_fee === 0;

/** The same caller with a deadline of at most TIMEOUT_MS. */
const withShortDeadline = (ctx: Ctx): Ctx => ({
  ...ctx,
  idempotencyKey: undefined,
  deadline: Math.min(ctx.deadline, Date.now() + TIMEOUT_MS),
});

/** The key of the call's count and hold. It is the same when the call starts again under its Idempotency-Key after a crash. */
function admissionKeyOf({ ctx, app, name, id, attempt }: Call): string {
  const lease = currentLease();
  if (!lease) return id;
  const parts = JSON.stringify([ctx.actor, app.id, name, ctx.idempotencyKey, lease.since, attempt]);
  return createHash('sha256').update(parts).digest('base64url');
}
