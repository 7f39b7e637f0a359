import { svgIconFault } from '@skep/contracts';
import { AppNotFound, ListingDetail } from '@skep/contracts/marketplace';
import type { AppApproved, AppDelisted, SuspensionChanged } from '@skep/contracts/portal';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { CategorySizes } from './category-sizes.js';
import { IconUrls } from './icon-urls.js';
import { HAS_SVG, LISTING_COLUMNS } from './listing-columns.js';
import { ListingEntity } from './listing.entity.js';
import { splitWords } from './search-words.js';

const FIND = statement(
  `select ${LISTING_COLUMNS}, l.short_description as long_description, l.pricing_config, l.functions as tools, l.published_at, l.author, l.homepage, l.license, l.capabilities, l.revision, l.permissions, (select website from publisher where developer_id = l.developer_id) as publisher_website, not l.listed and not l.system as delisted
     from listing l left join popularity p using (app_id) where l.app_id = :app_id`,
  ListingDetail,
  HAS_SVG,
  { revision: 'int4', permissions: 'text[]', delisted: 'bool' },
);
const FIND_ICON = statement(`select l.icon_svg from listing l where l.app_id = :app_id and l.listed`, {
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
                       functions, system, published_at, approved_at, revision, permissions, icon_svg, author, homepage, license, capabilities, document)
  values (:app_id, :developer_id, :name, :short_description, :category, :icon, :pricing_model, :pricing_config, :version, :tags,
          :functions, :system, :approved_at, :approved_at, :revision, :permissions, :icon_svg, :author, :homepage, :license, :capabilities, ${SEARCH_DOCUMENT})
  on conflict (app_id) do update
     set developer_id = excluded.developer_id, name = excluded.name, short_description = excluded.short_description,
         category = excluded.category, icon = excluded.icon, icon_svg = excluded.icon_svg, pricing_model = excluded.pricing_model,
         pricing_config = excluded.pricing_config, version = excluded.version, tags = excluded.tags, functions = excluded.functions,
         system = excluded.system, approved_at = excluded.approved_at, revision = excluded.revision,
         permissions = excluded.permissions, author = excluded.author, homepage = excluded.homepage, license = excluded.license, capabilities = excluded.capabilities, document = excluded.document
   where listing.approved_at <= excluded.approved_at
  returning app_id`,
  { app_id: 'text' },
);
/** Decides whether an app is listed, from all that is known of it: an approval, delistings and suspensions arrive in any order. */
const SET_LISTED = statement(
  `update listing l set listed = not l.system and not exists (
            select from delisting d where d.app_id = l.app_id and (d.suspended or d.delisted_at >= l.approved_at))
    where app_id = :app_id returning category, listed`,
  { category: 'text', listed: 'bool' },
);
/** A row for each listing, so that lists by popularity hold the apps that no one has called yet. */
const SET_POPULARITY = statement(`
  insert into popularity (app_id, category, listed) values (:app_id, :category, :listed)
  on conflict (app_id) do update set category = excluded.category, listed = excluded.listed`);
const DELIST = statement(`
  insert into delisting (app_id, delisted_at) values (:app_id, :delisted_at)
  on conflict (app_id) do update set delisted_at = greatest(delisting.delisted_at, excluded.delisted_at)`);
const SET_SUSPENDED = statement(`
  insert into delisting (app_id, suspended, suspension_changed_at) values (:app_id, :suspended, :changed_at)
  on conflict (app_id) do update set suspended = excluded.suspended, suspension_changed_at = excluded.suspension_changed_at
   where delisting.suspension_changed_at is null or delisting.suspension_changed_at <= excluded.suspension_changed_at`);

/** Reads and writes single listings. Each write keeps the sizes of categories. */
@Injectable()
export class ListingRepository {
  constructor(
    private readonly db: Database,
    private readonly sizes: CategorySizes,
    private readonly icons: IconUrls,
  ) {}

  /** A listing, also if it is delisted or belongs to a system app. */
  async find(app_id: string) {
    const found = await this.db.row(FIND, { app_id });
    return found && this.icons.fill(found);
  }

  /** A listing that everyone sees. @throws AppNotFound if it is delisted or belongs to a system app */
  async getListed(app_id: string) {
    const listing = await this.find(app_id);
    if (!listing || listing.system || listing.delisted) throw AppNotFound();
    return listing;
  }

  /** The uploaded icon of a listed app. */
  findIcon(app_id: string) {
    return this.db.row(FIND_ICON, { app_id });
  }

  /** Lists an app as approved. Idempotent. An approval older than the listed one only sets `published_at` to its own time if that is earlier. */
  async save(app: AppApproved): Promise<void> {
    const { id, name, description, rest } = toSearchTexts(app);
    const { app_id, approved_at, category } = app;
    const before = await this.db.repository(ListingEntity).findOne({ select: { category: true }, where: { app_id } });
    const saved = await this.db.row(SAVE_LISTING, {
      ...app,
      pricing_config: app.pricing_config && JSON.stringify(app.pricing_config),
      functions: JSON.stringify(app.functions),
      icon_svg: validIcon(app),
      capabilities: app.capabilities ? JSON.stringify(app.capabilities) : null,
      ...{ author: app.author ?? null, homepage: app.homepage ?? null, license: app.license ?? null },
      ...{ name_words: name, id_words: id, description_words: description, other_words: rest },
    });
    if (!saved) {
      await this.db.repository(ListingEntity).update({ app_id, published_at: MoreThan(approved_at) }, { published_at: approved_at });
      return;
    }
    await this.updateListed(app_id);
    if (before && before.category !== category) await this.sizes.recount([before.category]);
  }

  /** Delists an app until an approval newer than `delisted_at`. The events may arrive in any order. */
  async delist(delisted: AppDelisted): Promise<void> {
    await this.db.rows(DELIST, delisted);
    await this.updateListed(delisted.app_id);
  }

  /** Delists an app while it is suspended, unless a newer change is known. */
  async setSuspended(change: SuspensionChanged): Promise<void> {
    await this.db.rows(SET_SUSPENDED, { ...change, suspended: change.reason !== null });
    await this.updateListed(change.app_id);
  }

  private async updateListed(app_id: string): Promise<void> {
    const listing = await this.db.row(SET_LISTED, { app_id });
    if (!listing) return;
    await this.db.rows(SET_POPULARITY, { app_id, ...listing });
    await this.sizes.recount([listing.category]);
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
