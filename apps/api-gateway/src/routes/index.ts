import { authRoutes } from './auth.js';
import { billingRoutes } from './billing.js';
import type { Route } from './define.js';
import { developerRoutes } from './developer.js';
import { kernelRoutes } from './kernel.js';
import { marketplaceRoutes } from './marketplace.js';
import { registryRoutes } from './registry.js';
import { tenantRoutes } from './tenants.js';

/** All routes of the public API, except those of controllers: the event stream, the webhook and the pages. */
export const routes: readonly Route[] = [
  ...authRoutes,
  ...tenantRoutes,
  ...registryRoutes,
  ...marketplaceRoutes,
  ...billingRoutes,
  ...developerRoutes,
  ...kernelRoutes,
];
