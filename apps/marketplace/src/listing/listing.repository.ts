import {
  type AppApproved,
  type AppDelisted,
  categoryOf,
  type Category,
  type Listing,
  type ListingDetail,
  type Page,
  SORTS,
  svgIconFault,
  type SuspensionChanged,
} from '@skep/contracts';
import { Database, type Statement, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { MarketplaceConfig } from '../marketplace.config.js';
import { wordsOf } from './words.js';

/** One page of what is wanted. `search`: see `Wanted`; undefined lists everything. */
export interface Query {
  search?: Wanted;
  category: string;
  sort: string;
  limit: number;
  offset: number;
}

/** A search as it was typed, and two text search queries that find more: see words.ts. */
export interface Wanted {
  text: string;
  beginning: string;
  forgiving: string;
}

/** As Postgres has it: `icon_url` is what the app names; `has_svg` says that it has uploaded an icon. */
type Found<L> = L & { has_svg: boolean };

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
/** Taken out of the marketplace since its newest approval, or suspended. */
const DELISTED = 'exists (select from delisting d where d.app_id = l.app_id and (d.suspended or d.delisted_at >= l.approved_at))';
const LISTED = `not l.system and not ${DELISTED} and ($1 = '' or l.category = $1)`;
/** With operators, phrases and word forms as English has them, and as they stand. */
const ASKED = `(
  select websearch_to_tsquery('english', $2) || websearch_to_tsquery('simple', $2) as exact,
         to_tsquery('simple', $3) as beginning, to_tsquery('simple', $4) as forgiving) asked`;
const FOUND = `${LISTED} and l.document @@ (asked.exact || asked.beginning || asked.forgiving)`;
/** Better matches come first; among equals the order asked for decides. */
const TIER = `
  case when lower(l.name) = lower($2) or l.app_id = lower($2) then 0
       when ts_filter(l.document, '{a}') @@ asked.exact then 1
       when l.document @@ asked.exact then 2
       when l.document @@ asked.beginning then 3
       else 4 end`;

const bySort = (text: (order: string) => string) =>
  new Map<string, Statement<Found<Listing>>>(SORTS.map((sort) => [sort, statement(text(`${ORDERS[sort]}, l.app_id`))]));
const BROWSE = bySort((order) => `select ${COLUMNS} from ${TABLES} where ${LISTED} order by ${order} limit $2 offset $3`);
const SEARCH = bySort(
  (order) => `select ${COLUMNS} from ${TABLES} cross join ${ASKED} where ${FOUND} order by ${TIER}, ${order} limit $5 offset $6`,
);
const COUNT_ALL = statement<{ total: number }>(`select count(*) as total from listing l where ${LISTED}`);
const COUNT_FOUND = statement<{ total: number }>(`select count(*) as total from listing l cross join ${ASKED} where ${FOUND}`);

type One = Found<Omit<ListingDetail, 'permissions'> & { revision: number; permissions: string[]; delisted: boolean }>;
const ONE = statement<One>(`
  select ${COLUMNS}, l.short_description as long_description, l.pricing_config, l.functions as tools, l.published_at, l.revision, l.permissions, ${DELISTED} as delisted
    from ${TABLES} where l.app_id = $1`);
const CATEGORIES = statement<{ id: string; app_count: number }>(
  `select category as id, count(*) as app_count from listing l
    where not system and not ${DELISTED} and category <> '' group by category order by category`,
);

const ICON = statement<{ icon_svg: string | null }>(
  `select l.icon_svg from listing l where l.app_id = $1 and not l.system and not ${DELISTED}`,
);

/** A word that no text holds, so that no phrase reaches from one part of a document into the next. */
const GAP = `'''|'':1'::tsvector`;
const DOCUMENT = `
  setweight(to_tsvector('english', $3) || ${GAP} || to_tsvector('simple', $14) || ${GAP} || to_tsvector('simple', $15) || ${GAP}, 'A') ||
  setweight(to_tsvector('english', $4) || ${GAP} || to_tsvector('simple', $16) || ${GAP}, 'B') ||
  setweight(to_tsvector('english', $17) || ${GAP} || to_tsvector('simple', $17), 'C')`;
const SHOW = statement<{ app_id: string }>(`
  insert into listing (app_id, developer_id, name, short_description, category, icon, pricing_model, pricing_config, version, tags,
                       functions, system, published_at, approved_at, revision, permissions, icon_svg, document)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $18, $19, $20, ${DOCUMENT})
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
const SUSPEND = statement(`
  insert into delisting (app_id, suspended, suspension_changed_at) values ($1, $2, $3)
  on conflict (app_id) do update set suspended = excluded.suspended, suspension_changed_at = excluded.suspension_changed_at
   where delisting.suspension_changed_at is null or delisting.suspension_changed_at <= excluded.suspension_changed_at`);
const SHOWN_EARLIER = statement('update listing set published_at = $2 where app_id = $1 and published_at > $2');

@Injectable()
export class ListingRepository {
  private readonly site: string;

  constructor(
    private readonly db: Database,
    config: MarketplaceConfig,
  ) {
    this.site = config.SKEP_PUBLIC_URL.replace(/\/+$/, '');
  }

  async page({ search, category, sort, limit, offset }: Query): Promise<Page<Listing>> {
    const filter = search ? [category, search.text, search.beginning, search.forgiving] : [category];
    const found = await this.db.rows((search ? SEARCH : BROWSE).get(sort)!, [...filter, limit, offset]);
    const rows = found.map((listing) => this.withIcon(listing));
    // A page that is not full is the last one, so the total is known.
    if (rows.length < limit && (rows.length || !offset)) return { rows, total: offset + rows.length };
    return { rows, total: (await this.db.row(search ? COUNT_FOUND : COUNT_ALL, filter))!.total };
  }

  /** A listing, also a delisted one, or one of a system app. */
  async one(appId: string) {
    const found = await this.db.row(ONE, [appId]);
    return found && this.withIcon(found);
  }

  /** The uploaded icon of a listed app. */
  iconOf(appId: string) {
    return this.db.row(ICON, [appId]);
  }

  async categories(): Promise<Category[]> {
    return (await this.db.rows(CATEGORIES)).map((category) => ({ ...category, name: categoryOf(category.id)?.name ?? category.id }));
  }

  /** Shows an app as it was approved, also where it is told again. An approval older than the one shown changes nothing but when the app was first published. */
  async show(app: AppApproved): Promise<void> {
    const { app_id, developer_id, name, short_description, category, icon, pricing_model, pricing_config, version, tags } = app;
    const about = aboutOf(app);
    const shown = await this.db.row(SHOW, [
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
      about.name,
      about.id,
      about.description,
      about.rest,
      app.revision,
      app.permissions,
      safeIcon(app),
    ]);
    if (!shown) await this.db.rows(SHOWN_EARLIER, [app_id, app.approved_at]);
  }

  /** Lists an app no more until it is approved again, in whatever order the two are heard. */
  async hide({ app_id, delisted_at }: AppDelisted): Promise<void> {
    await this.db.rows(DELIST, [app_id, delisted_at]);
  }

  private withIcon<L extends Found<Pick<Listing, 'app_id' | 'icon_url'>>>(listing: L): L {
    return listing.has_svg ? { ...listing, icon_url: `${this.site}/v1/marketplace/apps/${listing.app_id}/icon` } : listing;
  }

  /** Lists an app no more while it is suspended; afterwards as before. */
  async setSuspended({ app_id, reason, changed_at }: SuspensionChanged): Promise<void> {
    await this.db.rows(SUSPEND, [app_id, reason !== null, changed_at]);
  }
}

/** An icon that does not pass is none: no event, whoever tells it, makes it public. */
const safeIcon = ({ icon_svg }: AppApproved): string | null => (icon_svg && !svgIconFault(icon_svg) ? icon_svg : null);

/** The most text of one kind that a search looks at: Postgres refuses a document of more than 1 MB. */
const ENOUGH = 50_000;

/** What a search looks at, as plain words. */
export function aboutOf({ app_id, name, short_description, tags, functions, category }: AppApproved) {
  const rest = [category, ...tags, ...functions.flatMap((f) => [f.name, f.description])].join(' ');
  const plain = (text: string) => wordsOf(text.slice(0, ENOUGH)).join(' ');
  return { id: plain(app_id), name: plain(name), description: plain(short_description), rest: plain(rest) };
}
