import { permissionOf } from '@skep/contracts/builtins';
import { type AppReview, NotPending, type ReviewedRelease } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { DeployRepository } from '../deploy/deploy.repository.js';
import { capabilitiesOf } from './capabilities.js';
import { runChecks } from './checks.js';
import type { Listing } from './listing.js';
import type { SubmissionEntity } from './submission.entity.js';
import { assertReviewer, isOwn, SubmissionRepository } from './submission.repository.js';
import { SubmitApp } from './submit-app.js';

/** What of a submission a review shows. */
type Submitted = Pick<SubmissionEntity, 'revision' | 'version' | 'listing' | 'checks'> & { submitted_at: Date | null };

/** An app as its reviewer sees it: for them, and for its developer. */
@Injectable()
export class ReadReview {
  constructor(
    private readonly apps: AppRepository,
    private readonly deploys: DeployRepository,
    private readonly submissions: SubmissionRepository,
    private readonly submit: SubmitApp,
  ) {}

  /** @throws DeveloperAppNotFound, NotPending, Forbidden */
  async forReviewer(ctx: Ctx, app_id: string): Promise<AppReview> {
    assertReviewer(ctx);
    const app = await this.apps.get(app_id);
    const open = await this.submissions.findOpen(app);
    if (!open) throw NotPending();
    return this.toReview(ctx, app, open);
  }

  /** Without an open submission, what a submission would contain now. @throws DeveloperAppNotFound */
  async forDeveloper(ctx: Ctx, app_id: string): Promise<AppReview> {
    const app = await this.apps.getOwn(ctx, app_id);
    return this.toReview(ctx, app, (await this.submissions.findOpen(app)) ?? (await this.draftOf(app)));
  }

  private async draftOf(app: AppEntity): Promise<Submitted> {
    const { revision, version } = app;
    const checks = runChecks(app, await this.deploys.hasSucceeded(app));
    return { revision, version: version ?? '', listing: await this.submit.listingOf(app), checks, submitted_at: null };
  }

  private async toReview(ctx: Ctx, app: AppEntity, submitted: Submitted): Promise<AppReview> {
    const { listing, checks, revision, submitted_at } = submitted;
    const approved = await this.submissions.findApproved(app);
    return {
      app: { ...app, ...listing, revision, display_name: listing.name, permissions: listing.permission_ids.map(permissionOf) },
      waiting_since: submitted_at,
      checks,
      proposed: toReviewed(submitted),
      approved: approved && toReviewed(approved),
      is_own: isOwn(ctx, app),
    };
  }
}

const toReviewed = ({ revision, version, listing }: { revision: number; version: string; listing: Listing }): ReviewedRelease => ({
  ...{ revision, version, capabilities: capabilitiesOf(listing), permissions: listing.permission_ids.map(permissionOf) },
  ...{ pricing_model: listing.pricing_model, pricing_config: listing.pricing_config },
});
