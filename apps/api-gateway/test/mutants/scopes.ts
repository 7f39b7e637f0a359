import { e2eTest, type Mutant } from '@skep/testkit';

const AUTHENTICATOR = 'src/auth/authenticator.js';

/** Bugs in required scopes. */
export const scopes: Mutant[] = [
  {
    name: 'users need no scope',
    file: AUTHENTICATOR,
    find: `if ('scope' in access && !isService)`,
    plant: 'if (false)',
    test: e2eTest('scopes', 'gets 403 for POST /v1/billing/topup, which names the missing scope billing:write'),
  },
  {
    name: 'only admin routes require a scope',
    file: AUTHENTICATOR,
    find: `if ('scope' in access && !isService)`,
    plant: `if (access.kind === 'admin' && !isService)`,
    test: e2eTest('scopes', 'gets 403 for GET /v1/billing/balance, which names the missing scope billing:read'),
  },
  {
    name: 'a service exceeds the rights of its acting user',
    file: AUTHENTICATOR,
    find: `if ('scope' in access)\n            assertScope(user, access.scope);`,
    plant: '',
    test: e2eTest('scopes', 'gets 403 through a service that acts for them too, unlike other users'),
  },
  {
    name: 'an API key needs no scope',
    file: AUTHENTICATOR,
    find: `if ('scope' in access && !isService)`,
    plant: `if ('scope' in access && caller.actor === 'user')`,
    test: e2eTest('scopes', 'an API key without the scope of a route gets 403, which names the missing scope'),
  },
  {
    name: 'the event stream requires no scope',
    file: 'src/events/stream.controller.js',
    find: `assertScope(user, 'events:subscribe');`,
    plant: '',
    test: e2eTest('scopes', 'gets 403 for GET /v1/events/stream, which names the missing scope events:subscribe'),
  },
  {
    name: 'a service acts for no user where a user is required',
    file: 'src/auth/authenticator.js',
    find: "(access.kind === 'user' && access.alone)",
    plant: "access.kind === 'user'",
    test: e2eTest('registry-api', 'still has to name a user where a user is required'),
  },
];
