import { PaymentProviderAway, type StartTopup as Input, type TopupStarted } from '@skep/contracts';
import { type Ctx, type Log, LOG } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { mustBeSomebody } from '../wallet/wallet.repository.js';
import { PaymentProvider } from '../payment/payment-provider.js';
import { PaymentRepository } from '../payment/payment.repository.js';
import { Prices } from './prices.js';

/**
 * The provider is asked first and the payment noted then: a crash in between leaves an intent which nobody can pay, since
 * its client secret has not been told to anybody. Nothing is written before, so that no lock waits for the provider.
 */
@Injectable()
export class StartTopup {
  constructor(
    private readonly prices: Prices,
    private readonly provider: PaymentProvider,
    private readonly payments: PaymentRepository,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async run(ctx: Ctx, input: Input): Promise<TopupStarted> {
    const { tokens, price_cents } = input;
    mustBeSomebody(ctx);
    this.prices.check(tokens, price_cents);
    const { id, client_secret } = await this.provider.create(ctx, input);
    if (!(await this.payments.add(ctx, { id, provider: this.provider.name, tokens, price_cents }))) {
      this.log.error({ payment: id }, 'the payment provider answered with the id of another payment');
      throw PaymentProviderAway();
    }
    return { client_secret, payment_intent_id: id, publishable_key: this.provider.publishableKey };
  }
}
