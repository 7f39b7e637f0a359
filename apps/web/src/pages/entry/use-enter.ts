import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { nextPlace } from '../../data/next-place.js';
import { keepSession } from '../../data/session.js';

/** Keeps the session that a sign-in started, and continues to where the user wanted to go. */
export function useEnter(): (tokens: { refresh_token: string }) => Promise<void> {
  const queries = useQueryClient();
  const router = useRouter();
  const next = nextPlace(useSearch({ strict: false }));
  return async (tokens) => {
    await keepSession(tokens);
    queries.clear();
    await router.navigate({ href: next ?? '/', replace: true });
  };
}
