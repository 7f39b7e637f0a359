import { e2eTest, type Mutant } from '@skep/testkit';

const ONCE = e2eTest('confirmations', 'runs once, however many confirm it at the same time or later');
const EXPIRED = e2eTest('confirmations', 'does not run from the moment of its expiry, although nothing has noted that yet');
const STRANGER = e2eTest('confirmations', 'of another user or tenant is not found');
const CRASH = e2eTest(
  'confirmed-call-crash',
  'a confirmed call whose kernel is killed is finished by another one, once; if its user is gone it ends with an error',
);

/** Planted bugs in confirmations and the settings that ask for them. */
export const confirmations: Mutant[] = [
  {
    name: 'a call that its user wants to confirm runs at once',
    file: 'src/call/call-function.js',
    find: 'return pending ?? this',
    plant: 'return this',
    test: e2eTest('confirmations', 'has not run, and shows what will'),
  },
  {
    name: 'a batch does not ask for confirmations',
    file: 'src/call/call-functions.js',
    find: '.askOrPerform(',
    plant: '.performConfirmed(',
    test: e2eTest('confirmations', 'is asked about in a batch, item by item'),
  },
  {
    name: 'what runs is not what was shown',
    file: 'src/operate/confirmed-calls.js',
    find: 'JSON.parse(params)',
    plant: `JSON.parse(params.replaceAll('{{', '{'))`,
    test: e2eTest('confirmations', 'runs exactly as it was shown'),
  },
  {
    name: 'params that were changed after they were shown run',
    file: 'src/operate/confirmed-calls.js',
    find: 'if (hashOf(params) !== params_hash)',
    plant: 'if (false)',
    test: e2eTest('confirmations', 'does not run if the stored params are not those that were shown'),
  },
  {
    name: 'another release than the one that was shown runs',
    file: 'src/operate/confirmed-calls.js',
    find: 'if (app.revision !== revision)',
    plant: 'if (false)',
    test: e2eTest('confirmations', 'does not run if its app was updated since, or is disabled'),
  },
  {
    name: 'another user confirms',
    file: 'src/confirmation/confirmation.repository.js',
    find: 'where id = :id and user_id = :user and tenant_id = :tenant',
    plant: 'where id = :id and :user::text is not null and tenant_id = :tenant',
    test: STRANGER,
  },
  {
    name: 'another user reads a confirmation',
    file: 'src/confirmation/confirmation.repository.js',
    find: 'findOneBy({ id, tenant_id: tenant, user_id: user })',
    plant: 'findOneBy({ id, tenant_id: tenant, ...(user && {}) })',
    test: STRANGER,
  },
  {
    name: 'a service confirms what affects the money of its user',
    file: 'src/confirmation/confirmation.repository.js',
    find: `ctx.actor !== 'user'`,
    plant: 'false',
    test: e2eTest('confirmations', 'that affects money is confirmed by its user alone, not by a service that acts for them'),
  },
  {
    name: 'a call that is confirmed twice runs twice',
    file: 'src/operate/confirmed-calls.js',
    find: 'idempotencyKey: confirmation_id',
    plant: 'idempotencyKey: undefined',
    test: ONCE,
  },
  {
    name: 'a user and a service that acts for them run a call once each',
    file: 'src/operate/confirmed-calls.js',
    find: `actor: 'user', idempotencyKey`,
    plant: 'idempotencyKey',
    test: ONCE,
  },
  {
    name: 'a confirmed call that failed runs again',
    file: 'src/operate/confirmed-calls.js',
    find: 'if (confirmation.result !== null)\n            return;\n        const result',
    plant: 'const result',
    test: e2eTest('confirmations', 'that failed does not run again'),
  },
  {
    name: 'an expired confirmation can be confirmed',
    file: 'src/confirmation/confirmation.repository.js',
    find: `status = 'pending' and expires_at > now()`,
    plant: `status = 'pending'`,
    test: EXPIRED,
  },
  {
    name: 'a cancelled confirmation can be confirmed',
    file: 'src/confirmation/confirmation.repository.js',
    find: `status = 'pending' and expires_at > now()`,
    plant: `expires_at > now()`,
    test: e2eTest('confirmations', 'that was cancelled never runs'),
  },
  {
    name: 'the settings can let what affects money pass',
    file: 'src/confirmation/needs-confirmation.js',
    find: 'if (affectsMoney(fn))',
    plant: 'if (affectsMoney(fn) && settings.confirmation_enabled)',
    test: e2eTest('confirmations', 'lets what affects money wait for the panel, whatever the settings'),
  },
  {
    name: 'an automation changes what its user pays',
    file: 'src/call/call-function.js',
    find: 'if (fn && affectsMoney(fn))',
    plant: 'if (false)',
    test: e2eTest('confirmations', 'is not asked about for an automation, which cannot affect money'),
  },
  {
    name: 'a function that seems to read changes data without a confirmation',
    file: 'src/call/call-function.js',
    find: "if (call.source !== 'webhook' &&",
    plant: 'if (false &&',
    test: e2eTest('confirmations', 'cannot hide in a function that seems to do less'),
  },
  {
    name: 'the params of a confirmation are stored in clear text',
    file: 'src/confirmation/confirmation.entity.js',
    find: 'Sealed(),',
    plant: `Column('bytea'),`,
    test: e2eTest('confirmations', 'keeps its params sealed'),
  },
  {
    name: 'a confirmed call is lost with its process',
    file: 'src/confirmation/confirmation.repository.js',
    find: 'await this.runs.start(finishConfirmedCall',
    plant: 'if (false) await this.runs.start(finishConfirmedCall',
    test: CRASH,
  },
  {
    name: 'the role of a user does not decide whether they confirm',
    file: 'src/settings/role-policies.js',
    find: 'confirmation_policy === DEFAULT_ON',
    plant: 'false',
    test: e2eTest('settings', 'ask for confirmations by default if your role in your tenant says so, and always as you choose'),
  },
  {
    name: 'changes of settings at the same time overwrite each other',
    file: 'src/settings/user-settings.repository.js',
    find: ' for update',
    plant: '',
    test: e2eTest('settings', 'lose no change of several at the same time'),
  },
];
