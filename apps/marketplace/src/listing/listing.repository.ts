import { categoryOf, type Page, svgIconFault } from '@skep/contracts';
import { type Category, Listing, ListingDetail, SORTS } from '@skep/contracts/marketplace';
import type { AppApproved, AppDelisted, SuspensionChanged } from '@skep/contracts/portal';
import { Database, type Statement, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { MarketplaceConfig } from '../marketplace.config.js';
import { ListingEntity } from './listing.entity.js';
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

/** Whether the app has an uploaded icon; `icon_url` is then the icon that the app names. */
const HAS_SVG = { has_svg: 'bool' } as const;
type IconRow = Pick<Listing, 'app_id' | 'icon_url'> & { has_svg: boolean };

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
const IS_LISTED = `not l.system and not ${IS_DELISTED} and (:category = '' or l.category = :category)`;
/** `exact` supports operators and phrases, and matches English word forms as well as literal words. */
const SEARCH_QUERIES = `(
  select websearch_to_tsquery('english', :text) || websearch_to_tsquery('simple', :text) as exact,
         to_tsquery('simple', :prefix) as prefix, to_tsquery('simple', :fuzzy) as fuzzy) query`;
const MATCHES = `${IS_LISTED} and l.document @@ (query.exact || query.prefix || query.fuzzy)`;
/** Better matches come first; the requested order decides between equal ones. */
const RANK = `
  case when lower(l.name) = lower(:text) or l.app_id = lower(:text) then 0
       when ts_filter(l.document, '{a}') @@ query.exact then 1
       when l.document @@ query.exact then 2
       when l.document @@ query.prefix then 3
       else 4 end`;

const statementsBySort = (sql: (order: string) => string) =>
  new Map<string, Statement<Listing & { has_svg: boolean }>>(
    SORTS.map((sort) => [sort, statement(sql(`${ORDERS[sort]}, l.app_id`), Listing, HAS_SVG)]),
  );
const LIST = statementsBySort(
  (order) => `select ${COLUMNS} from ${TABLES} where ${IS_LISTED} order by ${order} limit :limit offset :offset`,
);
const SEARCH = statementsBySort(
  (order) =>
    `select ${COLUMNS} from ${TABLES} cross join ${SEARCH_QUERIES} where ${MATCHES} order by ${RANK}, ${order} limit :limit offset :offset`,
);
const COUNT_ALL = statement(`select count(*) as total from listing l where ${IS_LISTED}`, { total: 'int8' });
const COUNT_FOUND = statement(`select count(*) as total from listing l cross join ${SEARCH_QUERIES} where ${MATCHES}`, { total: 'int8' });

const FIND = statement(
  `select ${COLUMNS}, l.short_description as long_description, l.pricing_config, l.functions as tools, l.published_at, l.revision, l.permissions, ${IS_DELISTED} as delisted
     from ${TABLES} where l.app_id = :app_id`,
  ListingDetail,
  HAS_SVG,
  { revision: 'int4', permissions: 'text[]', delisted: 'bool' },
);
const LIST_CATEGORIES = statement(
  `select category as id, count(*) as app_count from listing l
    where not system and not ${IS_DELISTED} and category <> '' group by category order by category`,
  { id: 'text', app_count: 'int8' },
);

const FIND_ICON = statement(`select l.icon_svg from listing l where l.app_id = :app_id and not l.system and not ${IS_DELISTED}`, {
  icon_svg: 'text?',
});

/** A lexeme that no text contains. It separates the parts of a document, so that no phrase spans two of them. */
const PHRASE_BREAK = `'''|'':1'::tsvector`;
const SEARCH_DOCUMENT = `
  setweight(to_tsvector('english', :name) || ${PHRASE_BREAK} || to_tsvector('simple', :name_words) || ${PHRASE_BREAK} || to_tsvector('simple', :id_words) || ${PHRASE_BREAK}, 'A') ||
  setweight(to_tsvector('english', :short_description) || ${PHRASE_BREAK} || to_tsvector('simple', :description_words) || ${PHRASE_BREAK}, 'B') ||
  setweight(to_tsvector('english', :other_words) || ${PHRASE_BREAK} || to_tsvector('simple', :other_words), 'C')`;
const SAVE_LISTING = statement(
  `insert into listing (app_id, developer_id, name, short_description, category, icon, pricing_model, pricing_config, version, tags,
                       functions, system, published_at, approved_at, revision, permissions, icon_svg, document)
  values (:app_id, :developer_id, :name, :short_description, :category, :icon, :pricing_model, :pricing_config, :version, :tags,
          :functions, :system, :approved_at, :approved_at, :revision, :permissions, :icon_svg, ${SEARCH_DOCUMENT})
  on conflict (app_id) do update
     set developer_id = excluded.developer_id, name = excluded.name, short_description = excluded.short_description,
         category = excluded.category, icon = excluded.icon, icon_svg = excluded.icon_svg, pricing_model = excluded.pricing_model,
         pricing_config = excluded.pricing_config, version = excluded.version, tags = excluded.tags, functions = excluded.functions,
         system = excluded.system, approved_at = excluded.approved_at, revision = excluded.revision,
         permissions = excluded.permissions, document = excluded.document
   where listing.approved_at <= excluded.approved_at
  returning app_id`,
  { app_id: 'text' },
);
const DELIST = statement(`
  insert into delisting (app_id, delisted_at) values (:app_id, :delisted_at)
  on conflict (app_id) do update set delisted_at = greatest(delisting.delisted_at, excluded.delisted_at)`);
const SET_SUSPENDED = statement(`
  insert into delisting (app_id, suspended, suspension_changed_at) values (:app_id, :suspended, :changed_at)
  on conflict (app_id) do update set suspended = excluded.suspended, suspension_changed_at = excluded.suspension_changed_at
   where delisting.suspension_changed_at is null or delisting.suspension_changed_at <= excluded.suspension_changed_at`);

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
    const filter = { ...search, category };
    const found = await this.db.rows((search ? SEARCH : LIST).get(sort)!, { ...filter, limit, offset });
    const rows = found.map((listing) => this.withIconUrl(listing));
    // A page that is not full is the last one, so the total is known.
    if (rows.length < limit && (rows.length || !offset)) return { rows, total: offset + rows.length };
    return { rows, total: (await this.db.row(search ? COUNT_FOUND : COUNT_ALL, filter))!.total };
  }

  /** A listing, also if it is delisted or belongs to a system app. */
  async find(app_id: string) {
    const found = await this.db.row(FIND, { app_id });
    return found && this.withIconUrl(found);
  }

  /** The uploaded icon of a listed app. */
  findIcon(app_id: string) {
    return this.db.row(FIND_ICON, { app_id });
  }

  async listCategories(): Promise<Category[]> {
    return (await this.db.rows(LIST_CATEGORIES)).map((category) => ({ ...category, name: categoryOf(category.id)?.name ?? category.id }));
  }

  /** Lists an app as approved. Idempotent. An approval older than the listed one only sets `published_at` to its own time if that is earlier. */
  async save(app: AppApproved): Promise<void> {
    const { id, name, description, rest } = toSearchTexts(app);
    const saved = await this.db.row(SAVE_LISTING, {
      ...app,
      pricing_config: app.pricing_config && JSON.stringify(app.pricing_config),
      functions: JSON.stringify(app.functions),
      icon_svg: validIcon(app),
      ...{ name_words: name, id_words: id, description_words: description, other_words: rest },
    });
    if (saved) return;
    const { app_id, approved_at } = app;
    await this.db.repository(ListingEntity).update({ app_id, published_at: MoreThan(approved_at) }, { published_at: approved_at });
  }

  /** Delists an app until an approval newer than `delisted_at`. The events may arrive in any order. */
  async delist(delisted: AppDelisted): Promise<void> {
    await this.db.rows(DELIST, delisted);
  }

  /** Delists an app while it is suspended, unless a newer change is known. */
  async setSuspended(change: SuspensionChanged): Promise<void> {
    await this.db.rows(SET_SUSPENDED, { ...change, suspended: change.reason !== null });
  }

  private withIconUrl<L extends IconRow>(listing: L): L {
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
