import { api } from '../../api.js';
import { accessToken } from '../../auth/access-tokens.js';
import { apiKey } from '../../auth/api-keys.js';
import { extensionToken } from '../../auth/extension-tokens.js';
import { serviceToken } from '../../auth/service-tokens.js';
import { appRoutes } from './apps.js';
import { authRoutes } from './auth.js';
import { automationRoutes } from './automation.js';
import { billingRoutes } from './billing.js';
import { channelRoutes } from './channels.js';
import { codingRoutes } from './coding.js';
import { connectionRoutes } from './connections.js';
import { controllers } from './controllers.js';
import { dataRoutes } from './data.js';
import { developerRoutes } from './developer.js';
import { kernelRoutes } from './kernel.js';
import { marketplaceRoutes } from './marketplace.js';
import { modelRoutes } from './models.js';
import { peopleRoutes } from './people.js';
import { pricingRoutes } from './pricing.js';
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
    channels: 'Notifications, and where they go.',
    kernel: 'Run extensions: calls, actions, events.',
    automation: 'Rules that run functions without a person.',
    connections: 'Secrets of apps, and accounts at other providers.',
    models: 'Language models.',
    agent: 'Coding sessions of terminals, and their remote control.',
    gateway: 'The state of the gateway.',
  },
  auth: [extensionToken, serviceToken, accessToken, apiKey],
  takesSessions: true,
  routes: [
    ...authRoutes,
    ...tenantRoutes,
    ...registryRoutes,
    ...marketplaceRoutes,
    ...billingRoutes,
    ...pricingRoutes,
    ...developerRoutes,
    ...appRoutes,
    ...kernelRoutes,
    ...peopleRoutes,
    ...taskRoutes,
    ...dataRoutes,
    ...connectionRoutes,
    ...channelRoutes,
    ...modelRoutes,
    ...automationRoutes,
    ...codingRoutes,
  ],
  controllers,
  files: { openapi: 'openapi.json', matrix: 'docs/authorisation-matrix.md' },
});
