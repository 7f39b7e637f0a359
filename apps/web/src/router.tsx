import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { ApiProblem } from './data/api.js';
import { nextPlace } from './data/next-place.js';
import { meQuery } from './data/session.js';
import { NotFound, PageFailure } from './pages/failures.js';
import { Shell } from './shell/shell.js';
import { Loading } from './ui/notice.js';

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: () => (
    <main className="mx-auto max-w-2xl px-4 py-16">
      <NotFound />
    </main>
  ),
});

const next = (search: Record<string, unknown>): { next?: string } => ({ next: nextPlace(search) });

// Lazy modules: one for people who are not signed in, one for each area, and one for apps, which need the renderer.
const entry = () => import('./pages/entry/index.js');
const start = () => import('./pages/start/index.js');
const app = () => import('./pages/start/app-page.js');
const market = () => import('./pages/market/index.js');
const money = () => import('./pages/money/index.js');
const account = () => import('./pages/account/index.js');

const guest = { getParentRoute: () => root, validateSearch: next };
const guestRoutes = [
  createRoute({ ...guest, path: '/sign-in', component: lazyRouteComponent(entry, 'SignIn') }),
  createRoute({ ...guest, path: '/sign-up', component: lazyRouteComponent(entry, 'SignUp') }),
  createRoute({ ...guest, path: '/forgot-password', component: lazyRouteComponent(entry, 'ForgotPassword') }),
  createRoute({ getParentRoute: () => root, path: '/signed-in', component: lazyRouteComponent(entry, 'SignedIn') }),
];

/** For development: all components of panels. A production build leaves it out. */
const gallery = import.meta.env.DEV
  ? [
      createRoute({
        getParentRoute: () => root,
        path: '/gallery',
        component: lazyRouteComponent(() => import('./gallery/gallery.js'), 'Gallery'),
      }),
    ]
  : [];

/** The frame of all pages that need a user. Who is not signed in is sent to the sign-in, and comes back. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    await context.queries.ensureQueryData(meQuery).catch((error: unknown) => {
      if (error instanceof ApiProblem && error.status === 401) throw redirect({ to: '/sign-in', search: { next: location.href } });
      throw error;
    });
  },
});

const page = { getParentRoute: () => shell };
const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);
const pages = [
  createRoute({ ...page, path: '/', component: lazyRouteComponent(start, 'Home') }),
  createRoute({ ...page, path: '/apps/$appId', component: lazyRouteComponent(app, 'AppPage') }),
  createRoute({ ...page, path: '/confirmations', component: lazyRouteComponent(start, 'Confirmations') }),
  createRoute({ ...page, path: '/confirmations/$confirmationId', component: lazyRouteComponent(start, 'ConfirmationPage') }),
  createRoute({ ...page, path: '/activity', component: lazyRouteComponent(start, 'Activity') }),
  createRoute({ ...page, path: '/notifications', component: lazyRouteComponent(start, 'Notifications') }),
  createRoute({ ...page, path: '/automations', component: lazyRouteComponent(start, 'Automations') }),
  createRoute({
    ...page,
    path: '/marketplace',
    component: lazyRouteComponent(market, 'Marketplace'),
    validateSearch: (search: Record<string, unknown>): { q?: string; category?: string; sort?: string } => ({
      q: text(search.q),
      category: text(search.category),
      sort: text(search.sort),
    }),
  }),
  createRoute({ ...page, path: '/marketplace/$appId', component: lazyRouteComponent(market, 'ListingPage') }),
  createRoute({ ...page, path: '/wallet', component: lazyRouteComponent(money, 'WalletPage') }),
  createRoute({ ...page, path: '/account/security', component: lazyRouteComponent(account, 'Security') }),
  createRoute({ ...page, path: '/account/keys', component: lazyRouteComponent(account, 'Keys') }),
  createRoute({ ...page, path: '/account/connections', component: lazyRouteComponent(account, 'Connections') }),
  createRoute({ ...page, path: '/account/mcp', component: lazyRouteComponent(account, 'Mcp') }),
] as const;

export const createAppRouter = (queries: QueryClient) =>
  createRouter({
    routeTree: root.addChildren([...guestRoutes, ...gallery, shell.addChildren([...pages])]),
    basepath: '/app',
    context: { queries },
    defaultPreload: 'intent',
    defaultPendingComponent: Loading,
    defaultErrorComponent: PageFailure,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
