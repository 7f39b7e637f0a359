import { e2eTest as test, migration, type Mutant } from '@skep/testkit';
import { security } from './security.js';

const ROTATE = migration('4-devices');
const VERIFY = 'src/account/verify-email.js';
const SIGNUPS = 'src/account/account.repository.js';

/** Every planted bug. */
export const mutants: Mutant[] = [
  {
    name: 'a link confirms its own sign-up, whatever the password',
    file: VERIFY,
    find: 'return signup;',
    plant: 'return address;',
    test: test('verify-email', 'gives the account the id and the name of the sign-up whose password was given'),
  },
  {
    name: 'a link without a password confirms a sign-up that is disputed',
    file: VERIFY,
    find: 'if (linked.disputed)',
    plant: 'if (false)',
    test: test('verify-email', 'opens nothing without the password once sign-ups came from different networks, and says what to send'),
  },
  {
    name: 'a flood of sign-ups hides the dispute',
    file: SIGNUPS,
    find: 'bool_or(s.network <> link.network) over () as disputed',
    plant: 'bool_or(s.network <> link.network) over (order by s.token_hash = $1 desc, s.created_at desc) as disputed',
    test: test('verify-email', 'does so also where a stranger has signed up so often that the other sign-up is not among the newest'),
  },
  {
    name: 'a wrong password at a link is not counted',
    file: VERIFY,
    find: `await this.attempts.count('login', ctx, address);`,
    plant: '',
    test: test('verify-email', 'stays good after a wrong password, which counts as that of a login does'),
  },
  {
    name: 'a login verifies a hash the less where no sign-up waits',
    file: 'src/session/log-in.js',
    find: 'if (await this.passwords.verify(ctx, password, pending_hash))',
    plant: 'if (pending_hash && (await this.passwords.verify(ctx, password, pending_hash)))',
    test: test(
      'login-work',
      'a login with a wrong password verifies as many hashes for the address known in the tenant default as for any other',
    ),
  },
  {
    name: 'a used token gives a used successor again to its client',
    file: ROTATE,
    find: 't.hash = successor and t.used_at is null)',
    plant: 't.hash = successor)',
    test: test('session', 'by the same client ends the session once the successor has been used'),
  },
  {
    name: 'after the grace any client gets the successor',
    file: ROTATE,
    find: 'token.used_by = client or',
    plant: 'true or',
    test: test('session', 'by the owner ends the session when a thief from elsewhere has used the token first'),
  },
  {
    name: 'an outage signs people out',
    file: ROTATE,
    find: 'token.used_by = client or',
    plant: '',
    test: test('session', 'days later gives the same successor again to the client whose answer was lost'),
  },
  {
    name: 'the program of a client does not count',
    file: 'src/session/refresh-session.js',
    find: '[networkOf(ip), agent]',
    plant: '[networkOf(ip)]',
    test: test('refresh-family', 'a family of refresh tokens follows its model, whatever is presented when'),
  },
  ...security,
];
