import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** The order by rating treats an app as if it also had this many reviews with this many stars, so that a single review does not lead it. */
const PRIOR = { reviews: 5, stars: 3.5 };

const AVERAGE = `case when :count_change + review_count > 0 then round((rating_sum + :sum_change)::numeric / (review_count + :count_change), 2) else 0 end`;
const RANK = `case when :count_change + review_count > 0
  then (rating_sum + :sum_change + ${PRIOR.reviews * PRIOR.stars}) / (review_count + :count_change + ${PRIOR.reviews}) else 0 end`;
const ADD = statement(`
  update listing set rating_sum = rating_sum + :sum_change, review_count = review_count + :count_change, rating = ${AVERAGE}, rating_rank = ${RANK}
   where app_id = :app_id`);

/** The ratings of listings, which follow their reviews in the same transaction. */
@Injectable()
export class Ratings {
  constructor(private readonly db: Database) {}

  /** @param stars by how many stars the sum changes @param reviews by how many reviews */
  async add(app_id: string, stars: number, reviews: number): Promise<void> {
    await this.db.rows(ADD, { app_id, sum_change: stars, count_change: reviews });
  }
}
