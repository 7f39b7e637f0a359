import { e2eTest, type Mutant } from '@skep/testkit';

const AUTHENTICATOR = 'src/auth/authenticator.js';

/** In the scopes that routes require. */
export const scopes: Mutant[] = [
  {
    name: 'a person needs no scope',
    file: AUTHENTICATOR,
    find: `if ('scope' in access && !isService)`,
    plant: 'if (false)',
    test: e2eTest('scopes', 'is refused POST /v1/billing/topup, and told that billing:write is missing'),
  },
  {
    name: 'only the routes of administrators require a scope',
    file: AUTHENTICATOR,
    find: `if ('scope' in access && !isService)`,
    plant: `if (access.kind === 'admin' && !isService)`,
    test: e2eTest('scopes', 'is refused GET /v1/billing/balance, and told that billing:read is missing'),
  },
  {
    name: 'a service does for a person what the person may not',
    file: AUTHENTICATOR,
    find: `if ('scope' in access)\n            assertScope(user, access.scope);`,
    plant: '',
    test: e2eTest('scopes', 'is refused the same through a service that acts for them, which may do it for others'),
  },
  {
    name: 'an API key needs no scope',
    file: AUTHENTICATOR,
    find: `if ('scope' in access && !isService)`,
    plant: `if ('scope' in access && caller.actor === 'user')`,
    test: e2eTest('scopes', 'an API key without the scope of a route is refused, and its holder told which one is missing'),
  },
  {
    name: 'the event stream requires no scope',
    file: 'src/events/stream.controller.js',
    find: `assertScope(user, 'events:subscribe');`,
    plant: '',
    test: e2eTest('scopes', 'is refused GET /v1/events/stream, and told that events:subscribe is missing'),
  },
];
