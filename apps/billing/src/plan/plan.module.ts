import { Aggregate } from '@skep/platform';
import { PricingModule } from '../pricing/pricing.module.js';
import { WalletModule } from '../wallet/wallet.module.js';
import { PlanFeatures } from './plan-features.js';
import { PlanEntity } from './plan.entity.js';
import { PlanHandlers } from './plan.handlers.js';

@Aggregate({
  imports: [PricingModule, WalletModule],
  entities: [PlanEntity],
  handlers: [PlanHandlers],
  providers: [PlanFeatures],
  exports: [PlanFeatures],
})
export class PlanModule {}
