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
  {
    name: 'a service that acts for a user changes settings of another tenant',
    file: 'src/config/config.handlers.js',
    find: 'if (tenant && tenant !== named)',
    plant: 'if (false)',
    test: e2eTest('config', 'are those of the tenant of the acting user, if there is one'),
  },
  {
    name: 'an administrator changes the defaults of another tenant',
    file: 'src/config/config.handlers.js',
    find: 'if (ctx.tenant !== OPERATOR_TENANT)',
    plant: 'if (false)',
    test: e2eTest('config', 'are changed by its administrators and those of the platform only'),
  },
  {
    name: 'a user overrides what is enforced',
    file: 'src/config/resolve-config.js',
    find: "...present.toReversed().map(({ enforced }) => ({ source: 'enforced', values: enforced })),",
    plant: '',
    test: e2eTest(
      'config',
      'comes from the platform, the tenant, the app, the role and the user in this order, and what is enforced comes last',
    ),
  },
  {
    name: 'a setting is named like a prototype',
    file: 'src/config/change-config.js',
    find: 'if (REFUSED_KEYS.includes(key))',
    plant: 'if (false)',
    test: e2eTest('config', 'that are too large, too deep or named like a prototype are refused, and nothing is stored'),
  },
  {
    name: 'the catalogue has tools of a suspended app',
    file: 'src/catalog/catalog-tools.js',
    find: 'not a.suspended and (a.delisted_at',
    plant: '(a.delisted_at',
    test: e2eTest(
      'catalog',
      'has no tool of an app that is suspended or was taken out of the marketplace, until it is restored or approved again',
    ),
  },
  {
    name: 'the catalogue has tools that no one has reviewed',
    file: 'src/catalog/catalog-tools.js',
    find: 'r.revision = a.live_revision',
    plant: 'r.revision = a.latest_revision',
    test: e2eTest('catalog', 'has no tool of an app that waits for its approval, nor of a newer release than the approved one'),
  },
  {
    name: 'a search of their own apps finds those of others',
    file: 'src/catalog/catalog.repository.js',
    find: 'where i.tenant_id = :tenant and i.user_id = :user and not a.suspended',
    plant: 'where not a.suspended',
    test: e2eTest('catalog', 'are found by meaning too, and only among their own'),
  },
  {
    name: 'a changed tool keeps its vector',
    file: 'src/catalog/catalog-tools.js',
    find: '(catalog_tool.app_name, catalog_tool.description) = (excluded.app_name, excluded.description)',
    plant: 'true',
    test: e2eTest('catalog', 'follows the approved release: a changed tool gets a new vector, and one that is gone is removed'),
  },
  {
    name: 'an app is installed against its access policy',
    file: 'src/extension/install-app.js',
    find: 'if (!admits(app.access_policy, ctx))',
    plant: 'if (false)',
    test: e2eTest('installs', 'is installed only by those whom it admits, in the tenant whose policy it is'),
  },
  {
    name: 'automations of a user of another tenant are read',
    file: 'src/user-automation/user-automation.handlers.js',
    find: 'await this.assertUser(ctx, user_id);\n        return this.read(ctx, user_id);',
    plant: 'return this.read(ctx, user_id);',
    test: e2eTest('user-automations', 'those of a user of another tenant cannot be read or replaced'),
  },
  {
    name: 'an app can be installed while its installs are purged',
    file: 'src/extension/purge.handlers.js',
    find: 'await this.apps.setSuspended(',
    plant: 'void (',
    test: e2eTest('purge', 'a purged app can be neither installed nor called, and purging it again changes nothing'),
  },
  {
    name: 'a purge ends after some installs',
    file: 'src/extension/purge.handlers.js',
    find: 'if (!installs.length)',
    plant: 'if (installs.length < 2000)',
    test: e2eTest('purge', 'the installs of a purged app are removed in all tenants, once each, although the process is killed among them'),
  },
];
