import { Aggregate } from '@skep/platform';
import { PricingModule } from '../pricing/pricing.module.js';
import { TierModule } from '../tier/tier.module.js';
import { DecidePayout } from './decide-payout.js';
import { PayoutPartEntity } from './payout-part.entity.js';
import { PayoutTerms } from './payout-terms.js';
import { PayoutEntity } from './payout.entity.js';
import { PayoutHandlers } from './payout.handlers.js';
import { PayoutRepository } from './payout.repository.js';
import { RequestPayout } from './request-payout.js';

@Aggregate({
  imports: [PricingModule, TierModule],
  readOnly: [PayoutEntity, PayoutPartEntity],
  handlers: [PayoutHandlers],
  providers: [PayoutTerms, PayoutRepository, RequestPayout, DecidePayout],
})
export class PayoutModule {}
