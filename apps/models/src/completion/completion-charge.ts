import { billing } from '@skep/contracts/billing';
import { models } from '@skep/contracts/models';
import { Bus, type Ctx, currentLease, type Log, Outbox } from '@skep/platform';
import { createHash, randomUUID } from 'node:crypto';

/** A hold outlives its completion by this time, so that it is charged even if billing is unavailable for a while. */
const HOLD_GRACE_S = 3_600;
/** How long an answer waits for its charge. */
const CAPTURE_MS = 1_000;

/** What the charge is called in the wallet’s history. */
export interface Purchase {
  function: 'ai.complete' | 'voice.transcribe';
  /** The app that asked; empty if it was the user. */
  app_id: string;
}

/**
 * The charge for one answer of a model: reserved before it is asked, recorded in the transaction that counts its tokens, and captured. The
 * record is the event `completionCharged`, so a charge is made once, whenever billing answers and whichever process dies.
 */
export class CompletionCharge {
  private readonly id = `cmp_${randomUUID().replaceAll('-', '')}`;
  private hold_id: string | undefined;

  constructor(
    private readonly payer: Ctx,
    private readonly key: string | undefined,
    private readonly purchase: Purchase,
    private readonly bus: Bus,
    private readonly outbox: Outbox,
    private readonly log: Log,
  ) {}

  /** Under which id billing charges it; null if it costs nothing. */
  get chargedAs(): string | null {
    return this.hold_id === undefined ? null : this.id;
  }

  /** @throws Problem `insufficient_credits`, `budget_exceeded`, `unavailable`: then nothing is reserved */
  async reserve(fee: number, timeoutMs: number): Promise<void> {
    if (fee === 0) return;
    const place = (key: string) =>
      this.bus.call(billing.placeHold, this.payer, {
        ...{ key, function: this.purchase.function, app_id: this.purchase.app_id || 'models', base_price: 0, platform_fee: fee, split: 0 },
        ttl_s: Math.ceil(timeoutMs / 1_000) + HOLD_GRACE_S,
      });
    let placed = await place(this.key ?? this.id);
    // The request was interrupted before, and its answer lost: what was charged then pays for this answer.
    if (placed.status === 'captured') return;
    if (placed.status !== 'held') placed = await place(this.id);
    currentLease()?.keepKeyOnFailure();
    this.hold_id = placed.hold_id;
  }

  /** Records the charge in the current transaction. */
  async record(platform_fee: number): Promise<void> {
    const { hold_id, payer } = this;
    if (!hold_id) return;
    const charge = { hold_id, action_id: this.id, user_id: payer.user, tenant_id: payer.tenant, platform_fee };
    await this.outbox.add(models.completionCharged, payer, charge);
  }

  /** Captures a recorded charge, so that a caller who has the answer sees it in the wallet. */
  async capture(platform_fee: number): Promise<void> {
    const { hold_id } = this;
    if (!hold_id) return;
    const ctx = { ...this.payer, deadline: Math.min(this.payer.deadline, Date.now() + CAPTURE_MS) };
    await this.bus
      .call(billing.captureHold, ctx, { hold_id, action_id: this.id, base_price: 0, platform_fee })
      .catch((error: unknown) =>
        this.log.warn({ error, hold: hold_id }, 'billing did not answer a capture; completionCharged will charge'),
      );
  }

  /** Releases what is reserved for a completion that failed. */
  async release(): Promise<void> {
    const { hold_id } = this;
    if (!hold_id) return;
    await this.bus
      .call(billing.releaseHold, this.payer, { hold_id })
      .catch((error: unknown) => this.log.warn({ error, hold: hold_id }, 'a hold could not be released; it will expire'));
  }
}

/** The key of a hold: the same when a request with an Idempotency-Key is repeated after a crash. */
export function chargeKey({ actor, tenant, user, idempotencyKey }: Ctx): string | undefined {
  const lease = currentLease();
  if (!lease) return undefined;
  return createHash('sha256')
    .update(JSON.stringify([actor, tenant, user, idempotencyKey, lease.since]))
    .digest('base64url');
}
