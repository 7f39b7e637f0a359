import { Aggregate, keepForEver } from '@skep/platform';
import { CallReversalEntity } from './call-reversal.entity.js';
import { EarningEntity } from './earning.entity.js';
import { EarningsHandlers } from './earnings.handlers.js';
import { RefundCharge } from './refund-charge.js';
import { EarningsRepository } from './earnings.repository.js';
import { TenantEarningEntity } from './tenant-earning.entity.js';

@Aggregate({
  readOnly: [CallReversalEntity, EarningEntity, TenantEarningEntity],
  retention: [keepForEver(EarningEntity, 'counters: one row per app and month')],
  handlers: [EarningsHandlers],
  providers: [EarningsRepository, RefundCharge],
})
export class EarningsModule {}
