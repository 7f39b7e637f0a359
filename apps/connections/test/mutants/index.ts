import { e2eTest, type Mutant } from '@skep/testkit';

const FINDER = 'src/secret/secret-finder.js';
const HANDLERS = 'src/secret/secret.handlers.js';

/** Planted bugs: each would give a secret or an account to someone who must not have it, or hide that a secret was read. */
export const mutants: Mutant[] = [
  {
    name: 'a state is not bound to the user',
    file: 'src/account/account.repository.js',
    find: '(:user::text is null or (tenant_id, user_id) = (:tenant, :user))',
    plant: '(:user::text is null or (:tenant::text, :user::text) is not null)',
    test: e2eTest('accounts', 'is refused with a state that is unknown, used, expired, or of another app, provider or signed-in user'),
  },
  {
    name: 'a state works for another app',
    file: 'src/account/account.repository.js',
    find: '(:app_id::text is null or app_id = :app_id)',
    plant: '(:app_id::text is null or true)',
    test: e2eTest('accounts', 'is refused with a state that is unknown, used, expired, or of another app, provider or signed-in user'),
  },
  {
    name: 'the verifier is not the one that was announced',
    file: 'src/account/connect-account.js',
    find: 'calculatePKCECodeChallenge(code_verifier)',
    plant: 'calculatePKCECodeChallenge(generateRandomCodeVerifier())',
    test: e2eTest('accounts', 'is started at the provider with PKCE, the scopes of the app and a state, and saves the account of the user'),
  },
  {
    name: 'every process refreshes a token',
    file: 'src/account/account.repository.js',
    find: 'and (refreshing_until is null or refreshing_until < now())',
    plant: '',
    test: e2eTest('accounts', 'is refreshed once, however many ask at once in two processes'),
  },
  {
    name: 'two users share an account',
    file: 'src/account/account.repository.js',
    find: 'throw AccountTaken()',
    plant: '{}',
    test: e2eTest('accounts', 'of an account that another user has connected is refused, also in another tenant'),
  },
  {
    name: 'an undeclared secret is accepted',
    file: FINDER,
    find: 'if (!declared)',
    plant: "if (!declared && input.name !== 'undeclared')",
    test: e2eTest('secrets', 'an undeclared secret is refused, also one that another app declares'),
  },
  {
    name: 'an app uses secrets of another one',
    file: 'src/secret/caller.js',
    find: 'if (isOther(ext_id) || isOther(extensionOf(ctx)))',
    plant: 'if (isOther(ext_id))',
    test: e2eTest('secrets', 'a caller who works for another app is refused'),
  },
  {
    name: 'people read secrets of the app',
    file: HANDLERS,
    find: "if (declared.scope === 'app' && !caller.isApp)",
    plant: 'if (false)',
    test: e2eTest('secrets', 'a secret of the app is set by its developer, read by the app for every user, and read by no person'),
  },
  {
    name: 'a user sets a secret of the app',
    file: FINDER,
    find: "(scope === 'user' || isDeveloper) &&",
    plant: '',
    test: e2eTest('secrets', 'a secret of the app is set by its developer, read by the app for every user, and read by no person'),
  },
  {
    name: 'a read is not audited',
    file: HANDLERS,
    find: "await this.note(ctx, owner, name, 'read')",
    plant: 'undefined',
    test: e2eTest('secrets', 'each access is an event for the audit log, and the value is in no table, event or log as text'),
  },
  {
    name: 'the value is in the event of an access',
    file: HANDLERS,
    find: "await this.note(ctx, owner, declared.name, 'set')",
    plant: "await this.note(ctx, owner, declared.name + input.value, 'set')",
    test: e2eTest('secrets', 'each access is an event for the audit log, and the value is in no table, event or log as text'),
  },
];
