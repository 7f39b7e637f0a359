import type { Access, Route } from '../routes/define.js';

/** What the door says to a caller: it lets him through to the service, or it is 401 or 403. */
export type Verdict = 'passes' | 401 | 403;

/** Every kind of caller, with what it presents. */
export const CALLERS = {
  nobody: 'no credential',
  forged: 'an access token with another signature',
  expired: 'an access token that was signed with a published key and has ended',
  'ended session': 'an access token that lives, of a session that was revoked',
  person: 'an access token of a person with the role `user`',
  'person without scopes': 'an access token of a person with `scopes: []`',
  'other tenant': 'an access token of a person of another tenant',
  'naming a tenant': 'the same, with `tenant_id` of a tenant that is not theirs in the query',
  developer: 'an access token of a person with the role `developer`',
  admin: 'an access token of a person with the role `admin`',
  'API key': 'a person’s API key that holds all their scopes, as `x-api-key`',
  'narrow API key': 'a person’s API key that holds none of the scopes that a route asks for',
  'app key': 'a key for the app that the path names, which may read and write it',
  'reading app key': 'the same, which may only read',
  'other app’s key': 'a key for an app that the path does not name',
  'revoked API key': 'a person’s API key that was revoked',
  'wrong service token': '`X-Service-Token` with something else',
  service: 'the service token as `X-Service-Token`, for nobody',
  'service as bearer': 'the service token as `Authorization: Bearer`, for nobody',
  'service for a person': 'the service token, with `X-Acting-User` of a person with the role `user`',
  'service for a person without scopes': 'the same, of a person with `scopes: []`',
} as const;
export type CallerKind = keyof typeof CALLERS;

const row = <V extends Verdict>(verdict: V, ...callers: CallerKind[]) => callers.map((caller) => [caller, verdict] as const);
const NOT_GOOD = row(401, 'forged', 'expired', 'ended session', 'revoked API key', 'wrong service token');
const SERVICES: CallerKind[] = ['service', 'service as bearer', 'service for a person'];
const WITHOUT_SCOPES: CallerKind[] = ['person without scopes', 'service for a person without scopes'];
const KEYS = row(403, 'API key', 'narrow API key', 'app key', 'reading app key', 'other app’s key');

/** What each kind of access means for each kind of caller. */
const VERDICTS: Record<Access['kind'], (readonly (readonly [CallerKind, Verdict])[])[]> = {
  open: [row('passes', ...(Object.keys(CALLERS) as CallerKind[]))],
  optional: [
    NOT_GOOD,
    row('passes', 'nobody', 'person', 'other tenant', 'developer', 'admin', ...SERVICES, ...WITHOUT_SCOPES),
    row(403, 'naming a tenant'),
    KEYS,
  ],
  account: [
    row(401, 'nobody'),
    NOT_GOOD,
    row('passes', 'person', 'other tenant', 'developer', 'admin', ...SERVICES, ...WITHOUT_SCOPES),
    row(403, 'naming a tenant'),
    KEYS,
  ],
  user: [
    row(401, 'nobody'),
    NOT_GOOD,
    row('passes', 'person', 'other tenant', 'developer', 'admin', ...SERVICES),
    row(403, 'naming a tenant', ...WITHOUT_SCOPES),
    KEYS,
  ],
  admin: [
    row(401, 'nobody'),
    NOT_GOOD,
    row(403, 'person', 'other tenant', 'naming a tenant', 'developer', ...WITHOUT_SCOPES),
    row('passes', 'admin', 'service', 'service as bearer'),
    row(403, 'service for a person'),
    KEYS,
  ],
  service: [
    row(401, 'nobody'),
    NOT_GOOD,
    row(403, 'person', 'person without scopes', 'other tenant', 'naming a tenant', 'developer', 'admin'),
    row('passes', ...SERVICES, 'service for a person without scopes'),
    KEYS,
  ],
};

/** What a route says to each kind of caller. */
export function verdicts({ access, path }: Pick<Route, 'access' | 'path'>): Record<CallerKind, Verdict> {
  const rows = [...VERDICTS[access.kind]];
  if (access.kind === 'user' && access.key) {
    rows.push(row('passes', 'API key'));
    const ofAnApp = access.scope.startsWith('developer:apps:') && path.includes('{app_id}');
    if (ofAnApp) rows.push(row('passes', 'app key'));
    if (ofAnApp && access.scope.endsWith(':read')) rows.push(row('passes', 'reading app key'));
  }
  if ('inPerson' in access && access.inPerson) rows.push(row(403, ...SERVICES, 'service for a person without scopes'));
  return Object.fromEntries(rows.flat()) as Record<CallerKind, Verdict>;
}
