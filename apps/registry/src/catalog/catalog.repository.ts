import type { Page } from '@skep/contracts';
import { CatalogToolInfo } from '@skep/contracts/registry';
import { type Ctx, Database, defineList, statement, unprepared } from '@skep/platform';
import { Injectable } from '@nestjs/common';

const COLUMNS = `c.app_id, c.app_name, c.name, 'tool_' || c.name as activity, c.description, c.action_type, c.params_schema, c.permissions,
  null::float8 as score, c.embedding, c.embedding_model`;
const VECTOR = { embedding: 'bytea?', embedding_model: 'text?' } as const;
/** The schemas of the functions of an app can be a megabyte. */
const AT_ONCE = 50;

const LISTED = defineList(
  {
    select: COLUMNS,
    from: 'catalog_tool c',
    // The index catalog_tool_listed.
    orders: {
      app: [
        ['c.app_id', 'text', 'asc'],
        ['c.name', 'text', 'asc'],
      ],
    },
    atOnce: AT_ONCE,
  },
  CatalogToolInfo,
  VECTOR,
);
const INSTALLED = defineList(
  {
    select: COLUMNS,
    from: 'install i join app a using (app_id) join catalog_tool c using (app_id)',
    // With tenant and user, the primary keys of installs and tools.
    orders: {
      app: [
        ['c.app_id', 'text', 'asc'],
        ['c.name', 'text', 'asc'],
      ],
    },
    atOnce: AT_ONCE,
  },
  CatalogToolInfo,
  VECTOR,
);

/** Tools that a search ranks. */
const CANDIDATES_MAX = 100;
/** What finds tools with every word of a search, and with one of them; null for a search without words. */
const TO_QUERIES = statement(
  `select string_agg(quote_literal(lexeme), ' & ') as every_word, string_agg(quote_literal(lexeme), ' | ') as one_word
     from unnest(to_tsvector('english', :search))`,
  { every_word: 'text?', one_word: 'text?' },
);
/** Planned for its words: the index of words finds rare ones, and a scan soon finds enough tools with common ones. */
const CANDIDATES = unprepared(
  `select ${COLUMNS}, ts_rank(c.document, :query::tsquery)::float8 as rank from catalog_tool c
    where c.listed and c.document @@ :query::tsquery limit ${CANDIDATES_MAX}`,
  CatalogToolInfo,
  VECTOR,
  { rank: 'float8' },
);
const INSTALLED_CANDIDATES = statement(
  `select ${COLUMNS}, coalesce(ts_rank(c.document, :query::tsquery), 0)::float8 as rank
     from install i join app a using (app_id) join catalog_tool c using (app_id)
    where i.tenant_id = :tenant and i.user_id = :user and not a.suspended order by i.app_id, c.name limit ${CANDIDATES_MAX}`,
  CatalogToolInfo,
  VECTOR,
  { rank: 'float8' },
);

export type FoundTool = NonNullable<(typeof LISTED)['row']>;
/** A tool that a search found, and how well its words match. */
export type Candidate = FoundTool & { rank: number };

interface Paging {
  limit: number;
  cursor?: string | undefined;
}

/** Reads tools of approved apps. */
@Injectable()
export class CatalogRepository {
  constructor(private readonly db: Database) {}

  /** The tools that everyone may find, by app and name. */
  listListed(paging: Paging): Promise<Page<FoundTool>> {
    return this.db.page(LISTED, { order: 'app', where: ['c.listed'], values: {} }, paging);
  }

  /** The tools of the apps that the caller has installed. */
  listInstalled({ tenant, user }: Ctx, paging: Paging): Promise<Page<FoundTool>> {
    const where = ['i.tenant_id = :tenant', 'i.user_id = :user', 'not a.suspended'];
    return this.db.page(INSTALLED, { order: 'app', where, values: { tenant, user } }, paging);
  }

  /** Listed tools with all words of the search, or with one of them if there is none. */
  async findListed(search: string): Promise<Candidate[]> {
    const { every_word, one_word } = await this.toQueries(search);
    if (!every_word) return [];
    const withAll = await this.db.rows(CANDIDATES, { query: every_word });
    return withAll.length || every_word === one_word ? withAll : this.db.rows(CANDIDATES, { query: one_word });
  }

  /** The caller's tools, as far as they are ranked. */
  async findInstalled({ tenant, user }: Ctx, search: string): Promise<Candidate[]> {
    const { one_word: query } = await this.toQueries(search);
    return this.db.rows(INSTALLED_CANDIDATES, { tenant, user, query });
  }

  private async toQueries(search: string) {
    return (await this.db.row(TO_QUERIES, { search }))!;
  }
}
