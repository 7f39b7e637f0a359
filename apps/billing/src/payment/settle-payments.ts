import { Problem } from '@skep/contracts';
import { LOG, type Log, newCtx, IntervalJob } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { ConfirmTopup } from '../topup/confirm-topup.js';
import { PaymentProvider } from './payment-provider.js';
import { PaymentRepository } from './payment.repository.js';

/** Asks the provider about payments that nobody has confirmed, so that one which was made is credited though every message of it was lost. */
@Injectable()
export class SettlePayments extends IntervalJob {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly provider: PaymentProvider,
    private readonly confirm: ConfirmTopup,
    config: BillingConfig,
    @Inject(LOG) log: Log,
  ) {
    super(config.SKEP_PAYMENTS_MS, log, 'unconfirmed payments could not be looked at; trying again');
  }

  protected async execute(): Promise<void> {
    // What the sandbox is asked about counts as paid, so it is only asked by who confirms; where payments are off nobody can be asked.
    if (this.provider.name !== 'stripe') return;
    for (const { id, tenant_id, user_id } of await this.payments.claimUnsettled(this.provider.name)) {
      try {
        await this.confirm.run(newCtx({ tenant: tenant_id, user: user_id, actor: 'service:billing' }), { payment_intent_id: id });
        this.log.info({ payment: id }, 'a payment that nobody confirmed was made, and is credited');
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
      }
    }
  }
}
