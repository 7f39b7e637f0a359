import { Aggregate, keep } from '@skep/platform';
import { CallEntity } from './call.entity.js';
import { MODEL_TRACES } from './call-traces.js';
import { OwnUsageHandlers } from './own-usage.handlers.js';
import { BudgetEntity } from './budget.entity.js';
import { Budgets } from './budgets.js';
import { HoldEntity } from './hold.entity.js';
import { UsageEntity } from './usage.entity.js';
import { UsageHandlers } from './usage.handlers.js';

@Aggregate({
  entities: [BudgetEntity, CallEntity, HoldEntity, UsageEntity],
  traces: [MODEL_TRACES],
  handlers: [UsageHandlers, OwnUsageHandlers],
  providers: [Budgets],
  exports: [Budgets],
  retention: [
    keep(CallEntity, '90 days', { after: 'created_at' }),
    keep(UsageEntity, '400 days', { after: 'day' }),
    keep(BudgetEntity, '400 days', { after: 'month' }),
    keep(HoldEntity, '1 hour', { after: 'expires_at' }),
  ],
})
export class UsageModule {}
