import type { Page } from '@skep/contracts';
import type { UserErased } from '@skep/contracts/auth';
import {
  AlreadyReviewed,
  AppNotFound,
  type AddReview,
  type ListReviews,
  OwnReview,
  Review,
  ReviewNotFound,
  type UpdateReview,
  type VoteReview,
} from '@skep/contracts/marketplace';
import { type Ctx, Database, defineList, statement, toPaging } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Ratings } from './ratings.js';
import { FormerReviewEntity, ReviewEntity, ReviewVoteEntity } from './review.entity.js';

const COLUMNS = 'r.id, r.app_id, r.author, r.rating, r.title, r.body, r.version, r.helpful_count, r.created_at, r.updated_at';
const IS_MINE = '(r.tenant_id, r.user_id) = (:tenant, :user)';
const LIST = defineList(
  {
    select: `${COLUMNS}, ${IS_MINE} as is_mine, v.helpful as user_vote`,
    from: 'review r left join review_vote v on (v.review_id, v.tenant_id, v.user_id) = (r.id, :tenant, :user)',
    orders: {
      helpful: [
        ['r.helpful_count', 'integer', 'desc'],
        ['r.id', 'bigint', 'desc'],
      ],
      newest: [['r.id', 'bigint', 'desc']],
      oldest: [['r.id', 'bigint', 'asc']],
      highest: [
        ['r.rating', 'integer', 'desc'],
        ['r.id', 'bigint', 'desc'],
      ],
      lowest: [
        ['r.rating', 'integer', 'asc'],
        ['r.id', 'bigint', 'asc'],
      ],
    },
  },
  Review,
);
const COUNT = statement('select review_count from listing where app_id = :app_id and listed', { review_count: 'int4' });
const DELETE_OF_USER = statement('delete from review where (tenant_id, user_id) = (:tenant_id, :user_id) returning app_id, rating', {
  app_id: 'text',
  rating: 'int4',
});
const ADD = statement(
  `insert into review as r (tenant_id, user_id, app_id, author, rating, title, body, version)
   values (:tenant, :user, :app_id, :author, :rating, :title, :body, :version) on conflict do nothing returning ${COLUMNS}, true as is_mine, null::bool as user_vote`,
  Review,
);
/** Waits for other changes of the review and votes on it. */
const LOCK = statement(
  `select r.id, r.app_id, r.rating, r.title, r.body, r.version, ${IS_MINE} as is_mine from review r where r.id = :review_id for update`,
  {
    id: 'int8',
    app_id: 'text',
    rating: 'int4',
    title: 'text',
    body: 'text',
    version: 'text',
    is_mine: 'bool',
  },
);
const UPDATE = statement(
  `update review r set rating = :rating, title = :title, body = :body, version = coalesce((select version from listing l where l.app_id = r.app_id), r.version),
          updated_at = now()
    where r.id = :review_id returning ${COLUMNS}, true as is_mine, null::bool as user_vote`,
  Review,
);
const VOTE = statement(
  `with old as (select helpful from review_vote where (review_id, tenant_id, user_id) = (:review_id, :tenant, :user)), voted as (
     insert into review_vote (review_id, tenant_id, user_id, helpful) values (:review_id, :tenant, :user, :helpful)
     on conflict (review_id, tenant_id, user_id) do update set helpful = excluded.helpful)
   update review set helpful_count = helpful_count + :helpful::bool::int - coalesce((select helpful from old), false)::int
    where id = :review_id returning helpful_count`,
  { helpful_count: 'int4' },
);

const UNCOUNT = statement(`
  update review set helpful_count = helpful_count - 1
   where id in (select review_id from review_vote where (tenant_id, user_id) = (:tenant_id, :user_id) and helpful)`);

/** Reviews, with the ratings of listings that follow them. A review belongs to its author: others do not find it to change it. */
@Injectable()
export class ReviewRepository {
  constructor(
    private readonly db: Database,
    private readonly ratings: Ratings,
  ) {}

  /** @throws AppNotFound if it is not listed */
  async list({ tenant, user }: Ctx, { app_id, sort, ...paging }: ListReviews): Promise<Page<Review>> {
    const listing = await this.db.row(COUNT, { app_id });
    if (!listing) throw AppNotFound();
    const total = () => Promise.resolve(listing.review_count);
    const found = await this.db.page(
      LIST,
      { order: sort, where: ['r.app_id = :app_id'], values: { app_id, tenant, user }, total },
      toPaging(paging),
    );
    if (user) return found;
    return { ...found, rows: found.rows.map(({ is_mine: _, user_vote: __, ...review }) => review) };
  }

  /** @throws AlreadyReviewed */
  add({ tenant, user }: Ctx, review: AddReview & Pick<Review, 'author' | 'version'>): Promise<Review> {
    return this.db.transaction(async () => {
      const added = await this.db.row(ADD, { ...review, tenant, user });
      if (!added) throw AlreadyReviewed();
      await this.ratings.add(added.app_id, added.rating, 1);
      return added;
    });
  }

  /** @throws ReviewNotFound */
  update(ctx: Ctx, { review_id, rating, title, body }: UpdateReview): Promise<Review> {
    return this.db.transaction(async () => {
      const { id: _, is_mine: __, app_id, ...before } = await this.lockOwn(ctx, review_id);
      await this.db.repository(FormerReviewEntity).insert({ ...before, review_id });
      const after = { rating: rating ?? before.rating, title: title ?? before.title, body: body ?? before.body };
      const updated = await this.db.row(UPDATE, { review_id, ...after });
      await this.ratings.add(app_id, after.rating - before.rating, 0);
      return updated!;
    });
  }

  /** @throws ReviewNotFound */
  delete(ctx: Ctx, review_id: number): Promise<void> {
    return this.db.transaction(async () => {
      const { app_id, rating } = await this.lockOwn(ctx, review_id);
      await this.db.repository(ReviewEntity).delete({ id: review_id });
      await this.ratings.add(app_id, -rating, -1);
    });
  }

  /** @throws ReviewNotFound, OwnReview */
  vote({ tenant, user }: Ctx, { review_id, helpful }: VoteReview): Promise<{ helpful_count: number }> {
    return this.db.transaction(async () => {
      const review = await this.db.row(LOCK, { review_id, tenant, user });
      if (!review) throw ReviewNotFound();
      if (review.is_mine) throw OwnReview();
      return (await this.db.row(VOTE, { review_id, tenant, user, helpful }))!;
    });
  }

  /** Removes the reviews and votes of a user, with what they counted for. */
  erase({ tenant_id, user_id }: Pick<UserErased, 'tenant_id' | 'user_id'>): Promise<void> {
    return this.db.transaction(async () => {
      const own = await this.db.rows(DELETE_OF_USER, { tenant_id, user_id });
      for (const { app_id, rating } of own) await this.ratings.add(app_id, -rating, -1);
      await this.db.rows(UNCOUNT, { tenant_id, user_id });
      await this.db.repository(ReviewVoteEntity).delete({ tenant_id, user_id });
    });
  }

  private async lockOwn({ tenant, user }: Ctx, review_id: number) {
    const review = await this.db.row(LOCK, { review_id, tenant, user });
    if (!review?.is_mine) throw ReviewNotFound();
    return review;
  }
}
