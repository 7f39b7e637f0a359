import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { page, text } from './frame.js';

const coach = () => import('../pages/coach/index.js');

/** For people with a coach. */
export const coachRoutes = [
  createRoute({
    ...page,
    path: '/coach',
    component: lazyRouteComponent(coach, 'CoachHome'),
    validateSearch: (search: Record<string, unknown>): { board?: string } => ({ board: text(search.board) }),
  }),
] as const;
