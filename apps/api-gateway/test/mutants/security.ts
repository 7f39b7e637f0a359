import { e2eTest as test, type Mutant } from '@skep/testkit';

const DEVICE_PAGE = 'src/pages/device-page.js';
const LIMITS = 'src/http/limits.js';
const TOKENS = 'src/auth/access-tokens.js';
const AUTHENTICATOR = 'src/auth/authenticator.js';
const BALANCE = test('access', 'GET /v1/billing/balance is for whom the matrix says');
const GUESSES_TOKENS = test('limits', 'whoever keeps guessing tokens is slowed down, at whichever route, others are not');

/** In what docs/security.md says: each is named after the rows that it breaks. */
export const security: Mutant[] = [
  {
    name: 'security 6.2.6: the page for a device shows the password that is typed',
    file: DEVICE_PAGE,
    find: 'name="password" type="password"',
    plant: 'name="password" type="text"',
    test: test('pages', 'types in the code of a device, mistypes the password, and lets it in by the keyboard alone'),
  },
  {
    name: 'security 6.2.6: the page for a new password shows what is typed',
    file: 'src/pages/reset-password.controller.js',
    find: 'id="password" type="password"',
    plant: 'id="password" type="text"',
    test: test('pages', 'asks for a new password and chooses one by the link, whose token no server sees but in the body'),
  },
  {
    name: 'security 6.3.1: a network that keeps failing to log in goes on',
    file: LIMITS,
    find: 'await this.limiter.assertNotBlocked(reply, operation.subject, networkOf(ip), failuresPerMinute);',
    plant: ';',
    test: test('limits', 'the sixth wrong login within a minute is refused, and told when to come again'),
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
    name: 'security 6.3.4, 7.2.1, 8.2.1, 8.3.1: a route of people is open to nobody in particular',
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
    name: 'security 7.4.1, 8.3.2: the access token of a session that has ended is good',
    file: TOKENS,
    find: 'if (this.revocations.has(user.session))',
    plant: 'if (false)',
    test: test('sessions', 'can be ended one by one, which their access tokens notice'),
  },
  {
    name: 'security 7.4.1: the event stream of a session that has ended goes on',
    file: 'src/events/stream.controller.js',
    find: 'this.revocations.onRevoked((revoked) => revoked === session && stream.close()),',
    plant: '() => undefined,',
    test: test('events', 'ends when its session is logged out'),
  },
  {
    name: 'security 7.4.1: money is open while nobody knows which sessions have ended',
    file: 'src/http/route-forwarder.js',
    find: 'if (route.sensitive && request.caller.session && !this.revocations.isUpToDate)',
    plant: 'if (false)',
    test: test(
      'fail-closed',
      'money, keys, passwords and sessions are closed while nobody knows which sessions have ended, and the rest is open',
    ),
  },
  {
    name: 'security 7.6.2, 10.7.1: a page of somebody else decides about a device',
    file: 'src/pages/device.controller.js',
    find: 'if (!isOwnForm(request, csrf))',
    plant: 'if (false)',
    test: test('device', 'decides nothing without the cookie'),
  },
  {
    name: 'security 8.1.1: who may call what is not as it is written down',
    file: 'src/routes/billing.js',
    find: `'/v1/billing/balance', billing.getBalance, user()`,
    plant: `'/v1/billing/balance', billing.getBalance, open()`,
    test: { file: 'test/surface.spec.js', name: 'is the one that was reviewed: run `npm run openapi` and look at the difference' },
  },
  {
    name: 'security 8.1.2: a field is not as it is written down',
    library: 'contracts',
    file: 'src/billing/profile.js',
    find: 'Text({ max: 2,',
    plant: 'Text({ max: 3,',
    test: { file: 'test/surface.spec.js', name: 'is the one that was reviewed: run `npm run openapi` and look at the difference' },
  },
  {
    name: 'security 8.2.1: a route of services is open to people',
    file: AUTHENTICATOR,
    find: `if (access.kind === 'service' && !isService)`,
    plant: 'if (false)',
    test: test('access', 'POST /v1/auth/register is for whom the matrix says'),
  },
  {
    name: 'security 8.2.2: a key for one app opens another',
    file: AUTHENTICATOR,
    find: `if (app && path['app_id'] !== app)`,
    plant: 'if (false)',
    test: test('app-keys', 'reads and deploys its app and no other, nor anything else of its developer'),
  },
  {
    name: 'security 8.3.2: a key of somebody who may no longer come in stays good for half an hour',
    file: AUTHENTICATOR,
    find: 'const CACHE_MS = 2_000;',
    plant: 'const CACHE_MS = 1_800_000;',
    test: test('app-keys', 'is refused at once when it is revoked, and when its developer may no longer come in'),
  },
  {
    name: 'security 8.3.3: a service acts for itself, whomever it names',
    file: AUTHENTICATOR,
    find: 'return { ...user, actor: caller.actor };',
    plant: 'return caller;',
    test: test('access', 'lets a service name the person by header, body or query'),
  },
  {
    name: 'security 8.3.3: a service does for a person what the person may not',
    file: AUTHENTICATOR,
    find: `if ('scope' in access)\n            assertScope(user, access.scope);`,
    plant: '',
    test: test('scopes', 'is refused the same through a service that acts for them, which may do it for others'),
  },
  {
    name: 'security 10.3.2: everybody has all scopes, whatever their token says',
    file: TOKENS,
    find: 'scopes,\n    session: sid',
    plant: `scopes: ['*'],\n    session: sid`,
    test: BALANCE,
  },
];
