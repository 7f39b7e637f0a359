import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { page, text } from './frame.js';

const review = () => import('../pages/review/index.js');

/** For administrators who decide on apps. */
export const reviewRoutes = [
  createRoute({ ...page, path: '/review', component: lazyRouteComponent(review, 'ReviewQueue') }),
  createRoute({ ...page, path: '/review/apps/$appId', component: lazyRouteComponent(review, 'SubmissionPage') }),
  createRoute({
    ...page,
    path: '/moderation/reports',
    component: lazyRouteComponent(review, 'ReportsPage'),
    validateSearch: ({ status }: Record<string, unknown>): { status?: string } => ({ status: text(status) }),
  }),
  createRoute({
    ...page,
    path: '/moderation/suspended',
    component: lazyRouteComponent(review, 'SuspendedPage'),
    validateSearch: ({ q }: Record<string, unknown>): { q?: string } => ({ q: text(q) }),
  }),
] as const;
