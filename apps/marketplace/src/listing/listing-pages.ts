import type { Page } from '@skep/contracts';
import { Listing, type Sort, SORTS } from '@skep/contracts/marketplace';
import { Database, defineList, orderBy, type Paging, type Statement, unprepared } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CategorySizes } from './category-sizes.js';
import { IconUrls } from './icon-urls.js';
import { HAS_SVG, LISTING_COLUMNS } from './listing-columns.js';

/** A search as the user typed it, and two `tsquery` texts that match more: see search-words.ts. */
export interface SearchQueries {
  text: string;
  prefix: string;
  fuzzy: string;
}

/** Every listing has a row of popularity, so its indexes give the order. */
const BY_POPULARITY = defineList(
  {
    select: LISTING_COLUMNS,
    from: 'popularity p join listing l using (app_id)',
    orders: {
      actions: [
        ['p.action_count', 'bigint', 'desc'],
        ['p.app_id', 'text', 'asc'],
      ],
      installs: [
        ['p.install_count', 'bigint', 'desc'],
        ['p.app_id', 'text', 'asc'],
      ],
    },
  },
  Listing,
  HAS_SVG,
);
const BY_LISTING = defineList(
  {
    select: LISTING_COLUMNS,
    from: 'listing l left join popularity p using (app_id)',
    orders: {
      rating: [
        ['l.rating_rank', 'float8', 'desc'],
        ['l.app_id', 'text', 'asc'],
      ],
      newest: [
        ['l.published_at', 'timestamptz', 'desc'],
        ['l.app_id', 'text', 'asc'],
      ],
      name: [
        ['lower(l.name)', 'text', 'asc'],
        ['l.app_id', 'text', 'asc'],
      ],
    },
  },
  Listing,
  HAS_SVG,
);

/** How many matches of each kind a search ranks. */
const CANDIDATES = { name: 50, exact: 400, prefix: 300, fuzzy: 250 };
/** From so many matches on there may be more. */
const CAPPED = Math.min(CANDIDATES.exact, CANDIDATES.prefix, CANDIDATES.fuzzy);
const MATCHES_CATEGORY = `l.listed and (:category = '' or l.category = :category)`;
/** Supports operators and phrases, and matches English word forms as well as literal words. */
const EXACT = `(websearch_to_tsquery('english', :text) || websearch_to_tsquery('simple', :text))`;
const ORDERS = { ...BY_POPULARITY.orders, ...BY_LISTING.orders };
const candidates = (kind: number, condition: string, max: number) =>
  `(select l.app_id, ${kind} as kind from listing l where ${condition} and ${MATCHES_CATEGORY} limit ${max})`;
/**
 * Matches of words that users did not type, only if there are few of those that they did. Postgres plans without knowing the words: it expects so many
 * matches of fifty rare ones that it would read all listings.
 */
const guesses = (kind: number, query: 'prefix' | 'fuzzy') =>
  candidates(
    kind,
    `:${query} <> '' and (select count(*) from literal) < ${CANDIDATES.exact} and l.document @@ (select to_tsquery('simple', :${query}))`,
    CANDIDATES[query],
  );
/** The candidates of a search, each with its best kind. Each kind has a limit, so that a common word costs no more than a rare one. */
const FOUND = `
  literal as materialized (
    ${[
      candidates(0, 'lower(l.name) = lower(:text)', CANDIDATES.name),
      candidates(0, 'l.app_id = lower(:text)', 1),
      candidates(2, `l.document @@ ${EXACT}`, CANDIDATES.exact),
    ].join(' union all ')}),
  found as (
    select app_id, min(kind) as kind
      from (select * from literal union all ${guesses(3, 'prefix')} union all ${guesses(4, 'fuzzy')}) candidate
     group by app_id)`;
/** Better matches come first; the requested order decides between equal ones. A match in the name is better than one in other texts. */
const RANK = `case when found.kind = 2 and ts_filter(l.document, '{a}') @@ ${EXACT} then 1 else found.kind end`;
/*
 * `offset 0` makes Postgres look each candidate up. It would otherwise estimate that so many are found faster by reading all listings.
 */
const SEARCH = new Map<string, Statement<Listing & { has_svg: boolean; total: number }>>(
  SORTS.map((sort) => [
    sort,
    unprepared(
      `with ${FOUND}
       select ${LISTING_COLUMNS}, count(*) over () as total
         from found
         cross join lateral (select * from listing where app_id = found.app_id offset 0) l
         cross join lateral (select * from popularity where app_id = found.app_id offset 0) p
        order by ${RANK}, ${orderBy(ORDERS[sort])} limit :limit offset :offset`,
      Listing,
      HAS_SVG,
      { total: 'int8' },
    ),
  ]),
);

/** Lists listings, and finds them by search. */
@Injectable()
export class ListingPages {
  constructor(
    private readonly db: Database,
    private readonly sizes: CategorySizes,
    private readonly icons: IconUrls,
  ) {}

  async browse(category: string, sort: Sort, paging: Paging): Promise<Page<Listing>> {
    const values = { category };
    const total = () => this.sizes.total(category);
    const page =
      sort === 'actions' || sort === 'installs'
        ? await this.db.page(
            BY_POPULARITY,
            { order: sort, where: ['p.listed', category && 'p.category = :category'], values, total },
            paging,
          )
        : await this.db.page(BY_LISTING, { order: sort, where: ['l.listed', category && 'l.category = :category'], values, total }, paging);
    return { ...page, rows: page.rows.map((listing) => this.icons.fill(listing)) };
  }

  /** The best matches, at most a thousand, without cursors: their order is not the order of an index. */
  async search(search: SearchQueries, category: string, sort: Sort, { limit, offset = 0 }: Paging): Promise<Page<Listing>> {
    const found = await this.db.rows(SEARCH.get(sort)!, { ...search, category, limit, offset });
    // An empty page after the last match: only another page knows how many there are.
    const total = found[0]?.total ?? (offset && (await this.search(search, category, sort, { limit: 1 })).total) ?? 0;
    return { rows: found.map((listing) => this.icons.fill(listing)), total, total_capped: total >= CAPPED };
  }
}
