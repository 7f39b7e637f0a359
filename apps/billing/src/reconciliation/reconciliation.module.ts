import { kernel } from '@skep/contracts/kernel';
import { Aggregate } from '@skep/platform';
import { Reconcile } from './reconcile.js';
import { ReconciliationHandlers } from './reconciliation.handlers.js';

@Aggregate({
  handlers: [ReconciliationHandlers],
  providers: [Reconcile],
  calls: [kernel.listPaidActions, kernel.findActionIds],
})
export class ReconciliationModule {}
