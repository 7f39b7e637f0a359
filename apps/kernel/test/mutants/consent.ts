import { e2eTest, type Mutant } from '@skep/testkit';

const NOT_SPENT = e2eTest('permissions', 'are not spent on a priced function that another app calls, directly or through a free one');

/** In what an app does for a person without their consent. */
export const consent: Mutant[] = [
  {
    name: 'credits are spent through another app',
    file: 'src/call/charging.js',
    find: 'call.throughAnother && !costsNothing',
    plant: 'false',
    test: NOT_SPENT,
  },
  {
    name: 'credits are spent through a free function of another app',
    file: 'src/call/call-function.js',
    find: 'throughAnother: call.throughAnother || foreign',
    plant: 'throughAnother: foreign',
    test: NOT_SPENT,
  },
  {
    name: 'an app installs apps for its person',
    file: 'src/call/permission.js',
    find: "fn && 'effect' in fn && fn.effect",
    plant: 'false',
    test: e2eTest('permissions', 'cannot have marketplace do install_app for them, whatever its permissions'),
  },
  {
    name: 'an app does what its release wants, whatever was consented to',
    file: 'src/call/apps.js',
    find: 'consent ? within(consent, release.permissions) : release.permissions',
    plant: 'release.permissions',
    test: e2eTest('permissions', 'calls no other app than the ones that they have consented to'),
  },
  {
    name: 'an app does what was consented to, whatever its release wants',
    file: 'src/call/apps.js',
    find: 'consent ? within(consent, release.permissions) : release.permissions',
    plant: 'consent ? new Set(consent) : release.permissions',
    test: e2eTest('permissions', 'can do no more than its release wants, though they have consented to more'),
  },
  {
    name: 'a verb is used without the consent for it',
    file: 'src/ir/run.js',
    find: 'permission && permissions && !permissions.has(permission)',
    plant: 'false',
    test: e2eTest('permissions', 'does not get past store.create without the consent for it'),
  },
  {
    name: 'the capability for everything reaches the built-in extensions',
    file: 'src/ir/permissions.js',
    find: "capability === '*' && scopes.length > 1",
    plant: "capability === '*'",
    test: {
      file: 'src/ir/permissions.spec.js',
      name: 'reach a built-in extension only by a capability that names it, and are of the kind that the function is',
    },
  },
];
