import type { QueryClient } from '@tanstack/react-query';
import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { PageFailure } from './pages/failures.js';
import { adminRoutes } from './routes/admin.js';
import { agentRoutes } from './routes/agents.js';
import { coachRoutes } from './routes/coach.js';
import { developerRoutes } from './routes/developers.js';
import { root, shell } from './routes/frame.js';
import { guestRoutes } from './routes/guests.js';
import { peopleRoutes } from './routes/people.js';
import { reviewRoutes } from './routes/review.js';
import { traceRoutes } from './routes/trace.js';
import { Loading } from './ui/notice.js';

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

export const createAppRouter = (queries: QueryClient) =>
  createRouter({
    routeTree: root.addChildren([
      ...guestRoutes,
      ...gallery,
      shell.addChildren([
        ...peopleRoutes,
        ...agentRoutes,
        ...coachRoutes,
        ...developerRoutes,
        ...reviewRoutes,
        ...traceRoutes,
        ...adminRoutes,
      ]),
    ]),
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
