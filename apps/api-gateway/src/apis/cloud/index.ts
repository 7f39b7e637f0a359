import { api } from '../../api.js';
import { accessToken } from '../../auth/access-tokens.js';
import { apiKey } from '../../auth/api-keys.js';
import { extensionToken } from '../../auth/extension-tokens.js';
import { serviceToken } from '../../auth/service-tokens.js';
import { authRoutes } from './auth.js';
import { billingRoutes } from './billing.js';
import { connectionRoutes } from './connections.js';
import { controllers } from './controllers.js';
import { dataRoutes } from './data.js';
import { developerRoutes } from './developer.js';
import { kernelRoutes } from './kernel.js';
import { marketplaceRoutes } from './marketplace.js';
import { peopleRoutes } from './people.js';
import { registryRoutes } from './registry.js';
import { taskRoutes } from './tasks.js';
import { tenantRoutes } from './tenants.js';

/** The API of the extension cloud. */
export const cloud = api({
  name: 'cloud',
  prefix: '/v1',
  info: {
    title: 'Skep',
    summary: 'A self-hosted extension cloud for AI agents.',
    description: [
      'Find, install, call, pay for and publish tools, with every call authorised, metered and audited.',
      'Times are RFC 3339 in UTC. Amounts are integers in credits unless a field says otherwise; 1 credit is $0.001 and is called `token` in fields.',
      'A property with type `null` is null when it has no value; optional properties may be missing.',
      'Errors are problems (RFC 9457) with a `code`; each code has a page at `/problems/{code}`.',
    ].join('\n\n'),
  },
  tags: {
    auth: 'Accounts, sessions, tokens, API keys, users, roles and tenants.',
    registry: 'Installed extensions and their functions.',
    marketplace: 'Find and install extensions.',
    billing: 'Wallet, usage, plans, top-ups and payments.',
    portal: 'Publish extensions: developers, apps, deploys, reviews.',
    kernel: 'Run extensions: calls, actions, events, automations.',
    connections: 'Secrets of apps, and accounts at other providers.',
    gateway: 'The state of the gateway.',
  },
  auth: [extensionToken, serviceToken, accessToken, apiKey],
  routes: [
    ...authRoutes,
    ...tenantRoutes,
    ...registryRoutes,
    ...marketplaceRoutes,
    ...billingRoutes,
    ...developerRoutes,
    ...kernelRoutes,
    ...peopleRoutes,
    ...taskRoutes,
    ...dataRoutes,
    ...connectionRoutes,
  ],
  controllers,
  files: { openapi: 'openapi.json', matrix: 'docs/authorisation-matrix.md' },
});
