import { e2eTest, type Mutant } from '@skep/testkit';

const NOT_SPENT = e2eTest('permissions', 'are not spent on a priced function that another app calls, directly or through a free one');

/** Planted bugs: an app does something for a user without their consent. */
export const consent: Mutant[] = [
  {
    name: 'credits are spent through another app',
    file: 'src/call/charging.js',
    find: 'call.calledByOtherApp && !costsNothing',
    plant: 'false',
    test: NOT_SPENT,
  },
  {
    name: 'credits are spent through a free function of another app',
    file: 'src/call/call-function.js',
    find: 'calledByOtherApp: call.calledByOtherApp || foreign',
    plant: 'calledByOtherApp: foreign',
    test: NOT_SPENT,
  },
  {
    name: 'an app installs apps for its user',
    file: 'src/call/call-permission.js',
    find: "fn && 'effect' in fn && fn.effect",
    plant: 'false',
    test: e2eTest('permissions', 'cannot call marketplace’s install_app for them, whatever its permissions'),
  },
  {
    name: 'an app may do everything that its release requests, without consent',
    file: 'src/call/app-resolver.js',
    find: 'consent ? grantedPermissions(consent, release.permissions) : release.permissions',
    plant: 'release.permissions',
    test: e2eTest('permissions', 'calls only the apps that they have consented to'),
  },
  {
    name: 'an app may do everything that was consented to, even if its release does not request it',
    file: 'src/call/app-resolver.js',
    find: 'consent ? grantedPermissions(consent, release.permissions) : release.permissions',
    plant: 'consent ? new Set(consent) : release.permissions',
    test: e2eTest('permissions', 'may do no more than its release requests, even if they have consented to more'),
  },
  {
    name: 'a verb runs without the consent for it',
    file: 'src/ir/run-function.js',
    find: 'permission && permissions && !permissions.has(permission)',
    plant: 'false',
    test: e2eTest('permissions', 'cannot run store.create without the consent for it'),
  },
  {
    name: 'the capability * covers the built-in extensions',
    file: 'src/ir/permissions.js',
    find: "capability === '*' && scopes.length > 1",
    plant: "capability === '*'",
    test: {
      file: 'src/ir/permissions.spec.js',
      name: 'cover a built-in extension only by a capability that names it, with the action type of the function',
    },
  },
  {
    name: 'a user who has uninstalled an app can still call it',
    file: 'src/call/callable-apps.js',
    find: 'this.answers.delete(key);',
    plant: 'continue;',
    test: e2eTest('callable-apps', 'that a user has uninstalled an app, and installed it again'),
  },
  {
    name: 'a suspended app is called until the broadcast of its suspension, which may be lost',
    file: 'src/call/callable-apps.js',
    find: 'CACHE_TTL_MS = 2_000',
    plant: 'CACHE_TTL_MS = 60_000',
    test: e2eTest('callable-apps', 'a change of which no kernel is told takes effect within two seconds'),
  },
  {
    name: 'an app is called against its access policy',
    file: 'src/call/app-resolver.js',
    find: 'if (!admits(found.access_policy, caller))',
    plant: 'if (false)',
    test: e2eTest('callable-apps', 'that the access policy of an app has changed'),
  },
];
