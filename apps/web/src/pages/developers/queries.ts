import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ApiProblem, dataOf } from '../../data/api.js';
import { pagesQuery } from '../../data/pages.js';
import { type Files, type Release, toFiles } from '../../data/release-files.js';

const at = (app_id: string) => ({ params: { path: { app_id } } });

/** The developer who is signed in; null for a user who is none. */
export const profileQuery = queryOptions({
  queryKey: ['developer', 'profile'],
  queryFn: () =>
    dataOf(api.GET('/v1/developer/profile')).catch((error: unknown) => {
      if (error instanceof ApiProblem && error.code === 'not_a_developer') return null;
      throw error;
    }),
});

export const termsQuery = queryOptions({
  queryKey: ['developer', 'terms'],
  queryFn: () => dataOf(api.GET('/v1/developer/terms')),
  staleTime: 300_000,
});

export const appsQuery = pagesQuery(['developer', 'apps'], (cursor) => api.GET('/v1/developer/apps', { params: { query: { cursor } } }));

/** An app of the developer. */
export const appQuery = (app_id: string) =>
  queryOptions({
    queryKey: ['developer', 'app', app_id],
    queryFn: async () => {
      const app = await dataOf(api.GET('/v1/developer/apps/{app_id}', at(app_id)));
      // Of apps of others, users see the public fields only.
      if (app.revision === undefined) throw new ApiProblem(404, 'no_such_app', '');
      return app as typeof app & { revision: number };
    },
  });

/** The app as its reviewer sees it. */
export const previewQuery = (app_id: string) =>
  queryOptions({
    queryKey: ['developer', 'app', app_id, 'review'],
    queryFn: () => dataOf(api.GET('/v1/developer/apps/{app_id}/review', at(app_id))),
  });

/** The files of an app without a release. */
const firstFiles = (id: string) =>
  toFiles({ ir: { ir_version: '1.0', app: { id, version: '0.1.0', title: id, capabilities: [], functions: [] } }, manifest: {} });

/** The files of a release; null if it has no IR. */
export const filesQuery = (app_id: string, revision: number) =>
  queryOptions({
    queryKey: ['developer', 'files', app_id, revision],
    queryFn: async (): Promise<Files | null> => {
      if (revision === 0) return firstFiles(app_id);
      try {
        const query = { revision };
        const { release } = await dataOf(api.GET('/v1/developer/apps/{app_id}/export', { params: { path: { app_id }, query } }));
        return toFiles(release as unknown as Release);
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 409) return null;
        throw error;
      }
    },
    staleTime: Infinity,
  });

export const submissionsQuery = (app_id: string) =>
  pagesQuery(['developer', 'app', app_id, 'submissions'], (cursor) =>
    api.GET('/v1/developer/apps/{app_id}/submissions', { params: { path: { app_id }, query: { cursor } } }),
  );

export const deploysQuery = (app_id: string) =>
  pagesQuery(['developer', 'app', app_id, 'deploys'], (cursor) =>
    api.GET('/v1/developer/apps/{app_id}/deploys', { params: { path: { app_id }, query: { cursor } } }),
  );

export const analyticsQuery = (app_id: string, days?: number) =>
  queryOptions({
    queryKey: ['developer', 'app', app_id, 'analytics', days],
    queryFn: () => dataOf(api.GET('/v1/developer/apps/{app_id}/analytics', { params: { path: { app_id }, query: { days } } })),
  });

export const earningsQuery = queryOptions({
  queryKey: ['developer', 'earnings'],
  queryFn: () => dataOf(api.GET('/v1/developer/earnings')),
});

export const payoutsQuery = pagesQuery(['developer', 'payouts'], (cursor) =>
  api.GET('/v1/developer/payouts', { params: { query: { cursor } } }),
);

interface LogFilter {
  level?: string | undefined;
  call?: string | undefined;
}

/** From the least important on. */
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export const logsQuery = (app_id: string, { level, call }: LogFilter) =>
  infiniteQueryOptions({
    queryKey: ['developer', 'logs', app_id, level, call],
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/v1/developer/apps/{app_id}/logs', {
          params: { path: { app_id }, query: { level: LEVELS.find((one) => one === level), call_id: call, cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
