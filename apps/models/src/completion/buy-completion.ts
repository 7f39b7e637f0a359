import type { Completion, CompletionRequest } from '@skep/contracts/models';
import { Bus, type Ctx, LOG, type Log, Outbox } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Complete, personOf } from './complete.js';
import type { CodingTurn } from './fees.js';
import { chargeKey, CompletionCharge } from './completion-charge.js';

/** Answers a prompt that its user pays for. A request without a user, of a service for itself, costs no one anything. */
@Injectable()
export class BuyCompletion {
  constructor(
    private readonly completion: Complete,
    private readonly bus: Bus,
    private readonly outbox: Outbox,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @param coding set at the prices of coding sessions @throws Problem those of `Complete`, `insufficient_credits` */
  run(ctx: Ctx, input: CompletionRequest, coding?: CodingTurn): Promise<Completion> {
    const { tenant_id: tenant, user_id: user } = personOf(ctx, input);
    if (!tenant || !user) return this.completion.run(ctx, input, { coding });
    const purchase = { function: 'ai.complete', app_id: input.extension_id } as const;
    const payer = { ...ctx, tenant, user, idempotencyKey: undefined };
    const charge = new CompletionCharge(payer, chargeKey(ctx), purchase, this.bus, this.outbox, this.log);
    return this.completion.run(ctx, input, { charge, coding });
  }
}
