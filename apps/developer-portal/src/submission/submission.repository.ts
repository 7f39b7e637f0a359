import { type Ctx, Database, assertOperator, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { AppEntity } from '../app/app.entity.js';
import type { Listing } from './listing.js';
import { SubmissionEntity } from './submission.entity.js';

interface Waiting {
  app_id: string;
  revision: number;
  listing: Listing;
}

/** As many as fit well into one answer, and always the first; the rest come forward as these are decided. */
const QUEUE = statement<Waiting & object>(`
  select app_id, revision, listing from (
    select app_id, submission.revision, listing, row_number() over queue as place, sum(octet_length(listing::text)) over queue as bytes
      from submission join app using (app_id) where decided_at is null and suspend_reason is null
    window queue as (order by submission.submitted_at, submission_id)) waiting
   where place = 1 or (place <= 200 and bytes <= 800000) order by place`);

@Injectable()
export class SubmissionRepository {
  constructor(private readonly db: Database) {}

  /** The submission of an app that waits for a decision. */
  open({ app_id }: AppEntity): Promise<SubmissionEntity | null> {
    return this.db.of(SubmissionEntity).findOneBy({ app_id, decided_at: IsNull() });
  }

  /** The submission that became an app's live release. */
  approved({ app_id, approved_revision }: AppEntity): Promise<SubmissionEntity | null> {
    if (approved_revision === null) return Promise.resolve(null);
    const where = { app_id, revision: approved_revision, decision: 'approved' as const };
    return this.db.of(SubmissionEntity).findOne({ where, order: { decided_at: 'desc' } });
  }

  async add(submission: Partial<SubmissionEntity> & Pick<SubmissionEntity, 'submission_id'>): Promise<SubmissionEntity> {
    await this.db.of(SubmissionEntity).insert(submission as QueryDeepPartialEntity<SubmissionEntity>);
    return this.db.of(SubmissionEntity).findOneByOrFail({ submission_id: submission.submission_id });
  }

  async decide(
    { submission_id }: SubmissionEntity,
    decided: Pick<SubmissionEntity, 'decision' | 'reason' | 'codes' | 'decided_by' | 'decided_at'>,
  ) {
    await this.db.of(SubmissionEntity).update({ submission_id }, decided);
  }

  /** The apps that wait for a decision, longest first, as they were submitted. */
  async queueOf(ctx: Ctx): Promise<AppEntity[]> {
    mustReview(ctx);
    const queue = await this.db.rows(QUEUE);
    const apps = await this.db.of(AppEntity).findBy({ app_id: In(queue.map(({ app_id }) => app_id)) });
    return queue.flatMap(({ app_id, revision, listing }) =>
      apps.filter((app) => app.app_id === app_id).map((app) => Object.assign(app, listing, { revision })),
    );
  }
}

/** Reviewing is the operator's: an approved app is listed for every tenant. @throws Forbidden */
export const mustReview = (ctx: Ctx): void => assertOperator(ctx, 'admin:developer:review');
