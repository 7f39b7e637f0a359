import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { page, text } from './frame.js';

const admin = () => import('../pages/admin/index.js');

type Search = Record<string, unknown>;
/** The texts of the query with these names. */
const texts =
  <const Name extends string>(...names: Name[]) =>
  (search: Search) =>
    Object.fromEntries(names.map((name) => [name, text(search[name])])) as { [N in Name]?: string };

/** For administrators: each page needs a scope, which the API checks. */
export const adminRoutes = [
  createRoute({ ...page, path: '/admin/health', component: lazyRouteComponent(admin, 'HealthPage') }),
  createRoute({
    ...page,
    path: '/admin/users',
    component: lazyRouteComponent(admin, 'Users'),
    validateSearch: texts('q', 'role', 'state'),
  }),
  createRoute({ ...page, path: '/admin/users/$userId', component: lazyRouteComponent(admin, 'UserPage') }),
  createRoute({ ...page, path: '/admin/roles', component: lazyRouteComponent(admin, 'Roles') }),
  createRoute({ ...page, path: '/admin/tenants', component: lazyRouteComponent(admin, 'Tenants') }),
  createRoute({ ...page, path: '/admin/providers', component: lazyRouteComponent(admin, 'Providers') }),
  createRoute({
    ...page,
    path: '/admin/audit',
    component: lazyRouteComponent(admin, 'Audit'),
    validateSearch: texts('actor', 'target', 'action', 'source', 'from', 'to'),
  }),
  createRoute({
    ...page,
    path: '/admin/payouts',
    component: lazyRouteComponent(admin, 'Payouts'),
    validateSearch: texts('status'),
  }),
] as const;
