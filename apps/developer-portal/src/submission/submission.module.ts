import { billing } from '@skep/contracts/billing';
import { Aggregate } from '@skep/platform';
import { AppModule } from '../app/app.module.js';
import { DeployModule } from '../deploy/deploy.module.js';
import { DeveloperModule } from '../developer/developer.module.js';
import { Decisions } from './decisions.js';
import { Delisting } from './delisting.js';
import { PreviewShares } from './preview-shares.js';
import { ReadReview } from './read-review.js';
import { ReviewApp } from './review-app.js';
import { SubmissionEntity } from './submission.entity.js';
import { SubmissionHandlers } from './submission.handlers.js';
import { SubmissionRepository } from './submission.repository.js';
import { SubmitApp } from './submit-app.js';
import { SyncPricing } from './sync-pricing.js';
import { WithdrawApp } from './withdraw-app.js';

@Aggregate({
  imports: [AppModule, DeveloperModule, DeployModule],
  entities: [SubmissionEntity],
  handlers: [SubmissionHandlers],
  providers: [SubmissionRepository, Decisions, Delisting, SubmitApp, WithdrawApp, ReviewApp, ReadReview, PreviewShares, SyncPricing],
  exports: [SubmissionRepository, Decisions, Delisting, SubmitApp],
  calls: [billing.splitPrices],
})
export class SubmissionModule {}
