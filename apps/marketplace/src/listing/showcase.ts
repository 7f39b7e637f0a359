import { DEVELOPER_APPS_MAX, DeveloperNotListed, type DeveloperPage, Listing } from '@skep/contracts/marketplace';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IconUrls } from './icon-urls.js';
import { HAS_SVG, LISTING_COLUMNS } from './listing-columns.js';

const FROM = 'from listing l left join popularity p using (app_id)';
const FEATURED = statement(
  `select ${LISTING_COLUMNS} ${FROM} where l.listed and l.featured order by l.rating_rank desc, l.app_id limit :limit`,
  Listing,
  HAS_SVG,
);
const OF_DEVELOPER = statement(
  `select ${LISTING_COLUMNS}, l.author ${FROM} where l.listed and l.developer_id = :developer_id
    order by l.published_at desc, l.app_id limit ${DEVELOPER_APPS_MAX}`,
  Listing,
  HAS_SVG,
  { author: 'text?' },
);
const SUMS = statement(
  `select count(*) as app_count, coalesce(sum(p.install_count), 0)::int8 as install_count, coalesce(sum(l.review_count), 0) as review_count,
          (select website from publisher where developer_id = :developer_id) as website,
          coalesce(round(sum(l.rating_sum) / nullif(sum(l.review_count), 0), 2), 0)::float8 as avg_rating
     ${FROM} where l.listed and l.developer_id = :developer_id`,
  { app_count: 'int8', install_count: 'int8', review_count: 'int8', avg_rating: 'float8', website: 'text?' },
);
const SET_FEATURED = statement('update listing set featured = :featured where app_id = :app_id and listed returning app_id, featured', {
  app_id: 'text',
  featured: 'bool',
});

/** What the marketplace shows beside lists and searches: featured apps, and the pages of developers. */
@Injectable()
export class Showcase {
  constructor(
    private readonly db: Database,
    private readonly icons: IconUrls,
  ) {}

  async listFeatured(limit: number): Promise<Listing[]> {
    return (await this.db.rows(FEATURED, { limit })).map((listing) => this.icons.fill(listing));
  }

  /** Undefined if the app is not listed. */
  setFeatured(app_id: string, featured: boolean) {
    return this.db.row(SET_FEATURED, { app_id, featured });
  }

  /** @throws DeveloperNotListed if they have no listed app */
  async getDeveloperPage(developer_id: string): Promise<DeveloperPage> {
    const [apps, sums] = await Promise.all([this.db.rows(OF_DEVELOPER, { developer_id }), this.db.row(SUMS, { developer_id })]);
    if (!apps.length) throw DeveloperNotListed();
    const display_name = apps[0]!.author;
    return {
      developer_id,
      display_name,
      ...sums!,
      is_verified: sums!.website !== null,
      apps: apps.map(({ author: _, ...listing }) => this.icons.fill(listing)),
    };
  }
}
