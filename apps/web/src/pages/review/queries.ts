import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';
import { pagesQuery } from '../../data/pages.js';
import { type Release, toFiles } from '../../data/release-files.js';

/** Apps that wait for a decision, the earliest first. */
export const queueQuery = pagesQuery(['review', 'queue'], (cursor) => api.GET('/v1/admin/apps/pending', { params: { query: { cursor } } }));

export const reportsQuery = (status: 'open' | 'resolved') =>
  pagesQuery(['reports', status], (cursor) => api.GET('/v1/admin/reports', { params: { query: { status, cursor } } }));

export const suspendedQuery = (search: string) =>
  pagesQuery(['apps', 'suspended', search], (cursor) =>
    api.GET('/v1/admin/apps', { params: { query: { status: 'suspended', search, cursor } } }),
  );

export const reviewQuery = (app_id: string) =>
  queryOptions({
    queryKey: ['review', 'app', app_id],
    queryFn: () => dataOf(api.GET('/v1/admin/apps/{app_id}/review', { params: { path: { app_id } } })),
  });

/** The files of a release, as its author wrote them. */
export const releaseQuery = (app_id: string, revision: number) =>
  queryOptions({
    queryKey: ['review', 'release', app_id, revision],
    queryFn: async () => {
      const release = await dataOf(api.GET('/v1/admin/apps/{app_id}/releases/{revision}', { params: { path: { app_id, revision } } }));
      return toFiles(release as unknown as Release);
    },
    staleTime: Infinity,
  });
