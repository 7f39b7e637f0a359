import { e2eTest, type Mutant } from '@skep/testkit';

/** Planted bugs in the removal of old actions. */
export const actions: Mutant[] = [
  {
    name: 'the service can remove actions itself',
    file: 'sql/action_append_only.sql',
    find: `and current_user = (select relowner::regrole::name from pg_class where oid = 'action'::regclass)`,
    plant: '',
    test: e2eTest('actions', 'no action can be changed or removed'),
  },
  {
    name: 'the service can have young actions removed',
    file: 'sql/remove_old_actions.sql',
    find: `greatest(age, interval '40 days')`,
    plant: 'age',
    test: e2eTest('actions', 'an action is removed after 400 days and stays in the statistics; a younger one is never removed'),
  },
];
