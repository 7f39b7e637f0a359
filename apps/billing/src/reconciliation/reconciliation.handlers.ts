import { billing, type Reconcile as Input } from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { Reconcile } from './reconcile.js';

/** The reconciliation operation. */
@Handlers()
export class ReconciliationHandlers {
  constructor(private readonly reconciliation: Reconcile) {}

  @Handle(billing.reconcile)
  reconcile(ctx: Ctx, input: Input) {
    return this.reconciliation.run(ctx, input);
  }
}
