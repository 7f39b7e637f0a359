import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { page, text } from './frame.js';

// Lazy modules: one for each area, and one for apps, which need the renderer.
const start = () => import('../pages/start/index.js');
const app = () => import('../pages/start/app-page.js');
const market = () => import('../pages/market/index.js');
const money = () => import('../pages/money/index.js');
const account = () => import('../pages/account/index.js');

/** For everyone who is signed in. */
export const peopleRoutes = [
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
