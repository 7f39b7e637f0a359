import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { CategorySizeEntity } from './category-size.entity.js';

/** Two transactions that count at once would each miss the other's change. Held until the transaction ends. */
const LOCK = statement(`select pg_advisory_xact_lock(hashtext('category_size'))`);
const RECOUNT = statement(`
  insert into category_size (category, app_count)
  select category, (select count(*) from listing l where l.category = counted.category and l.listed)
    from (select distinct unnest(:categories::text[]) as category) counted
  on conflict (category) do update set app_count = excluded.app_count`);
const LIST_ALL = statement('select category from listing union select category from category_size', { category: 'text' });

/** How many apps each category lists. Counted again, for one category, in the transaction of each change: approvals are rare, lists are not. */
@Injectable()
export class CategorySizes {
  constructor(private readonly db: Database) {}

  /** Counts these categories again. */
  recount(categories: string[]): Promise<void> {
    return this.db.transaction(async () => {
      await this.db.rows(LOCK);
      await this.db.rows(RECOUNT, { categories });
    });
  }

  async recountAll(): Promise<void> {
    await this.recount((await this.db.rows(LIST_ALL)).map(({ category }) => category));
  }

  /** The categories that list apps, by id. The category '' holds the apps without one. */
  list(): Promise<CategorySizeEntity[]> {
    return this.db.repository(CategorySizeEntity).find({ where: { app_count: MoreThan(0) }, order: { category: 'asc' } });
  }

  /** The number of listed apps of a category; of all without one. */
  async total(category: string): Promise<number> {
    const sizes = this.db.repository(CategorySizeEntity);
    return category ? ((await sizes.findOneBy({ category }))?.app_count ?? 0) : Number((await sizes.sum('app_count')) ?? 0);
  }
}
