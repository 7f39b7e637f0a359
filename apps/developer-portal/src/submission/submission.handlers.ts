import type { AppRef, ListCursor } from '@skep/contracts';
import { type ApproveApp, type ListSubmissions, portal, type PreviewPrices, type RejectApp } from '@skep/contracts/portal';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AppRepository } from '../app/app.repository.js';
import { PreviewShares } from './preview-shares.js';
import { ReadReview } from './read-review.js';
import { ReviewApp } from './review-app.js';
import { SubmissionRepository } from './submission.repository.js';
import { SubmitApp } from './submit-app.js';
import { SyncPricing } from './sync-pricing.js';
import { WithdrawApp } from './withdraw-app.js';

@Handlers()
export class SubmissionHandlers {
  constructor(
    private readonly apps: AppRepository,
    private readonly submissions: SubmissionRepository,
    private readonly submit: SubmitApp,
    private readonly withdraw: WithdrawApp,
    private readonly review: ReviewApp,
    private readonly pricing: SyncPricing,
    private readonly reviews: ReadReview,
    private readonly shares: PreviewShares,
  ) {}

  @Handle(portal.submitApp)
  submitApp(ctx: Ctx, { app_id }: AppRef) {
    return this.submit.run(ctx, app_id);
  }

  @Handle(portal.withdrawApp)
  withdrawApp(ctx: Ctx, { app_id }: AppRef) {
    return this.withdraw.run(ctx, app_id);
  }

  @Handle(portal.listSubmissions)
  async listSubmissions(ctx: Ctx, { app_id, cursor }: ListSubmissions) {
    return this.submissions.list(await this.apps.getAccessible(ctx, app_id), cursor);
  }

  @Handle(portal.listPending)
  listPending(ctx: Ctx, { cursor }: ListCursor) {
    return this.submissions.listQueue(ctx, cursor);
  }

  @Handle(portal.getAppReview)
  getAppReview(ctx: Ctx, { app_id }: AppRef) {
    return this.reviews.forReviewer(ctx, app_id);
  }

  @Handle(portal.previewAppReview)
  previewAppReview(ctx: Ctx, { app_id }: AppRef) {
    return this.reviews.forDeveloper(ctx, app_id);
  }

  @Handle(portal.previewPrices)
  previewPrices(ctx: Ctx, input: PreviewPrices) {
    return this.shares.run(ctx, input);
  }

  @Handle(portal.approveApp)
  approveApp(ctx: Ctx, input: ApproveApp) {
    return this.review.approve(ctx, input);
  }

  @Handle(portal.rejectApp)
  rejectApp(ctx: Ctx, input: RejectApp) {
    return this.review.reject(ctx, input);
  }

  @Handle(portal.syncAppPricing)
  syncAppPricing(ctx: Ctx, { app_id }: AppRef) {
    return this.pricing.syncApp(ctx, app_id);
  }

  @Handle(portal.syncAllPricing)
  syncAllPricing(ctx: Ctx) {
    return this.pricing.syncAll(ctx);
  }
}
