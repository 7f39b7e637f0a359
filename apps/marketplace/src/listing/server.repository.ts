import type { Page } from '@skep/contracts';
import type { ListServers } from '@skep/contracts/marketplace';
import { Database, defineList, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

const TEXTS = { app_id: 'text', name: 'text', short_description: 'text', homepage: 'text?', version: 'text' } as const;
const STATE = { approved_at: 'timestamptz', is_latest: 'bool' } as const;
const SERVERS = defineList(
  {
    select: 'app_id, name, short_description, homepage, version, approved_at, true as is_latest',
    from: 'listing',
    // The primary key.
    orders: { id: [['app_id', 'text', 'asc']] },
  },
  TEXTS,
  STATE,
);
const VERSIONS = statement(
  `select l.app_id, l.name, l.short_description, l.homepage, v.version, v.approved_at, v.revision = l.revision as is_latest
     from listing l join listing_version v using (app_id) where l.app_id = :app_id and l.listed order by v.revision desc limit 100`,
  TEXTS,
  STATE,
);
const HAS_TEXT = `(position(lower(:search) in app_id) > 0 or position(lower(:search) in lower(name)) > 0)`;

/** A version of a listed app, as a registry of MCP servers shows it. */
export interface ServerVersion {
  app_id: string;
  name: string;
  short_description: string;
  homepage: string | null;
  version: string;
  approved_at: Date;
  is_latest: boolean;
}

/** Listed apps as MCP servers. */
@Injectable()
export class ServerRepository {
  constructor(private readonly db: Database) {}

  /** The newest version of each app, by id. */
  list({ search, version, updated_since, ...paging }: ListServers): Promise<Page<ServerVersion>> {
    const filters = [
      'listed',
      search && HAS_TEXT,
      updated_since !== undefined && 'approved_at >= :updated_since',
      version !== undefined && version !== 'latest' && 'version = :version',
    ];
    return this.db.page(SERVERS, { order: 'id', where: [], filters, values: { search, updated_since, version } }, paging);
  }

  /** The newest hundred, newest first; none of an app that is not listed. */
  listVersions(app_id: string): Promise<ServerVersion[]> {
    return this.db.rows(VERSIONS, { app_id });
  }
}
