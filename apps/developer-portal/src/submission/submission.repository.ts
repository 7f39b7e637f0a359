import { as, assertOperator, type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { AppEntity } from '../app/app.entity.js';
import type { Listing } from './listing.js';
import { SubmissionEntity } from './submission.entity.js';

/** At most 200 submissions and 800 kB, so that they fit into one NATS message, but always the first. The others follow as these are decided. */
const LIST_QUEUE = statement(
  `select app_id, revision, listing from (
     select app_id, submission.revision, listing, row_number() over queue as ordinal, sum(octet_length(listing::text)) over queue as bytes
       from submission join app using (app_id) where decided_at is null and suspend_reason is null
     window queue as (order by submission.submitted_at, submission_id)) waiting
    where ordinal = 1 or (ordinal <= 200 and bytes <= 800000) order by ordinal`,
  { app_id: 'text', revision: 'int4', listing: as<Listing>('json') },
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
    decided: Pick<SubmissionEntity, 'decision' | 'reason' | 'codes' | 'decided_by' | 'decided_at'>,
  ) {
    await this.db.repository(SubmissionEntity).update({ submission_id }, decided);
  }

  /** Deletes the app's submissions. */
  async deleteOf({ app_id }: AppEntity): Promise<void> {
    await this.db.repository(SubmissionEntity).delete({ app_id });
  }

  /** The apps that wait for a decision, oldest submission first, as they were submitted. @throws Forbidden */
  async listQueue(ctx: Ctx): Promise<AppEntity[]> {
    assertReviewer(ctx);
    const queue = await this.db.rows(LIST_QUEUE);
    const apps = await this.db.repository(AppEntity).findBy({ app_id: In(queue.map(({ app_id }) => app_id)) });
    return queue.flatMap(({ app_id, revision, listing }) =>
      apps.filter((app) => app.app_id === app_id).map((app) => Object.assign(app, listing, { revision })),
    );
  }
}

/** Only the operator reviews, because an approved app is listed for every tenant. @throws Forbidden */
export const assertReviewer = (ctx: Ctx): void => assertOperator(ctx, 'admin:developer:review');
