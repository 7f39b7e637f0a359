import { e2eTest as test, type Mutant } from '@skep/testkit';

const AUTHORIZE = 'src/oauth/authorize.js';
const ISSUE = 'src/oauth/issue-tokens.js';
const wrong = (what: string) => test('oauth', `gives nothing with ${what}`);
const consent = test('oauth', 'has a code only after the user has signed in and consented, in the same browser');

/** The authorization server, by the rules of docs/security.md. */
export const oauth: Mutant[] = [
  {
    name: 'security 10.4.1: a code goes to an address that the client has not named',
    file: AUTHORIZE,
    find: '|| !isRegistered(address, client.redirect_uris)',
    plant: '',
    test: test('oauth', 'goes to no other address than those of the client: https://evil.example/callback'),
  },
  {
    name: 'security 10.4.2: a code works twice',
    file: ISSUE,
    find: 'if (code.session_id)',
    plant: 'if (false)',
    test: test('oauth', 'works once: a second use ends what the first one gave'),
  },
  {
    name: 'security 10.4.3: a code works for ever',
    file: ISSUE,
    find: 'if (code.expired)',
    plant: 'if (false)',
    test: test('oauth', 'expires'),
  },
  {
    name: 'security 10.4.6: a request needs no PKCE',
    file: AUTHORIZE,
    find: `if (code_challenge_method !== 'S256' || !CHALLENGE.test(code_challenge ?? ''))`,
    plant: 'if (false)',
    test: test('oauth', 'with a plain verifier is refused'),
  },
  {
    name: 'security 10.4.7: a client registers itself without us',
    file: 'src/oauth/clients.js',
    find: '|| !timingSafeEqual(given, expected)',
    plant: '',
    test: test('oauth', 'a registration that a client made up is none'),
  },
  {
    name: 'a client gets all permissions of its user',
    file: 'src/session/access-tokens.js',
    find: `scopes: grant.scope.split(' ').filter((scope) => holdsScope(scopes, scope))`,
    plant: 'scopes',
    test: test('oauth', 'gives a token for its resource, with no more scopes than the client asked for'),
  },
  {
    name: 'a code is exchanged without its verifier',
    file: ISSUE,
    find: 'verifierMatches(code.code_challenge, code_verifier)',
    plant: 'true',
    test: wrong('another verifier'),
  },
  {
    name: 'a code is exchanged by another client',
    file: ISSUE,
    find: 'client_id === code.client_id &&',
    plant: '',
    test: wrong('another client'),
  },
  {
    name: 'a code is exchanged for another resource',
    file: ISSUE,
    find: '(resource === undefined || resource === code.resource) &&',
    plant: '',
    test: wrong('another resource'),
  },
  {
    name: 'security 10.7.1: a sign-in is a consent',
    file: AUTHORIZE,
    find: 'if (await this.isRemembered(found, user))',
    plant: 'if (true)',
    test: consent,
  },
  {
    name: 'a consent comes from any browser',
    file: 'src/oauth/oauth-request.repository.js',
    find: 'and browser_hash = :browser_hash ',
    plant: 'and :browser_hash::bytea is not null ',
    test: consent,
  },
  {
    name: 'the sign-in at an organisation of another request signs in',
    file: 'src/oauth/sign-in-at-organisation.js',
    find: '${request} ${browser}',
    plant: '',
    test: test('oauth', 'cannot be signed in by what another request or browser brings'),
  },
];
