import { e2eTest, type Mutant } from '@skep/testkit';

/** Planted bugs in the removal and the counting of actions. */
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
  {
    name: 'two instances count the same actions',
    file: 'sql/count_actions.sql',
    find: `delete from uncounted_action where ctid = any (array(select ctid from uncounted_action limit at_most)) returning *`,
    plant: `select * from uncounted_action limit at_most`,
    test: e2eTest(
      'action-counts',
      'statistics are the same before and after two instances have counted the actions, and equal the actions',
    ),
  },
];
