import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';
import { type Release, toFiles } from '../../data/release-files.js';

/** Apps that wait for a decision, the earliest first: as many as one answer has. */
export const queueQuery = queryOptions({
  queryKey: ['review', 'queue'],
  queryFn: () => dataOf(api.GET('/v1/admin/apps/pending')),
});

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
