import { categoryOf, type Page, svgIconFault } from '@skep/contracts';
import { type Category, type Listing, type ListingDetail, SORTS } from '@skep/contracts/marketplace';
import type { AppApproved, AppDelisted, SuspensionChanged } from '@skep/contracts/portal';
import { Database, type Statement, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { MarketplaceConfig } from '../marketplace.config.js';
import { splitWords } from './search-words.js';

/** One page of listings. Without `search` all are listed. */
export interface PageQuery {
  search?: SearchQueries;
  category: string;
  sort: string;
  limit: number;
  offset: number;
}

/** A search as the user typed it, and two `tsquery` texts that match more: see search-words.ts. */
export interface SearchQueries {
  text: string;
  prefix: string;
  fuzzy: string;
}

/** A listing as Postgres returns it: `icon_url` is the icon that the app names, `has_svg` whether it has an uploaded one. */
type IconRow<L> = L & { has_svg: boolean };

const COLUMNS = `
  l.app_id, l.name, l.name as display_name, l.short_description, l.category, coalesce(p.install_count, 0) as install_count,
  l.rating, l.rating as avg_rating, l.review_count, l.developer_id, l.icon as icon_url, l.icon_svg is not null as has_svg, l.pricing_model,
  l.version, l.tags, l.system, l.featured`;
const TABLES = 'listing l left join popularity p using (app_id)';
const ORDERS: Record<(typeof SORTS)[number], string> = {
  actions: 'coalesce(p.action_count, 0) desc',
  installs: 'coalesce(p.install_count, 0) desc',
  rating: 'l.rating desc, l.review_count desc',
  newest: 'l.published_at desc',
  name: 'lower(l.name)',
};
/** The app was delisted after its newest approval, or is suspended. */
const IS_DELISTED = 'exists (select from delisting d where d.app_id = l.app_id and (d.suspended or d.delisted_at >= l.approved_at))';
const IS_LISTED = `not l.system and not ${IS_DELISTED} and ($1 = '' or l.category = $1)`;
/** `exact` supports operators and phrases, and matches English word forms as well as literal words. */
const SEARCH_QUERIES = `(
  select websearch_to_tsquery('english', $2) || websearch_to_tsquery('simple', $2) as exact,
         to_tsquery('simple', $3) as prefix, to_tsquery('simple', $4) as fuzzy) query`;
const MATCHES = `${IS_LISTED} and l.document @@ (query.exact || query.prefix || query.fuzzy)`;
/** Better matches come first; the requested order decides between equal ones. */
const RANK = `
  case when lower(l.name) = lower($2) or l.app_id = lower($2) then 0
       when ts_filter(l.document, '{a}') @@ query.exact then 1
       when l.document @@ query.exact then 2
       when l.document @@ query.prefix then 3
       else 4 end`;

const statementsBySort = (sql: (order: string) => string) =>
  new Map<string, Statement<IconRow<Listing>>>(SORTS.map((sort) => [sort, statement(sql(`${ORDERS[sort]}, l.app_id`))]));
const LIST = statementsBySort((order) => `select ${COLUMNS} from ${TABLES} where ${IS_LISTED} order by ${order} limit $2 offset $3`);
const SEARCH = statementsBySort(
  (order) => `select ${COLUMNS} from ${TABLES} cross join ${SEARCH_QUERIES} where ${MATCHES} order by ${RANK}, ${order} limit $5 offset $6`,
);
const COUNT_ALL = statement<{ total: number }>(`select count(*) as total from listing l where ${IS_LISTED}`);
const COUNT_FOUND = statement<{ total: number }>(`select count(*) as total from listing l cross join ${SEARCH_QUERIES} where ${MATCHES}`);

type ListingRow = IconRow<Omit<ListingDetail, 'permissions'> & { revision: number; permissions: string[]; delisted: boolean }>;
const FIND = statement<ListingRow>(`
  select ${COLUMNS}, l.short_description as long_description, l.pricing_config, l.functions as tools, l.published_at, l.revision, l.permissions, ${IS_DELISTED} as delisted
    from ${TABLES} where l.app_id = $1`);
const LIST_CATEGORIES = statement<{ id: string; app_count: number }>(
  `select category as id, count(*) as app_count from listing l
    where not system and not ${IS_DELISTED} and category <> '' group by category order by category`,
);

const FIND_ICON = statement<{ icon_svg: string | null }>(
  `select l.icon_svg from listing l where l.app_id = $1 and not l.system and not ${IS_DELISTED}`,
);

/** A lexeme that no text contains. It separates the parts of a document, so that no phrase spans two of them. */
const PHRASE_BREAK = `'''|'':1'::tsvector`;
const SEARCH_DOCUMENT = `
  setweight(to_tsvector('english', $3) || ${PHRASE_BREAK} || to_tsvector('simple', $14) || ${PHRASE_BREAK} || to_tsvector('simple', $15) || ${PHRASE_BREAK}, 'A') ||
  setweight(to_tsvector('english', $4) || ${PHRASE_BREAK} || to_tsvector('simple', $16) || ${PHRASE_BREAK}, 'B') ||
  setweight(to_tsvector('english', $17) || ${PHRASE_BREAK} || to_tsvector('simple', $17), 'C')`;
const SAVE_LISTING = statement<{ app_id: string }>(`
  insert into listing (app_id, developer_id, name, short_description, category, icon, pricing_model, pricing_config, version, tags,
                       functions, system, published_at, approved_at, revision, permissions, icon_svg, document)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $18, $19, $20, ${SEARCH_DOCUMENT})
  on conflict (app_id) do update
     set developer_id = excluded.developer_id, name = excluded.name, short_description = excluded.short_description,
         category = excluded.category, icon = excluded.icon, icon_svg = excluded.icon_svg, pricing_model = excluded.pricing_model,
         pricing_config = excluded.pricing_config, version = excluded.version, tags = excluded.tags, functions = excluded.functions,
         system = excluded.system, approved_at = excluded.approved_at, revision = excluded.revision,
         permissions = excluded.permissions, document = excluded.document
   where listing.approved_at <= excluded.approved_at
  returning app_id`);
const DELIST = statement(`
  insert into delisting (app_id, delisted_at) values ($1, $2)
  on conflict (app_id) do update set delisted_at = greatest(delisting.delisted_at, excluded.delisted_at)`);
const SET_SUSPENDED = statement(`
  insert into delisting (app_id, suspended, suspension_changed_at) values ($1, $2, $3)
  on conflict (app_id) do update set suspended = excluded.suspended, suspension_changed_at = excluded.suspension_changed_at
   where delisting.suspension_changed_at is null or delisting.suspension_changed_at <= excluded.suspension_changed_at`);
const SET_EARLIER_PUBLICATION = statement('update listing set published_at = $2 where app_id = $1 and published_at > $2');

/** Reads and writes listings, and finds them by search. */
@Injectable()
export class ListingRepository {
  private readonly publicUrl: string;

  constructor(
    private readonly db: Database,
    config: MarketplaceConfig,
  ) {
    this.publicUrl = config.SKEP_PUBLIC_URL.replace(/\/+$/, '');
  }

  async findPage({ search, category, sort, limit, offset }: PageQuery): Promise<Page<Listing>> {
    const filter = search ? [category, search.text, search.prefix, search.fuzzy] : [category];
    const found = await this.db.rows((search ? SEARCH : LIST).get(sort)!, [...filter, limit, offset]);
    const rows = found.map((listing) => this.withIconUrl(listing));
    // A page that is not full is the last one, so the total is known.
    if (rows.length < limit && (rows.length || !offset)) return { rows, total: offset + rows.length };
    return { rows, total: (await this.db.row(search ? COUNT_FOUND : COUNT_ALL, filter))!.total };
  }

  /** A listing, also if it is delisted or belongs to a system app. */
  async find(appId: string) {
    const found = await this.db.row(FIND, [appId]);
    return found && this.withIconUrl(found);
  }

  /** The uploaded icon of a listed app. */
  findIcon(appId: string) {
    return this.db.row(FIND_ICON, [appId]);
  }

  async listCategories(): Promise<Category[]> {
    return (await this.db.rows(LIST_CATEGORIES)).map((category) => ({ ...category, name: categoryOf(category.id)?.name ?? category.id }));
  }

  /** Lists an app as approved. Idempotent. An approval older than the listed one only sets `published_at` to its own time if that is earlier. */
  async save(app: AppApproved): Promise<void> {
    const { app_id, developer_id, name, short_description, category, icon, pricing_model, pricing_config, version, tags } = app;
    const texts = toSearchTexts(app);
    const saved = await this.db.row(SAVE_LISTING, [
      app_id,
      developer_id,
      name,
      short_description,
      category,
      icon,
      pricing_model,
      pricing_config && JSON.stringify(pricing_config),
      version,
      tags,
      JSON.stringify(app.functions),
      app.system,
      app.approved_at,
      texts.name,
      texts.id,
      texts.description,
      texts.rest,
      app.revision,
      app.permissions,
      validIcon(app),
    ]);
    if (!saved) await this.db.rows(SET_EARLIER_PUBLICATION, [app_id, app.approved_at]);
  }

  /** Delists an app until an approval newer than `delisted_at`. The events may arrive in any order. */
  async delist({ app_id, delisted_at }: AppDelisted): Promise<void> {
    await this.db.rows(DELIST, [app_id, delisted_at]);
  }

  /** Delists an app while it is suspended, unless a newer change is known. */
  async setSuspended({ app_id, reason, changed_at }: SuspensionChanged): Promise<void> {
    await this.db.rows(SET_SUSPENDED, [app_id, reason !== null, changed_at]);
  }

  private withIconUrl<L extends IconRow<Pick<Listing, 'app_id' | 'icon_url'>>>(listing: L): L {
    return listing.has_svg ? { ...listing, icon_url: `${this.publicUrl}/v1/marketplace/apps/${listing.app_id}/icon` } : listing;
  }
}

/** Null for an icon that the check refuses, so that no event can make one public. */
const validIcon = ({ icon_svg }: AppApproved): string | null => (icon_svg && !svgIconFault(icon_svg) ? icon_svg : null);

/** Characters of each text that a search matches: Postgres refuses a document of more than 1 MB. */
const MAX_TEXT_LENGTH = 50_000;

/** The texts that a search matches, reduced to words. */
export function toSearchTexts({ app_id, name, short_description, tags, functions, category }: AppApproved) {
  const rest = [category, ...tags, ...functions.flatMap((f) => [f.name, f.description])].join(' ');
  const toWords = (text: string) => splitWords(text.slice(0, MAX_TEXT_LENGTH)).join(' ');
  return { id: toWords(app_id), name: toWords(name), description: toWords(short_description), rest: toWords(rest) };
}
