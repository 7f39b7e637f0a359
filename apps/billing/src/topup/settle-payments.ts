import { Problem } from '@skep/contracts';
import { LOG, type Log, newCtx, IntervalJob } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { PaymentProvider } from '../payment/payment-provider.js';
import { PaymentRepository } from '../payment/payment.repository.js';
import { ConfirmTopup } from './confirm-topup.js';

/** Queries Stripe about unconfirmed payments, so that a successful one is credited even if every webhook about it was lost. */
@Injectable()
export class SettlePayments extends IntervalJob {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly provider: PaymentProvider,
    private readonly confirm: ConfirmTopup,
    config: BillingConfig,
    @Inject(LOG) log: Log,
  ) {
    super(config.SKEP_PAYMENTS_MS, log, 'checking unconfirmed payments failed; retrying');
  }

  protected async execute(): Promise<void> {
    // In the sandbox every queried payment counts as paid, so only an explicit confirmation may query it.
    if (this.provider.name !== 'stripe') return;
    for (const { id, tenant_id, user_id } of await this.payments.claimUnsettled(this.provider.name)) {
      try {
        await this.confirm.run(newCtx({ tenant: tenant_id, user: user_id, actor: 'service:billing' }), { payment_intent_id: id });
        this.log.info({ payment: id }, 'credited a successful payment that was never confirmed');
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
      }
    }
  }
}
