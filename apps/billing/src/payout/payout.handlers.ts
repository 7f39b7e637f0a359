import type { LimitOffsetCursor } from '@skep/contracts';
import {
  billing,
  type DecidePayout as Decision,
  type PayoutQueue,
  type PayPayout,
  type RequestPayout as Request,
} from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers, assertOperator } from '@skep/platform';
import { assertUser } from '../wallet/wallet.repository.js';
import { DecidePayout } from './decide-payout.js';
import { PayoutTerms } from './payout-terms.js';
import { PayoutRepository } from './payout.repository.js';
import { RequestPayout } from './request-payout.js';

/** Operations on payouts. */
@Handlers()
export class PayoutHandlers {
  constructor(
    private readonly terms: PayoutTerms,
    private readonly payouts: PayoutRepository,
    private readonly request: RequestPayout,
    private readonly decide: DecidePayout,
  ) {}

  @Handle(billing.requestPayout)
  requestPayout(ctx: Ctx, input: Request) {
    return this.request.run(ctx, input);
  }

  @Handle(billing.listPayouts)
  listPayouts(ctx: Ctx, paging: LimitOffsetCursor) {
    assertUser(ctx);
    return this.payouts.list(ctx, paging);
  }

  @Handle(billing.listPendingPayouts)
  listPendingPayouts(ctx: Ctx, queue: PayoutQueue) {
    assertOperator(ctx, 'admin:billing:read');
    return this.payouts.listByStatus(queue);
  }

  @Handle(billing.approvePayout)
  approvePayout(ctx: Ctx, input: Decision) {
    return this.decide.run(ctx, 'approved', input);
  }

  @Handle(billing.rejectPayout)
  rejectPayout(ctx: Ctx, input: Decision) {
    return this.decide.run(ctx, 'rejected', input);
  }

  @Handle(billing.payPayout)
  payPayout(ctx: Ctx, input: PayPayout) {
    return this.decide.run(ctx, 'paid', input);
  }

  @Handle(billing.getPayoutTerms)
  getPayoutTerms() {
    return this.terms.current();
  }
}
