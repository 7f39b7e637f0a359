import { auth } from '@skep/contracts/auth';
import { billing } from '@skep/contracts/billing';
import { kernel } from '@skep/contracts/kernel';
import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { AppKeyHandlers } from './app/app-key.handlers.js';
import { AppHandlers } from './app/app.handlers.js';
import { AppRepository } from './app/app.repository.js';
import { CreateApp } from './app/create-app.js';
import { RetireApp } from './app/retire-app.js';
import { GetApp } from './app/get-app.js';
import { SetAppStatus } from './app/set-app-status.js';
import { SyncManifest } from './app/sync-manifest.js';
import { UpdateApp } from './app/update-app.js';
import { DeployHandlers } from './deploy/deploy.handlers.js';
import { DeployIr } from './deploy/deploy-ir.js';
import { DeployRepository } from './deploy/deploy.repository.js';
import { RecordDeploy } from './deploy/record-deploy.js';
import { Releases } from './deploy/releases.js';
import { RunDeploy } from './deploy/run-deploy.js';
import { ChangeTier } from './developer/change-tier.js';
import { DeveloperHandlers } from './developer/developer.handlers.js';
import { DeveloperRepository } from './developer/developer.repository.js';
import { RegisterDeveloper } from './developer/register-developer.js';
import { EarningsHandlers } from './earnings/earnings.handlers.js';
import { Decisions } from './submission/decisions.js';
import { ReviewApp } from './submission/review-app.js';
import { SubmissionHandlers } from './submission/submission.handlers.js';
import { SubmissionRepository } from './submission/submission.repository.js';
import { SubmitApp } from './submission/submit-app.js';
import { SyncPricing } from './submission/sync-pricing.js';
import { WithdrawApp } from './submission/withdraw-app.js';
import { ErasureHandlers } from './erasure/erasure.handlers.js';

import { AppEntity } from './app/app.entity.js';
import { DeployEntity } from './deploy/deploy.entity.js';
import { DeveloperEntity } from './developer/developer.entity.js';
import { SubmissionEntity } from './submission/submission.entity.js';
@Aggregate({
  entities: [DeveloperEntity, AppEntity, DeployEntity, SubmissionEntity],
  calls: [
    auth.createAppKey,
    auth.listAppKeys,
    auth.revokeAppKey,
    billing.assignTier,
    billing.buyTier,
    billing.getAppEarnings,
    billing.getDeveloperEarnings,
    billing.getPayoutTerms,
    kernel.checkIr,
    registry.getMyExtension,
    registry.publishRelease,
  ],
  handlers: [DeveloperHandlers, AppHandlers, AppKeyHandlers, DeployHandlers, SubmissionHandlers, EarningsHandlers, ErasureHandlers],
  providers: [
    DeveloperRepository,
    RegisterDeveloper,
    ChangeTier,
    AppRepository,
    GetApp,
    CreateApp,
    UpdateApp,
    RetireApp,
    SetAppStatus,
    SyncManifest,
    DeployRepository,
    Releases,
    DeployIr,
    RecordDeploy,
    RunDeploy,
    SubmissionRepository,
    Decisions,
    SubmitApp,
    WithdrawApp,
    ReviewApp,
    SyncPricing,
  ],
})
export class DeveloperPortalModule {}
