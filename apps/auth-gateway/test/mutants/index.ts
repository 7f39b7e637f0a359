import { e2eTest as test, type Mutant } from '@skep/testkit';
import { firebase } from './firebase.js';
import { attestation } from './attestation.js';
import { oauth } from './oauth.js';
import { security } from './security.js';
import { singleSignOn } from './single-sign-on.js';

const ROTATE = 'sql/rotate_refresh_token.sql';
const VERIFY = 'src/signup/verify-email.js';
const CONTRAST = 'src/agency/theme-contrast.js';
const SIGNUPS = 'src/account/pending-signup.repository.js';

/** All planted bugs of this app. */
export const mutants: Mutant[] = [
  {
    name: 'a theme may be hard to read on dark screens',
    file: CONTRAST,
    find: 'IS_TEXT.test(name)',
    plant: `IS_TEXT.test(name) && name.endsWith('light')`,
    test: {
      file: 'src/agency/theme-contrast.spec.js',
      name: 'names foreground_dark and background_dark when their contrast is below 4.5 to 1',
    },
  },
  {
    name: 'a link confirms its own sign-up, with any password',
    file: VERIFY,
    find: 'return signup;',
    plant: 'return address;',
    test: test('verify-email', 'gives the account the id and the name of the sign-up with the given password'),
  },
  {
    name: 'a link without a password confirms a disputed sign-up',
    file: VERIFY,
    find: 'if (linked.disputed)',
    plant: 'if (false)',
    test: test('verify-email', 'requires the password if sign-ups came from different networks'),
  },
  {
    name: 'many sign-ups hide a dispute',
    file: SIGNUPS,
    find: 'bool_or(s.network <> link.network) over () as disputed',
    plant: 'bool_or(s.network <> link.network) over (order by s.token_hash = :token_hash desc, s.created_at desc) as disputed',
    test: test(
      'verify-email',
      'requires the password also if a stranger signed up so often that the other sign-up is not among the newest',
    ),
  },
  {
    name: 'a wrong password for a link is not counted',
    file: VERIFY,
    find: `await this.attempts.count('login', ctx, address);`,
    plant: '',
    test: test('verify-email', 'stays valid after a wrong password, which is counted like that of a login'),
  },
  {
    name: 'a login verifies one hash less without a pending sign-up',
    file: 'src/login/log-in.js',
    find: 'const knows = await this.passwords.verify(ctx, password, hash);',
    plant: 'const knows = !!hash && (await this.passwords.verify(ctx, password, hash));',
    test: test('login-work', 'a login with a wrong password verifies two hashes for the address known in the tenant default'),
  },
  {
    name: 'a client gets a used successor again',
    file: ROTATE,
    find: 't.hash = successor and t.used_at is null)',
    plant: 't.hash = successor)',
    test: test('session', 'by the same client revokes the session if the successor was used'),
  },
  {
    name: 'any client gets the successor after the grace period',
    file: ROTATE,
    find: 'token.used_by = client or',
    plant: 'true or',
    test: test('session', 'by the owner revokes the session if a thief in another network used the token first'),
  },
  {
    name: 'a lost response ends the session after the grace period',
    file: ROTATE,
    find: 'token.used_by = client or',
    plant: '',
    test: test('session', 'days later gives the same successor again to the client that lost the response'),
  },
  {
    name: 'the User-Agent of a client is ignored',
    file: 'src/session/refresh-session.js',
    find: '[networkOf(ip), agent]',
    plant: '[networkOf(ip)]',
    test: test('refresh-family', 'a family of refresh tokens follows its model in any order of steps'),
  },
  {
    name: 'a password is hashed in the transaction of an Idempotency-Key',
    library: 'contracts',
    file: 'src/auth/user.js',
    find: 'spansCalls: true,',
    plant: '',
    test: test('users', 'takes no connection while its password is hashed, also under an Idempotency-Key'),
  },
  {
    name: 'a wrong encryption key becomes the key of recovery codes',
    library: 'platform',
    file: 'src/sealing/sealing.js',
    find: 'if (legacy && !sealer)',
    plant: 'if (false)',
    test: test('sealing', 'a database of release 0.1.0 works, also after the key that sealed it was replaced and removed'),
  },
  ...attestation,
  ...security,
  ...singleSignOn,
  ...firebase,
  ...oauth,
];
