import { type Mutant, e2eTest } from '@skep/testkit';

const RUNNABLE = 'src/app/runnable-revision.js';

const SUSPENDED = e2eTest(
  'suspension',
  'a suspended app cannot be called, neither by users who have it nor by its developer, until it is restored',
);

/** Planted bugs: suspension, consent, and which release a user runs. */
export const mutants: Mutant[] = [
  {
    name: 'security 8.3.2: a suspended app can be called',
    file: 'src/app/app.handlers.js',
    find: 'throw AppSuspended();\n        if (app.is_disabled)',
    plant: 'undefined;\n        if (app.is_disabled)',
    test: SUSPENDED,
  },
  {
    name: 'security 8.3.2: a suspended app can be installed',
    file: 'src/extension/install-app.js',
    find: 'if (app.suspended)',
    plant: 'if (false)',
    test: e2eTest('suspension', 'a suspended app cannot be installed nor consented to again; users who have it can uninstall it'),
  },
  {
    name: 'security 8.3.2: an older restoration lifts a newer suspension',
    file: 'src/app/app.repository.js',
    find: 'where app.suspension_changed_at is null or app.suspension_changed_at <= excluded.suspension_changed_at',
    plant: '',
    test: e2eTest(
      'suspension',
      'a suspension that arrives before the first release applies to it, and an older restoration that arrives later does not lift it',
    ),
  },
  {
    name: 'a release runs with permissions beyond the consent',
    file: RUNNABLE,
    find: 'where ${NOT_CONSENTED})\n   limit 1',
    plant: 'where false)\n   limit 1',
    test: e2eTest('consent', 'does not replace the previous one, and its new permissions are listed'),
  },
  {
    name: 'the oldest release within the consent runs',
    file: RUNNABLE,
    find: 'order by approved_at desc, revision desc',
    plant: 'order by approved_at',
    test: e2eTest('consent', 'is skipped: the newest approved release within the consent runs'),
  },
  {
    name: 'consent to call every installed app includes built-in extensions',
    file: RUNNABLE,
    find: "'${ONE_INSTALLED_APP.source}'",
    plant: "'^call:[^:]+:'",
    test: e2eTest('consent', 'consent to call:*:read does not include call:billing:read'),
  },
  {
    name: 'consent to call every installed app does not include a single one',
    file: RUNNABLE,
    find: "'${ANY_INSTALLED_APP}'",
    plant: "''",
    test: e2eTest('consent', 'runs at once; the consent stays as it is'),
  },
  {
    name: 'the consent is to another revision than was shown',
    file: 'src/extension/extension.repository.js',
    find: 'coalesce(:revision, a.live_revision)',
    plant: 'coalesce(a.live_revision, :revision)',
    test: e2eTest('consent', 'consents to the revision that was shown, whichever revision is live at the registry'),
  },
  {
    name: 'installing again does not renew the consent',
    file: 'src/extension/extension.repository.js',
    find: 'and (i.revision, i.permissions) is distinct from (r.revision, r.permissions)',
    plant: 'and i.revision is null',
    test: e2eTest(
      'consent',
      'runs for users who install the app now, and for the others once they install it again, which counts no one twice',
    ),
  },
  {
    name: 'kernels are not told of a suspension',
    file: 'src/app/app.repository.js',
    find: 'this.changes.add(change.app_id);',
    plant: '',
    test: e2eTest('changes', 'by a suspension'),
  },
  {
    name: 'kernels are not told that a user turned an app off',
    file: 'src/extension/extension.repository.js',
    find: 'DISABLE, installKey(ctx, appId));\n        this.changes.add(appId, ctx);',
    plant: 'DISABLE, installKey(ctx, appId));',
    test: e2eTest('changes', 'by a disabled extension'),
  },
  {
    name: 'an app is installed for a user of another tenant, or for an unknown one',
    file: 'src/extension/extension.handlers.js',
    find: 'this.bus.call(auth.describeUser, ',
    plant: 'Promise.resolve({}, ',
    test: e2eTest('user-extensions', 'a user of another tenant and an unknown user are not found, and nothing changes'),
  },
];
