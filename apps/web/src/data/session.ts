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

/** Whether scopes include one: by its name, by a wildcard such as `developer:*`, or by `*`. The API decides; this is for what is shown. */
export const mayDo = (scopes: readonly string[], needed: string): boolean =>
  scopes.some((scope) => scope === needed || (scope.endsWith('*') && needed.startsWith(scope.slice(0, -1))));
