import {
  type ListServers,
  marketplace,
  type ServerEntry,
  ServerNotFound,
  type ServerRef,
  type ServerVersionRef,
} from '@skep/contracts/marketplace';
import { type Ctx, Handle, Handlers, siteOf } from '@skep/platform';
import { isIP } from 'node:net';
import { MarketplaceConfig } from '../marketplace.config.js';
import { ServerRepository, type ServerVersion } from './server.repository.js';

const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';
/** The field of `_meta` that clients of the official registry read. */
const OFFICIAL = 'io.modelcontextprotocol.registry/official';
const DESCRIPTION_MAX = 100;

/** The marketplace as a registry of MCP servers: each listed app is a server at an address of its own. */
@Handlers()
export class ServerHandlers {
  private readonly site: string;
  /** What the names of all servers begin with: the host of this installation, reversed, such as `com.example.skep/`. */
  private readonly prefix: string;

  constructor(
    private readonly servers: ServerRepository,
    config: MarketplaceConfig,
  ) {
    this.site = siteOf(config);
    const { hostname } = new URL(this.site);
    this.prefix = `${isIP(hostname) ? hostname : hostname.split('.').reverse().join('.')}/`;
  }

  @Handle(marketplace.listServers)
  async listServers(_: Ctx, input: ListServers) {
    const { rows, has_more, cursorAt } = await this.servers.list(input);
    const nextCursor = has_more ? cursorAt?.(rows.length - 1) : undefined;
    return { servers: rows.map((row) => this.toEntry(row)), metadata: { count: rows.length, ...(nextCursor && { nextCursor }) } };
  }

  @Handle(marketplace.listServerVersions)
  async listServerVersions(_: Ctx, { server_name }: ServerRef) {
    const servers = (await this.find(server_name)).map((row) => this.toEntry(row));
    return { servers, metadata: { count: servers.length } };
  }

  @Handle(marketplace.getServerVersion)
  async getServerVersion(_: Ctx, { server_name, version }: ServerVersionRef) {
    const versions = await this.find(server_name);
    const found = versions.find((each) => (version === 'latest' ? each.is_latest : each.version === version));
    if (!found) throw ServerNotFound();
    return this.toEntry(found);
  }

  /** @throws Problem `server_not_found` */
  private async find(server_name: string): Promise<ServerVersion[]> {
    const versions = server_name.startsWith(this.prefix) ? await this.servers.listVersions(server_name.slice(this.prefix.length)) : [];
    if (!versions.length) throw ServerNotFound();
    return versions;
  }

  private toEntry({ app_id, name, short_description, homepage, version, approved_at, is_latest }: ServerVersion): ServerEntry {
    return {
      server: {
        ...{ $schema: SCHEMA, name: `${this.prefix}${app_id}`, title: name.slice(0, DESCRIPTION_MAX) },
        ...{ description: (short_description || name).slice(0, DESCRIPTION_MAX), version },
        ...(homepage && { websiteUrl: homepage }),
        remotes: [{ type: 'streamable-http', url: `${this.site}/mcp/${app_id}` }],
      },
      _meta: { [OFFICIAL]: { status: 'active', publishedAt: approved_at, updatedAt: approved_at, isLatest: is_latest } },
    };
  }
}
