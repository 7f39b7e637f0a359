import type { Page } from '@skep/contracts';
import { permissionOf } from '@skep/contracts/builtins';
import { type App, OwnApp, Submission } from '@skep/contracts/portal';
import { as, assertOperator, type Ctx, Database, defineList } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { AppEntity } from '../app/app.entity.js';
import type { Listing } from './listing.js';
import { SubmissionEntity } from './submission.entity.js';

const QUEUE = defineList(
  {
    select: `a.app_id, a.developer_id, a.status, a.git_url, a.reject_reason, a.reject_codes, a.reject_evidence, a.suspend_reason, a.revenue_split_dev,
      a.submitted_at, a.created_at, a.updated_at, s.revision, s.listing`,
    from: 'submission s join app a using (app_id)',
    // Of undecided submissions, the index submission_waiting.
    orders: {
      oldest: [
        ['s.submitted_at', 'timestamptz', 'asc'],
        ['s.submission_id', 'text', 'asc'],
      ],
    },
    // A listing with its manifest and functions can be two megabytes.
    atOnce: 20,
  },
  {
    ...{
      app_id: 'text',
      developer_id: 'text',
      status: 'text',
      git_url: 'text',
      reject_reason: 'text?',
      reject_codes: 'text[]',
      reject_evidence: 'text?',
    },
    ...{ suspend_reason: 'text?', revenue_split_dev: 'int4', submitted_at: 'timestamptz?', created_at: 'timestamptz' },
    ...{ updated_at: 'timestamptz', revision: 'int4', listing: as<Listing>('json') },
  },
);

const SUBMISSIONS = defineList(
  {
    select: 'submission_id, revision, version, submitted_at, decision, reason, codes, evidence, decided_at',
    from: 'submission',
    // With the app, the index submission_app.
    orders: {
      newest: [
        ['submitted_at', 'timestamptz', 'desc'],
        ['submission_id', 'text', 'desc'],
      ],
    },
  },
  Submission,
);

/** Reads and writes submissions. */
@Injectable()
export class SubmissionRepository {
  constructor(private readonly db: Database) {}

  /** The app's submission that waits for a decision. */
  findOpen({ app_id }: AppEntity): Promise<SubmissionEntity | null> {
    return this.db.repository(SubmissionEntity).findOneBy({ app_id, decided_at: IsNull() });
  }

  /** The submission of the app's approved revision. */
  findApproved({ app_id, approved_revision }: AppEntity): Promise<SubmissionEntity | null> {
    if (approved_revision === null) return Promise.resolve(null);
    const where = { app_id, revision: approved_revision, decision: 'approved' as const };
    return this.db.repository(SubmissionEntity).findOne({ where, order: { decided_at: 'desc' } });
  }

  async add(submission: Partial<SubmissionEntity> & Pick<SubmissionEntity, 'submission_id'>): Promise<SubmissionEntity> {
    await this.db.repository(SubmissionEntity).insert(submission);
    return this.db.repository(SubmissionEntity).findOneByOrFail({ submission_id: submission.submission_id });
  }

  async saveDecision(
    { submission_id }: SubmissionEntity,
    decided: Pick<SubmissionEntity, 'decision' | 'reason' | 'codes' | 'evidence' | 'decided_by' | 'decided_at'>,
  ) {
    await this.db.repository(SubmissionEntity).update({ submission_id }, decided);
  }

  /** Changes what the submission shows. An approval of it, or a republication, then has the new texts. */
  async changeListing(submission: SubmissionEntity, changes: Partial<Listing>): Promise<void> {
    submission.listing = { ...submission.listing, ...changes };
    const { submission_id, listing } = submission;
    await this.db.repository(SubmissionEntity).update({ submission_id }, { listing });
  }

  /** The app's submissions, newest first. */
  list({ app_id }: AppEntity, cursor: string | undefined): Promise<Page<Submission>> {
    return this.db.page(SUBMISSIONS, { order: 'newest', where: ['app_id = :app_id'], values: { app_id } }, { cursor });
  }

  /** Deletes the app's submissions. */
  async deleteOf({ app_id }: AppEntity): Promise<void> {
    await this.db.repository(SubmissionEntity).delete({ app_id });
  }

  /** The apps that wait for a decision, oldest submission first, as they were submitted. @throws Forbidden */
  async listQueue(ctx: Ctx, cursor: string | undefined): Promise<Page<App>> {
    assertReviewer(ctx);
    const where = ['s.decided_at is null', 'a.suspend_reason is null'];
    const page = await this.db.page(QUEUE, { order: 'oldest', where, values: {} }, { cursor });
    const rows = page.rows.map(({ listing, ...app }) => ({
      ...{ ...app, ...listing, display_name: listing.name },
      permissions: listing.permission_ids.map(permissionOf),
    }));
    return { ...page, rows };
  }
}

/** Only the operator reviews, because an approved app is listed for every tenant. @throws Forbidden */
export const assertReviewer = (ctx: Ctx): void => assertOperator(ctx, 'admin:developer:review');

/** Whether the caller develops the app. */
export const isOwn = ({ tenant, user }: Ctx, { tenant_id, developer_id }: AppEntity): boolean =>
  tenant === tenant_id && user === developer_id;

/** @throws OwnApp if the caller develops the app: someone else must see what users get */
export function assertNotOwn(ctx: Ctx, app: AppEntity): void {
  if (isOwn(ctx, app)) throw OwnApp();
}
