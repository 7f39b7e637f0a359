import { e2eTest, type Mutant } from '@skep/testkit';

const HANDLERS = 'src/account-deletion/account-deletion.handlers.js';
const inOrder = e2eTest('account', 'is deleted in the order that is documented, and leaves only a hash');
const meanwhile = e2eTest('account', 'takes no changes meanwhile, also through services, and can be read');

/** The deletion of an account: each would delete what must stay, or keep what must go. */
export const account: Mutant[] = [
  {
    name: 'an account is deleted with an old sign-in',
    file: HANDLERS,
    find: '> RECENT_MS',
    plant: '> Infinity',
    test: e2eTest('account', 'is not deleted by who signed in more than five minutes ago'),
  },
  {
    name: 'an account is deleted without a confirmation',
    file: HANDLERS,
    find: 'if (!confirm)',
    plant: 'if (false)',
    test: e2eTest('account', 'is not deleted without a confirmation'),
  },
  {
    name: 'the Firebase user is deleted first',
    file: 'src/account-deletion/deletion-run.js',
    find: 'for (const name of DELETION_STEPS)',
    plant: 'for (const name of [...DELETION_STEPS].reverse())',
    test: inOrder,
  },
  {
    name: 'a deletion that has ended names the person',
    file: 'src/account-deletion/deletion.repository.js',
    find: '{ person_id: null, subjects: [], ',
    plant: '{ ',
    test: inOrder,
  },
  {
    name: 'a person changes things while their account is deleted',
    file: 'src/account-deletion/refuse-changes.js',
    find: 'throw AccountDeleting()',
    plant: 'return true',
    test: meanwhile,
  },
  {
    name: 'a deletion that is asked for twice is two',
    file: 'src/account-deletion/deletion.repository.js',
    find: 'on conflict (tenant_id, person_id) do nothing',
    plant: 'on conflict (id) do nothing',
    test: meanwhile,
  },
  {
    name: 'the code of Apple waits for others',
    file: 'src/account-deletion/deletion-run.js',
    find: `if (isBefore(name, 'apple'))`,
    plant: 'if (false)',
    test: e2eTest('account', 'keeps the code of Apple sealed, and not after it was used'),
  },
  {
    name: 'push tokens outlive the data of a person',
    file: 'src/account-deletion/deletion-steps.js',
    find: 'await this.bus.call(channels.forgetPerson',
    plant: 'void (channels.forgetPerson',
    test: e2eTest(
      'account-crash',
      'a deletion that waits for another service when it is killed continues there, and forgets tokens and devices before the data',
    ),
  },
  {
    name: 'a repeated question is another one',
    file: 'src/model/first-requests.js',
    find: 'return JSON.parse(first.request)',
    plant: 'return request',
    test: e2eTest(
      'health-crash',
      'a question that is killed while it is answered is answered with the words of its first time, and asked once',
    ),
  },
];
