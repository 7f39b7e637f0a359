import type { Credential, Holder } from '../auth/credential.js';
import { firebaseToken } from '../auth/firebase-tokens.js';
import type { Access, Route } from '../route.js';

/** The gateway's answer to a caller: the request passes to the service, or gets 401 or 403. */
export type Verdict = 'passes' | 401 | 403;

/** The credential of a kind of caller, and whose it is. */
interface Presented {
  holder?: Holder;
  credential: string;
  /** The kind of credential, if only APIs that accept it show the caller. */
  kind?: Credential;
}
const ofUser = (credential: string): Presented => ({ holder: 'user', credential });
const ofFirebase = (credential: string): Presented => ({ ...ofUser(credential), kind: firebaseToken });
const ofKey = (credential: string): Presented => ({ holder: 'key', credential });
const ofExtension = (credential: string): Presented => ({ holder: 'extension', credential });
const ofService = (credential: string): Presented => ({ holder: 'service', credential });

/** Every kind of caller. */
export const CALLERS = {
  anonymous: { credential: 'no credential' },
  forged: ofUser('an access token with a wrong signature'),
  expired: ofUser('an expired access token, signed with a published key'),
  'revoked session': ofUser('an unexpired access token of a revoked session'),
  user: ofUser('an access token of a user with the role `user`'),
  'user without scopes': ofUser('an access token of a user with `scopes: []`'),
  'other tenant': ofUser('an access token of a user of another tenant'),
  'foreign tenant_id': ofUser('the same, with another tenant’s `tenant_id` in the query'),
  developer: ofUser('an access token of a user with the role `developer`'),
  admin: ofUser('an access token of a user with the role `admin`'),
  'Firebase user': ofFirebase('a Firebase ID token'),
  'forged Firebase token': ofFirebase('a Firebase ID token with a wrong signature'),
  'API key': ofKey('a user’s API key with all their scopes'),
  'narrow API key': ofKey('a user’s API key without the scope that the route requires'),
  'app key': ofKey('an app key for the app in the path, with scopes to read and write it'),
  'read-only app key': ofKey('the same, with the scope to read only'),
  'other app’s key': ofKey('an app key for another app than the one in the path'),
  'revoked API key': ofKey('a revoked API key of a user'),
  'extension token': ofExtension('an extension token of the app in the path'),
  'extension token as bearer': ofExtension('the same as `Authorization: Bearer`'),
  'other app’s extension token': ofExtension('an extension token of another app than the one in the path'),
  'revoked extension token': ofExtension('a revoked extension token of the app in the path'),
  'wrong service token': ofService('an unknown token as `X-Service-Token`'),
  service: ofService('the service token as `X-Service-Token`, without an acting user'),
  'service as bearer': ofService('the service token as `Authorization: Bearer`, without an acting user'),
  'service for a user': ofService('the service token, with `X-Acting-User` of a user with the role `user`'),
  'service for a user without scopes': ofService('the same, for a user with `scopes: []`'),
} satisfies Record<string, Presented>;
export type CallerKind = keyof typeof CALLERS;

const verdictFor = <V extends Verdict>(verdict: V, ...callers: CallerKind[]) => callers.map((caller) => [caller, verdict] as const);
const INVALID_CREDENTIALS = verdictFor(
  401,
  'forged',
  'expired',
  'revoked session',
  'forged Firebase token',
  'revoked API key',
  'revoked extension token',
  'wrong service token',
);
const SERVICES: CallerKind[] = ['service', 'service as bearer', 'service for a user'];
const WITHOUT_SCOPES: CallerKind[] = ['user without scopes', 'service for a user without scopes'];
const KEYS = verdictFor(403, 'API key', 'narrow API key', 'app key', 'read-only app key', 'other app’s key');
const EXTENSIONS = verdictFor(403, 'extension token', 'extension token as bearer', 'other app’s extension token');

/** The kinds of caller whose credentials an API accepts, and callers without one. */
export function callersOf(auth: readonly Credential[]): CallerKind[] {
  const accepted = new Set<Holder | undefined>([undefined, ...auth.map(({ holder }) => holder)]);
  return (Object.keys(CALLERS) as CallerKind[]).filter((caller) => {
    const { holder, kind }: Presented = CALLERS[caller];
    return accepted.has(holder) && (!kind || auth.includes(kind));
  });
}

