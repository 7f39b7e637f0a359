import { billing } from '@skep/contracts/billing';
import { Aggregate } from '@skep/platform';
import { AppModule } from '../app/app.module.js';
import { ChangeTier } from './change-tier.js';
import { DeveloperEntity } from './developer.entity.js';
import { DeveloperHandlers } from './developer.handlers.js';
import { DeveloperRepository } from './developer.repository.js';
import { RegisterDeveloper } from './register-developer.js';

@Aggregate({
  imports: [AppModule],
  entities: [DeveloperEntity],
  handlers: [DeveloperHandlers],
  providers: [DeveloperRepository, RegisterDeveloper, ChangeTier],
  exports: [DeveloperRepository],
  calls: [billing.assignTier, billing.buyTier, billing.getDeveloperEarnings, billing.getPayoutTerms, billing.getPlatformFees],
})
export class DeveloperModule {}
