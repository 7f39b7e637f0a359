import type { LimitOffsetCursor } from '@skep/contracts';
import { billing, type PaymentsOf } from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { assertUser, resolveUserRef } from '../wallet/wallet.repository.js';
import { PaymentRepository } from './payment.repository.js';

/** Operations on payments. */
@Handlers()
export class PaymentHandlers {
  constructor(private readonly payments: PaymentRepository) {}

  @Handle(billing.listPayments)
  listPayments(ctx: Ctx, paging: LimitOffsetCursor) {
    assertUser(ctx);
    return this.payments.list(ctx, paging);
  }

  @Handle(billing.listPaymentsOf)
  listPaymentsOf(ctx: Ctx, { tenant_id, user_id, ...paging }: PaymentsOf) {
    return this.payments.list(resolveUserRef(ctx, { tenant_id, user_id }), paging);
  }
}
