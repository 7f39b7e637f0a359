import { e2eTest as test, type Mutant } from '@skep/testkit';

const DEVICE_PAGE = 'src/pages/device-page.js';
const LIMITS = 'src/http/limits.js';
const TOKENS = 'src/auth/access-tokens.js';
const AUTHENTICATOR = 'src/auth/authenticator.js';
const BALANCE = test('access', 'GET /v1/billing/balance has the access in the matrix');
const GUESSES_TOKENS = test('limits', 'a client that sends too many invalid tokens is limited, on all routes together');

/** Bugs that break rows of docs/security.md, whose numbers their names begin with. */
export const security: Mutant[] = [
  {
    name: 'security 6.2.6: the device page shows the password',
    file: DEVICE_PAGE,
    find: 'name="password" type="password"',
    plant: 'name="password" type="text"',
    test: test('pages', 'connects a device with the keyboard alone, after a wrong password'),
  },
  {
    name: 'security 6.2.6: the password reset page shows the new password',
    file: 'src/pages/reset-password.controller.js',
    find: 'id="password" type="password"',
    plant: 'id="password" type="text"',
    test: test('pages', 'requests a new password and sets it by the link, whose token is sent in the body only'),
  },
  {
    name: 'security 6.3.1: failed logins of a network are not limited',
    file: LIMITS,
    find: 'await this.limiter.assertNotBlocked(reply, operation.subject, networkOf(ip), failuresPerMinute);',
    plant: ';',
    test: test('limits', 'the sixth failed login within a minute is 429 with Retry-After'),
  },
  {
    name: 'security 6.3.1: wrong credentials are not counted',
    file: LIMITS,
    find: `return this.countRequest(request, reply, 'credentials', LIMITS.credentials).then(() => error, (tooMany) => tooMany);`,
    plant: 'return error;',
    test: GUESSES_TOKENS,
  },
  {
    name: 'security 6.3.1: wrong credentials are not counted at the event stream',
    file: 'src/events/stream.controller.js',
    find: 'throw await this.limits.countRejectedCredential(error, request, reply);',
    plant: 'throw error;',
    test: GUESSES_TOKENS,
  },
  {
    name: 'security 6.3.4, 7.2.1, 8.2.1, 8.3.1: a user route is open without a credential',
    file: AUTHENTICATOR,
    find: `if (caller === NOBODY && access.kind !== 'optional')`,
    plant: 'if (false)',
    test: BALANCE,
  },
  {
    name: 'security 6.8.2, 7.2.1: the signature of a token is not verified',
    file: TOKENS,
    find: 'await this.verifySignature(token)',
    plant: `JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())`,
    test: BALANCE,
  },
  {
    name: 'security 7.2.1: a token does not expire',
    file: TOKENS,
    find: 'if (user.expires_at <= Date.now())',
    plant: 'if (false)',
    test: BALANCE,
  },
  {
    name: 'security 7.4.1, 8.3.2: the access token of a revoked session is accepted',
    file: TOKENS,
    find: 'if (this.revocations.has(user.session))',
    plant: 'if (false)',
    test: test('sessions', 'can be revoked one by one, with their access tokens'),
  },
  {
    name: 'security 7.4.1: the event stream of a revoked session stays open',
    file: 'src/streams/open-connections.js',
    find: 'if (session === revoked)',
    plant: 'if (false)',
    test: test('events', 'ends when its session is logged out'),
  },
  {
    name: 'security 7.4.1: sensitive routes are open while the revoked sessions are unknown',
    file: 'src/http/route-forwarder.js',
    find: 'if (route.sensitive && request.caller.session && !this.revocations.isUpToDate)',
    plant: 'if (false)',
    test: test('fail-closed', 'sensitive routes are 503 while the revoked sessions are unknown, and other routes work'),
  },
  {
    name: 'security 7.6.2, 10.7.1: a page of another origin can approve a device',
    file: 'src/pages/device.controller.js',
    find: 'if (!isOwnForm(request, csrf))',
    plant: 'if (false)',
    test: test('device', 'rejects a decision without the cookie'),
  },
  {
    name: 'security 8.1.1: the access of a route differs from the reviewed contract',
    file: 'src/apis/cloud/billing.js',
    find: `'/v1/billing/balance', billing.getBalance, user()`,
    plant: `'/v1/billing/balance', billing.getBalance, open()`,
    test: { file: 'test/surface.spec.js', name: 'equals the reviewed file: run `npm run openapi` and review the diff' },
  },
  {
    name: 'security 8.1.2: a field differs from the reviewed contract',
    library: 'contracts',
    file: 'src/billing/profile.js',
    find: 'Text({ max: 2,',
    plant: 'Text({ max: 3,',
    test: { file: 'test/surface.spec.js', name: 'equals the reviewed file: run `npm run openapi` and review the diff' },
  },
  {
    name: 'security 8.2.1: a service route is open to users',
    file: AUTHENTICATOR,
    find: `if (access.kind === 'service' && !isService)`,
    plant: 'if (false)',
    test: test('access', 'POST /v1/auth/register has the access in the matrix'),
  },
  {
    name: 'security 8.2.2: an app key works for another app',
    file: AUTHENTICATOR,
    find: `if (app && path['app_id'] !== app)`,
    plant: 'if (false)',
    test: test('app-keys', 'reads and deploys its app, but no other app and no other data of its developer'),
  },
  {
    name: 'security 8.3.2: the API key of a deactivated user works for half an hour',
    file: 'src/auth/cached-verifier.js',
    find: 'const CACHE_MS = 2_000;',
    plant: 'const CACHE_MS = 1_800_000;',
    test: test('app-keys', 'is rejected at once when it is revoked, and when its developer is deactivated'),
  },
  {
    name: 'security 8.3.3: a service acts for itself, although it names a user',
    file: AUTHENTICATOR,
    find: 'return { ...user, actor: caller.actor };',
    plant: 'return caller;',
    test: test('access', 'lets a service name the user in a header, the body or the query'),
  },
  {
    name: 'security 8.3.3: a service exceeds the rights of its acting user',
    file: AUTHENTICATOR,
    find: `if ('scope' in access)\n            assertScope(user, access.scope);`,
    plant: '',
    test: test('scopes', 'gets 403 through a service that acts for them too, unlike other users'),
  },
  {
    name: 'security 10.3.2: every user has all scopes, whatever their token contains',
    file: TOKENS,
    find: 'scopes, session: sid',
    plant: `scopes: ['*'], session: sid`,
    test: BALANCE,
  },
];
