import { Problem } from '@skep/contracts';
import { type Log, newCtx } from '@skep/platform';
import { Repeated } from '../repeated.js';
import type { ConfirmTopup } from '../topup/confirm-topup.js';
import type { PaymentProvider } from './payment-provider.js';
import type { PaymentRepository } from './payment.repository.js';

/** Asks the provider about payments that nobody has confirmed, so that one which was made is credited though every message of it was lost. */
export class SettlePayments extends Repeated {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly provider: PaymentProvider,
    private readonly confirm: ConfirmTopup,
    everyMs: number,
    log: Log,
  ) {
    super(everyMs, log, 'unconfirmed payments could not be looked at; trying again');
  }

  protected async work(): Promise<void> {
    // What the sandbox is asked about counts as paid, so it is only asked by who confirms.
    if (this.provider.name === 'sandbox') return;
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
