import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router';
import { ApiProblem } from '../data/api.js';
import { meQuery } from '../data/session.js';
import { NotFound } from '../pages/failures.js';
import { Shell } from '../shell/shell.js';

export const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: () => (
    <main className="mx-auto max-w-2xl px-4 py-16">
      <NotFound />
    </main>
  ),
});

/** The frame of all pages that need a user. Who is not signed in is sent to the sign-in, and comes back. */
export const shell = createRoute({
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

/** What every page within the frame begins with. */
export const page = { getParentRoute: () => shell };

/** A text of the query, or undefined. */
export const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);
