import { e2eTest as test, type Mutant } from '@skep/testkit';

const AUTHENTICATOR = 'src/auth/authenticator.js';
const OWN_APP = test('extension-tokens', 'works only for its app, wherever the request names one');

/** Rules of extension tokens. */
export const extensionTokens: Mutant[] = [
  {
    name: 'an extension token works for another app in the path',
    file: AUTHENTICATOR,
    find: 'assertOwnApp(caller, path[name]);',
    plant: '{}',
    test: OWN_APP,
  },
  {
    name: 'an extension token works for another app in the query or the body',
    file: AUTHENTICATOR,
    find: 'assertOwnApp(caller, app);',
    plant: '{}',
    test: OWN_APP,
  },
  {
    name: 'an extension token acts in another tenant',
    file: AUTHENTICATOR,
    find: 'if (tenant !== caller.tenant)',
    plant: 'if (false)',
    test: test('extension-tokens', 'acts for users of its tenant only'),
  },
  {
    name: 'an extension token works on every route',
    file: AUTHENTICATOR,
    find: 'if (!takesExtensions(access))',
    plant: 'if (false)',
    test: test('access', 'GET /v1/auth/me has the access in the matrix'),
  },
  {
    name: 'a user names another one where apps may call',
    file: AUTHENTICATOR,
    find: 'otherUser || otherActing ||',
    plant: 'otherUser ||',
    test: test('secrets', 'are not those of another user, nor of another app'),
  },
  {
    name: 'a revoked extension token works for two more seconds',
    file: 'src/auth/cached-verifier.js',
    find: 'this.verified.clear()',
    plant: 'undefined',
    test: test(
      'extension-tokens',
      'is created by the app’s developer, shown once, stored as a hash, listed with its last use, and revoked at once',
    ),
  },
];