/** The verdict on each kind of caller, by kind of access. */
const VERDICTS: Record<Access['kind'], (readonly (readonly [CallerKind, Verdict])[])[]> = {
  open: [verdictFor('passes', ...(Object.keys(CALLERS) as CallerKind[]))],
  optional: [
    INVALID_CREDENTIALS,
    verdictFor('passes', 'anonymous', 'user', 'other tenant', 'developer', 'admin', ...SERVICES, ...WITHOUT_SCOPES),
    verdictFor(403, 'foreign tenant_id'),
    KEYS,
    EXTENSIONS,
  ],
  account: [
    verdictFor(401, 'anonymous'),
    INVALID_CREDENTIALS,
    verdictFor('passes', 'user', 'other tenant', 'developer', 'admin', ...SERVICES, ...WITHOUT_SCOPES),
    verdictFor(403, 'foreign tenant_id'),
    KEYS,
    EXTENSIONS,
  ],
  user: [
    verdictFor(401, 'anonymous'),
    INVALID_CREDENTIALS,
    verdictFor('passes', 'user', 'other tenant', 'developer', 'admin', ...SERVICES),
    verdictFor(403, 'foreign tenant_id', ...WITHOUT_SCOPES),
    KEYS,
    EXTENSIONS,
  ],
  admin: [
    verdictFor(401, 'anonymous'),
    INVALID_CREDENTIALS,
    verdictFor(403, 'user', 'other tenant', 'foreign tenant_id', 'developer', ...WITHOUT_SCOPES),
    verdictFor('passes', 'admin', 'service', 'service as bearer'),
    verdictFor(403, 'service for a user'),
    KEYS,
    EXTENSIONS,
  ],
  service: [
    verdictFor(401, 'anonymous'),
    INVALID_CREDENTIALS,
    verdictFor(403, 'user', 'user without scopes', 'other tenant', 'foreign tenant_id', 'developer', 'admin'),
    verdictFor('passes', ...SERVICES, 'service for a user without scopes'),
    KEYS,
    EXTENSIONS,
  ],
  extension: [
    verdictFor(401, 'anonymous'),
    INVALID_CREDENTIALS,
    verdictFor(
      403,
      'user',
      'user without scopes',
      'other tenant',
      'foreign tenant_id',
      'developer',
      'admin',
      'other app’s extension token',
    ),
    verdictFor('passes', ...SERVICES, 'service for a user without scopes', 'extension token', 'extension token as bearer'),
    KEYS,
  ],
};

/** Scopes that the roles `user` and `developer` lack: an administrator grants them. */
const GRANTED: readonly string[] = ['agent:plugins'];

/** Returns a route's verdict on each kind of caller. What its API does not accept is no credential. @param auth the credentials that its API accepts */
export function verdictsOf(
  { access, path, namesNoUser }: Pick<Route, 'access' | 'path' | 'namesNoUser'>,
  auth: readonly Credential[],
): Record<CallerKind, Verdict> {
  const rows = [...VERDICTS[access.kind]];
  if (access.kind === 'user' && access.key) {
    rows.push(verdictFor('passes', 'API key'));
    const isOfApp = access.scope.startsWith('developer:apps:') && path.includes('{app_id}');
    if (isOfApp) rows.push(verdictFor('passes', 'app key'));
    if (isOfApp && access.scope.endsWith(':read')) rows.push(verdictFor('passes', 'read-only app key'));
  }
  if (access.kind === 'user' && GRANTED.includes(access.scope))
    rows.push(verdictFor(403, 'user', 'other tenant', 'developer', 'API key', 'service for a user'));
  if (access.kind === 'account' && access.extension) rows.push(verdictFor('passes', 'extension token', 'extension token as bearer'));
  if ('inPerson' in access && access.inPerson) rows.push(verdictFor(403, ...SERVICES, 'service for a user without scopes'));
  if (namesNoUser) rows.push(verdictFor('passes', 'foreign tenant_id'));
  const verdicts = Object.fromEntries(rows.flat()) as Record<CallerKind, Verdict>;
  if (access.kind === 'open') return verdicts;
  const accepted = callersOf(auth);
  if (accepted.includes('Firebase user')) verdicts['Firebase user'] = verdicts.user;
  for (const caller of Object.keys(CALLERS) as CallerKind[])
    if (!accepted.includes(caller)) verdicts[caller] = isReadAsOther(CALLERS[caller]) ? 401 : verdicts.anonymous;
  return verdicts;
}

/** Whether an API that does not accept a credential finds it where it reads another one: in the header of access tokens, or of services. */
const isReadAsOther = ({ holder }: Presented): boolean => holder === 'user' || holder === 'extension';
