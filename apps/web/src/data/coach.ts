import { queryOptions } from '@tanstack/react-query';
import { ApiProblem, coachApi, type CoachShapes, dataOf } from './api.js';

/** The user as the coach knows them; null if they have not begun with it, or if there is no coach here. */
export const coachedQuery = queryOptions({
  queryKey: ['coached'],
  queryFn: async (): Promise<CoachShapes['Person'] | null> => {
    try {
      return await dataOf(coachApi.GET('/users/me'));
    } catch (error) {
      if (error instanceof ApiProblem && error.status >= 400) return null;
      throw error;
    }
  },
  staleTime: Infinity,
});
