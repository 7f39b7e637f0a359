import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, CSRF, dataOf, toProblem } from './api.js';

/** The signed-in user. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => dataOf(api.GET('/v1/auth/me')),
  staleTime: 300_000,
  retry: false,
});

export const useMe = () => useSuspenseQuery(meQuery).data;

/** Whether someone holds a scope: `*` includes every one, and `agent:*` each that begins so. */
export const holdsScope = ({ scopes }: { scopes: readonly string[] }, wanted: string): boolean =>
  scopes.some((scope) => scope === '*' || scope === wanted || (/[:.]\*$/.test(scope) && wanted.startsWith(scope.slice(0, -2) + ':')));

async function session(method: 'POST' | 'DELETE', body?: object): Promise<void> {
  const response = await fetch('/app/session', {
    method,
    headers: { ...CSRF, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw await toProblem(response);
}

/** Keeps a session that has just been started: the gateway puts it into cookies, which scripts cannot read. */
export const keepSession = ({ refresh_token }: { refresh_token: string }) => session('POST', { refresh_token });

export const endSession = () => session('DELETE');
