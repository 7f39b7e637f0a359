import { e2eTest, type Mutant } from '@skep/testkit';

const BUDGETS = 'src/usage/budgets.js';
const CONFIG = 'src/settings/model-config.js';
const SETTINGS = 'src/settings/effective-settings.js';
const FAILOVER = 'src/provider/failover.js';
const CONCURRENT = 'of a person is held exactly under concurrency, and settled with what was used';

const PURCHASE = 'src/completion/completion-charge.js';
const CHARGED_ONCE = e2eTest('purchases', 'with an Idempotency-Key is charged once, however often it is repeated and interrupted');

/** Planted bugs: each would send a key where it does not belong, overdraw a budget, or pass off half an answer as a whole one. */
export const mutants: Mutant[] = [
  {
    name: 'a fee is charged again after a crash',
    file: PURCHASE,
    find: "if (placed.status === 'captured')",
    plant: 'if (false)',
    test: CHARGED_ONCE,
  },
  {
    name: 'the hold of a fee has another key after a crash',
    file: PURCHASE,
    find: 'place(this.key ?? this.id)',
    plant: 'place(this.id)',
    test: CHARGED_ONCE,
  },
  {
    name: 'a fee is only charged if billing answers',
    file: PURCHASE,
    find: 'await this.outbox.add(',
    plant: 'void (',
    test: e2eTest('purchases-crash', 'charges each completion once, although billing is killed meanwhile'),
  },
  {
    name: 'an app spends the budget of any user',
    file: 'src/completion/complete.js',
    find: 'app_id !== undefined && ctx.user',
    plant: 'app_id === undefined && ctx.user',
    test: e2eTest('apps', 'an app does not spend the budget of a user who does not have it'),
  },
  {
    name: 'a masked key stays with another address',
    file: CONFIG,
    find: "kept['base_url'] === base_url",
    plant: 'true',
    test: e2eTest('settings', 'never send a key to an address of another owner'),
  },
  {
    name: 'keys are answered',
    file: CONFIG,
    find: '`${MASK}${key.slice(-4)}`',
    plant: 'key',
    test: e2eTest('settings', 'are answered with masked keys, which stay when they are written back, and are sealed in the table'),
  },
  {
    name: 'an address of a person is not checked',
    file: CONFIG,
    find: "?? 'none', isForeign)",
    plant: "?? 'none', false)",
    test: e2eTest('settings', 'with a private address reach it only if the operator allows it'),
  },
  {
    name: 'settings of a person apply in another tenant',
    file: 'src/completion/complete.js',
    find: 'tenant_id: tenantOf(ctx, input),',
    plant: "tenant_id: 'default',",
    test: e2eTest('settings', 'of a person apply to that person in their tenant only, and cost no fee'),
  },
  {
    name: 'an app uses the key of any person',
    file: 'src/completion/complete.js',
    find: 'extensionOf(ctx) === undefined ? ',
    plant: 'true ? ',
    test: e2eTest('settings', 'of a service that names a person are those of the person; an app cannot name one'),
  },
  {
    name: 'what is enforced does not win',
    file: SETTINGS,
    find: "layer('tenant', tenant.enforced),",
    plant: '',
    test: e2eTest('settings', 'are those of the installation, the tenant, the role and the person, and what is enforced wins'),
  },
  {
    name: 'holds of others do not count',
    file: BUDGETS,
    find: 'user + held.user',
    plant: 'user',
    test: e2eTest('settings', CONCURRENT),
  },
  {
    name: 'a completion does not wait for another one',
    file: BUDGETS,
    find: 'inTransaction) : this',
    plant: 'work) : this',
    test: e2eTest('settings', CONCURRENT),
  },
  {
    name: 'a budget of one tenant is that of all',
    file: BUDGETS,
    find: 'if (isBeyond(tenant + held.tenant, limits.tenant))',
    plant: 'if (false)',
    test: e2eTest('settings', 'of a tenant counts all its people, and no other tenant'),
  },
  {
    name: 'an answer that breaks off costs nothing',
    file: 'src/completion/complete.js',
    find: 'answer.hasBegun ? settle()',
    plant: 'false ? settle()',
    test: e2eTest('settings', 'is not used by a request that failed, but by an answer that broke off'),
  },
  {
    name: 'the key of a provider goes to a new address',
    file: 'src/settings/provider.handlers.js',
    find: 'delete after.api_key',
    plant: 'void after.api_key',
    test: e2eTest('providers', 'change field by field; another address needs the key again'),
  },
  {
    name: 'the operator’s key goes to an address of a user',
    file: 'src/settings/named-providers.js',
    find: "given.api_key || 'none'",
    plant: "given.api_key || before?.endpoint?.api_key || 'none'",
    test: e2eTest('providers', 'get a key of their own for the address of the operator, not the operator’s key for theirs'),
  },
  {
    name: 'a request fails over to a provider that someone else pays',
    file: 'src/completion/model-choices.js',
    find: 'payer === chosen.payer',
    plant: 'true',
    test: e2eTest('providers', 'does not end with the operator’s model, whose fee the user did not ask for'),
  },
  {
    name: 'half an answer passes for a whole one',
    file: 'src/provider/wire.js',
    find: 'if (finishReason.raw === undefined ||',
    plant: 'if (false && finishReason.raw === undefined &&',
    test: e2eTest('completions', 'whose answer ends without a reason has not answered'),
  },
  {
    name: 'a provider is asked again after its first text',
    file: FAILOVER,
    find: 'hasBegun || !error.isTemporary',
    plant: '!error.isTemporary',
    test: e2eTest('completions', 'is asked for once more after a failure, but never after its first text'),
  },
  {
    name: 'a refused key is hidden by the next provider',
    file: 'src/provider/model.js',
    find: "['auth', 'context',",
    plant: "['context',",
    test: e2eTest('completions', 'that answers with 401 is not replaced'),
  },
  {
    name: 'a large recording fills the memory',
    file: 'src/transcription/transcription.handlers.js',
    find: 'audio.size > RECORDING_BYTES_MAX',
    plant: 'false',
    test: e2eTest('transcription', 'a recording over 10 MB is refused before the model is asked'),
  },
  {
    name: 'a recording that was not transcribed stays reserved',
    file: 'src/transcription/transcription.handlers.js',
    find: 'await charge.release();',
    plant: '',
    test: e2eTest('transcription', 'a recording costs its price, once it is answered'),
  },
  {
    name: 'new limits are not in the audit log',
    file: 'src/settings/settings.handlers.js',
    find: 'if (paths.length)',
    plant: 'if (false)',
    test: e2eTest('settings', 'that a service sets are an event without values, for the audit log of their tenant'),
  },
  {
    name: 'a coding session costs what a chat costs',
    file: 'src/completion/fees.js',
    find: 'coding ? this.ofCoding(fee, coding) : fee',
    plant: 'fee',
    test: e2eTest('purchases', 'in a coding session costs what sessions cost, and a turn at least the smallest charge'),
  },
  {
    name: 'every answer of a coding session costs the smallest charge of a turn',
    file: 'src/completion/fees.js',
    find: 'is_first ? Math.max(',
    plant: 'true ? Math.max(',
    test: e2eTest('purchases', 'in a coding session costs what sessions cost, and a turn at least the smallest charge'),
  },
];
