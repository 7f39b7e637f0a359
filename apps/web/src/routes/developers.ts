import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { page, text } from './frame.js';

// The editor and the templates are chunks of their own: most pages do without them.
const developers = () => import('../pages/developers/index.js');
const newApp = () => import('../pages/developers/new-app.js');
const code = () => import('../pages/developers/editor/code-page.js');

const number = (value: unknown): number | undefined => Number(value) || undefined;

/** For people who build apps. */
export const developerRoutes = [
  createRoute({ ...page, path: '/developers', component: lazyRouteComponent(developers, 'Developers') }),
  createRoute({ ...page, path: '/developers/new', component: lazyRouteComponent(newApp, 'NewApp') }),
  createRoute({ ...page, path: '/earnings', component: lazyRouteComponent(developers, 'EarningsPage') }),
  createRoute({
    ...page,
    path: '/developers/apps/$appId',
    component: lazyRouteComponent(developers, 'AppOverview'),
    validateSearch: ({ days }: Record<string, unknown>): { days?: number } => ({ days: number(days) }),
  }),
  createRoute({ ...page, path: '/developers/apps/$appId/code', component: lazyRouteComponent(code, 'CodePage') }),
  createRoute({ ...page, path: '/developers/apps/$appId/try', component: lazyRouteComponent(developers, 'TryPage') }),
  createRoute({
    ...page,
    path: '/developers/apps/$appId/releases',
    component: lazyRouteComponent(developers, 'ReleasesPage'),
    validateSearch: ({ from, to }: Record<string, unknown>): { from?: number; to?: number } => ({ from: number(from), to: number(to) }),
  }),
  createRoute({ ...page, path: '/developers/apps/$appId/prices', component: lazyRouteComponent(developers, 'PricesPage') }),
  createRoute({ ...page, path: '/developers/apps/$appId/access', component: lazyRouteComponent(developers, 'AccessPage') }),
  createRoute({
    ...page,
    path: '/developers/apps/$appId/logs',
    component: lazyRouteComponent(developers, 'LogsPage'),
    validateSearch: ({ level, call }: Record<string, unknown>): { level?: string; call?: string } => ({
      level: text(level),
      call: text(call),
    }),
  }),
] as const;
