import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from './api.js';

/** What several pages read. The first part of a key is what live events refresh. */
export const extensionsQuery = queryOptions({
  queryKey: ['extensions'],
  queryFn: () => dataOf(api.GET('/v1/me/extensions')),
});

export const confirmationsQuery = queryOptions({
  queryKey: ['confirmations'],
  queryFn: () => dataOf(api.GET('/v1/confirmations/active')),
});

export const tasksQuery = queryOptions({
  queryKey: ['tasks'],
  queryFn: () => dataOf(api.GET('/v1/tasks/active')),
});

export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: () => dataOf(api.GET('/v1/me/notifications', { params: { query: { limit: 50 } } })),
});

export const walletQuery = queryOptions({
  queryKey: ['wallet'],
  queryFn: () => dataOf(api.GET('/v1/billing/wallet')),
});
