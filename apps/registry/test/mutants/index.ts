import { type Mutant, e2eTest } from '@skep/testkit';

const RUNNABLE = 'src/app/runnable.js';

const SUSPENDED = e2eTest(
  'suspension',
  'an app that is suspended is called by nobody, neither by those who have it nor by its developer, until it is restored',
);

/** Every planted bug: what a person has consented to, and what they run. */
export const mutants: Mutant[] = [
  {
    name: 'security 8.3.2: an app that an administrator has suspended is called',
    file: 'src/app/app.handlers.js',
    find: 'if (callable.is_suspended)',
    plant: 'if (false)',
    test: SUSPENDED,
  },
  {
    name: 'security 8.3.2: an app that an administrator has suspended is installed',
    file: 'src/extension/install.js',
    find: 'if (app.suspended)',
    plant: 'if (false)',
    test: e2eTest('suspension', 'an app that is suspended is installed by nobody, nor consented to again; whoever has it may part with it'),
  },
  {
    name: 'security 8.3.2: a suspension that is heard late lifts a newer one',
    file: 'src/app/app.repository.js',
    find: 'where app.suspension_changed_at is null or app.suspension_changed_at <= excluded.suspension_changed_at',
    plant: '',
    test: e2eTest(
      'suspension',
      'a suspension that is heard before the first release holds for it, and one that is heard late lifts nothing',
    ),
  },
  {
    name: 'a release runs that wants more than was consented to',
    file: RUNNABLE,
    find: 'and not exists (select from unnest(wants.permissions) w where ${BEYOND_CONSENT})',
    plant: '',
    test: e2eTest('consent', 'leaves them with the former one, and says what is new'),
  },
  {
    name: 'the oldest release within the consent runs',
    file: RUNNABLE,
    find: 'order by p.approved_at desc, p.revision desc',
    plant: 'order by p.approved_at',
    test: e2eTest('consent', 'is passed over by a later one that wants less again, for the newest that is within the consent'),
  },
  {
    name: 'consent for every installed app reaches the built-in ones',
    file: RUNNABLE,
    find: "'${ONE_INSTALLED_APP.source}'",
    plant: "'^call:[^:]+:'",
    test: e2eTest('consent', 'is not one that has consent for call:*:read and wants call:billing:read'),
  },
  {
    name: 'a wider consent does not contain a narrower one',
    file: RUNNABLE,
    find: "'${ANY_INSTALLED_APP}'",
    plant: "''",
    test: e2eTest('consent', 'is what people run at once; what they have consented to stays'),
  },
  {
    name: 'consent is to another revision than was shown',
    file: 'src/extension/extension.repository.js',
    find: 'coalesce($4, a.live_revision)',
    plant: 'coalesce(a.live_revision, $4)',
    test: e2eTest('consent', 'consents to the revision that was shown, whichever the registry has heard to be approved'),
  },
  {
    name: 'installing again does not renew the consent',
    file: 'src/extension/extension.repository.js',
    find: 'and (i.revision, i.permissions) is distinct from (r.revision, r.permissions)',
    plant: 'and i.revision is null',
    test: e2eTest(
      'consent',
      'runs for whoever installs the app now, and for the others once they install it again, which counts nobody twice',
    ),
  },
];
