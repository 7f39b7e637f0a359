import { e2eTest, type Mutant } from '@skep/testkit';

const FINDER = 'src/secret/secret-finder.js';
const HANDLERS = 'src/secret/secret.handlers.js';

/** Planted bugs: each would give a secret to someone who must not have it, or hide that it was read. */
export const mutants: Mutant[] = [
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
