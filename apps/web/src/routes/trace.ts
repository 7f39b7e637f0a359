import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { page, text } from './frame.js';

const trace = () => import('../pages/trace/index.js');
const VIEWS = ['work', 'money', 'records'] as const;

/** The one page for every id. */
export const traceRoutes = [
  createRoute({ ...page, path: '/trace', component: lazyRouteComponent(trace, 'FindTrace') }),
  createRoute({
    ...page,
    path: '/trace/$id',
    component: lazyRouteComponent(trace, 'TracePage'),
    validateSearch: (search: Record<string, unknown>): { show?: (typeof VIEWS)[number] | 'all' } => ({
      show: VIEWS.find((view) => view === text(search.show)),
    }),
  }),
] as const;
