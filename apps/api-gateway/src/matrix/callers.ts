import type { Access, Route } from '../routes/define.js';

/** The gateway's answer to a caller: the request passes to the service, or gets 401 or 403. */
export type Verdict = 'passes' | 401 | 403;

/** Every kind of caller, with its credential. */
export const CALLERS = {
  anonymous: 'no credential',
  forged: 'an access token with a wrong signature',
  expired: 'an expired access token, signed with a published key',
  'revoked session': 'an unexpired access token of a revoked session',
  user: 'an access token of a user with the role `user`',
  'user without scopes': 'an access token of a user with `scopes: []`',
  'other tenant': 'an access token of a user of another tenant',
  'foreign tenant_id': 'the same, with another tenant’s `tenant_id` in the query',
  developer: 'an access token of a user with the role `developer`',
  admin: 'an access token of a user with the role `admin`',
  'API key': 'a user’s API key with all their scopes, as `x-api-key`',
  'narrow API key': 'a user’s API key without the scope that the route requires',
  'app key': 'an app key for the app in the path, with scopes to read and write it',
  'read-only app key': 'the same, with the scope to read only',
  'other app’s key': 'an app key for another app than the one in the path',
  'revoked API key': 'a revoked API key of a user',
  'wrong service token': 'an unknown token as `X-Service-Token`',
  service: 'the service token as `X-Service-Token`, without an acting user',
  'service as bearer': 'the service token as `Authorization: Bearer`, without an acting user',
  'service for a user': 'the service token, with `X-Acting-User` of a user with the role `user`',
  'service for a user without scopes': 'the same, for a user with `scopes: []`',
} as const;
export type CallerKind = keyof typeof CALLERS;

const verdictFor = <V extends Verdict>(verdict: V, ...callers: CallerKind[]) => callers.map((caller) => [caller, verdict] as const);
const INVALID_CREDENTIALS = verdictFor(401, 'forged', 'expired', 'revoked session', 'revoked API key', 'wrong service token');
const SERVICES: CallerKind[] = ['service', 'service as bearer', 'service for a user'];
const WITHOUT_SCOPES: CallerKind[] = ['user without scopes', 'service for a user without scopes'];
const KEYS = verdictFor(403, 'API key', 'narrow API key', 'app key', 'read-only app key', 'other app’s key');

/** The verdict on each kind of caller, by kind of access. */
const VERDICTS: Record<Access['kind'], (readonly (readonly [CallerKind, Verdict])[])[]> = {
  open: [verdictFor('passes', ...(Object.keys(CALLERS) as CallerKind[]))],
  optional: [
    INVALID_CREDENTIALS,
    verdictFor('passes', 'anonymous', 'user', 'other tenant', 'developer', 'admin', ...SERVICES, ...WITHOUT_SCOPES),
    verdictFor(403, 'foreign tenant_id'),
    KEYS,
  ],
  account: [
    verdictFor(401, 'anonymous'),
    INVALID_CREDENTIALS,
    verdictFor('passes', 'user', 'other tenant', 'developer', 'admin', ...SERVICES, ...WITHOUT_SCOPES),
    verdictFor(403, 'foreign tenant_id'),
    KEYS,
  ],
  user: [
    verdictFor(401, 'anonymous'),
    INVALID_CREDENTIALS,
    verdictFor('passes', 'user', 'other tenant', 'developer', 'admin', ...SERVICES),
    verdictFor(403, 'foreign tenant_id', ...WITHOUT_SCOPES),
    KEYS,
  ],
  admin: [
    verdictFor(401, 'anonymous'),
    INVALID_CREDENTIALS,
    verdictFor(403, 'user', 'other tenant', 'foreign tenant_id', 'developer', ...WITHOUT_SCOPES),
    verdictFor('passes', 'admin', 'service', 'service as bearer'),
    verdictFor(403, 'service for a user'),
    KEYS,
  ],
  service: [
    verdictFor(401, 'anonymous'),
    INVALID_CREDENTIALS,
    verdictFor(403, 'user', 'user without scopes', 'other tenant', 'foreign tenant_id', 'developer', 'admin'),
    verdictFor('passes', ...SERVICES, 'service for a user without scopes'),
    KEYS,
  ],
};

/** Returns a route's verdict on each kind of caller. */
export function verdictsOf({ access, path }: Pick<Route, 'access' | 'path'>): Record<CallerKind, Verdict> {
  const rows = [...VERDICTS[access.kind]];
  if (access.kind === 'user' && access.key) {
    rows.push(verdictFor('passes', 'API key'));
    const isOfApp = access.scope.startsWith('developer:apps:') && path.includes('{app_id}');
    if (isOfApp) rows.push(verdictFor('passes', 'app key'));
    if (isOfApp && access.scope.endsWith(':read')) rows.push(verdictFor('passes', 'read-only app key'));
  }
  if ('inPerson' in access && access.inPerson) rows.push(verdictFor(403, ...SERVICES, 'service for a user without scopes'));
  return Object.fromEntries(rows.flat()) as Record<CallerKind, Verdict>;
}
