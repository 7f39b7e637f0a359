import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { nextPlace } from '../data/next-place.js';
import { root } from './frame.js';

const entry = () => import('../pages/entry/index.js');
const next = (search: Record<string, unknown>): { next?: string } => ({ next: nextPlace(search) });
const guest = { getParentRoute: () => root, validateSearch: next };

/** For people who are not signed in. */
export const guestRoutes = [
  createRoute({ ...guest, path: '/sign-in', component: lazyRouteComponent(entry, 'SignIn') }),
  createRoute({ ...guest, path: '/sign-up', component: lazyRouteComponent(entry, 'SignUp') }),
  createRoute({ ...guest, path: '/forgot-password', component: lazyRouteComponent(entry, 'ForgotPassword') }),
  createRoute({ getParentRoute: () => root, path: '/signed-in', component: lazyRouteComponent(entry, 'SignedIn') }),
] as const;
