import { authRoutes } from './auth.js';
import { billingRoutes } from './billing.js';
import type { Route } from './define.js';
import { developerRoutes } from './developer.js';
import { kernelRoutes } from './kernel.js';
import { marketplaceRoutes } from './marketplace.js';
import { registryRoutes } from './registry.js';
import { tenantRoutes } from './tenants.js';

/** The public API, whole, but for the event stream and the pages, which are controllers. */
export const routes: readonly Route[] = [
  ...authRoutes,
  ...tenantRoutes,
  ...registryRoutes,
  ...marketplaceRoutes,
  ...billingRoutes,
  ...developerRoutes,
  ...kernelRoutes,
];
