import { marketplace } from '@skep/contracts/marketplace';
import { api } from '../../api.js';
import { crossOriginExchange } from '../../exchange/cross-origin-exchange.js';
import { open } from '../../route.js';
import { routeBuilder } from '../../table.js';

const get = routeBuilder('GET', crossOriginExchange);

/** The registry of MCP servers (https://registry.modelcontextprotocol.io, API v0.1), from which clients of MCP choose. */
export const servers = api({
  name: 'servers',
  prefix: '/v0.1',
  info: {
    title: 'Skep, registry of MCP servers',
    summary: 'The apps of the marketplace as MCP servers.',
    description: 'Speaks the API v0.1 of registries of MCP servers. Pages of any origin may read it.',
  },
  tags: { marketplace: 'Servers and their versions.' },
  auth: [],
  routes: [
    get('/v0.1/servers', marketplace.listServers, open()),
    get('/v0.1/servers/{server_name}/versions', marketplace.listServerVersions, open()),
    get('/v0.1/servers/{server_name}/versions/{version}', marketplace.getServerVersion, open()),
  ],
});
