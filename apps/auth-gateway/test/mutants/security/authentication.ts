import { e2eTest as test, type Mutant } from '@skep/testkit';

const ATTEMPTS = 'src/password/attempt-limits.js';
const CHANGE_PASSWORD = 'src/password/change-password.js';
const DECIDE_DEVICE = 'src/device/decide-device.js';
const FACTORS = 'src/factor/factor.handlers.js';
const PASSWORDS = 'src/password/passwords.js';
const PASSWORD_RULE = { library: 'contracts', file: 'src/auth/credentials.js', find: 'min: 8, max: 128' };
const CHANGES_PASSWORD = test('password', 'makes the new one good, ends the other sessions, keeps this one and tells me by mail');
const ADDS_FACTOR = test(
  'factor',
  'counts once its first code has confirmed it: it gives ten recovery codes, ends the other sessions and is told by mail',
);
const CHANGES_EMAIL = test('email-change', 'counts once the link in the mail to it is opened; the old one is told at once and afterwards');
const CODES_ONCE = test('factor', 'open the account once each, however they are typed, and a mail tells it');

/** In what chapter 6 of docs/security.md says. */
export const authentication: Mutant[] = [
  {
    name: 'security 6.1.1, 6.3.1: a login may be guessed at a thousand times',
    file: ATTEMPTS,
    find: 'login: { burst: 10, refill_seconds: 60 }',
    plant: 'login: { burst: 1_000, refill_seconds: 60 }',
    test: test('login', 'is slowed down after ten wrong passwords, known or unknown, from that network only'),
  },
  {
    name: 'security 6.2.1: a password has four characters',
    ...PASSWORD_RULE,
    plant: 'min: 4, max: 128',
    test: test('password-rules', 'has eight characters at the least'),
  },
  {
    name: 'security 6.2.2: a new password is not kept',
    file: CHANGE_PASSWORD,
    find: 'if (!(await this.credentials.replace(credential, password_hash)))',
    plant: 'if (false)',
    test: CHANGES_PASSWORD,
  },
  {
    name: 'security 6.2.3: a change does not ask for the present password',
    file: CHANGE_PASSWORD,
    find: 'await this.reauthentication.verifyPassword(ctx, current_password)',
    plant: 'await this.credentials.find(ctx.user, ctx.tenant)',
    test: test('password', 'needs the current one, and slows down guessing as a login does'),
  },
  {
    name: 'security 6.2.4: the most used passwords are taken',
    file: 'src/password/common-passwords.js',
    find: 'if ((await (commonPasswords ??= loadCommonPasswords())).has(password.toLowerCase()))',
    plant: 'if (false)',
    test: test('password-rules', 'is none of those that everybody tries first, as password1'),
  },
  {
    name: 'security 6.2.5: a password needs a digit',
    file: PASSWORDS,
    find: 'await assertNotCommon(field, password);',
    plant: `if (!/\\d/.test(password)) throw TooManyRequests(undefined, 2);`,
    test: test('password-rules', 'may be of whatever characters, and is taken exactly as it is: "ALL CAPITALS"'),
  },
  {
    name: 'security 6.2.8: capitals in a password do not count',
    file: 'src/password/argon2-thread.js',
    find: 'return expected_hash === undefined ? hashSync(password, PARAMETERS) : verifySync(expected_hash, password);',
    plant:
      'const folded = password.toLowerCase(); return expected_hash === undefined ? hashSync(folded, PARAMETERS) : verifySync(expected_hash, folded);',
    test: test('password-rules', 'may be of whatever characters, and is taken exactly as it is: "ALL CAPITALS"'),
  },
  {
    name: 'security 6.2.8: a password is cut after 72 characters',
    file: 'src/password/argon2-thread.js',
    find: 'return expected_hash === undefined ? hashSync(password, PARAMETERS) : verifySync(expected_hash, password);',
    plant:
      'const cut = password.slice(0, 72); return expected_hash === undefined ? hashSync(cut, PARAMETERS) : verifySync(expected_hash, cut);',
    test: test('password-rules', 'tells its last characters apart, however long it is'),
  },
  {
    name: 'security 6.2.9: a password has 63 characters at the most',
    ...PASSWORD_RULE,
    plant: 'min: 8, max: 63',
    test: test('password-rules', 'has 128 characters at the most'),
  },
  {
    name: 'security 6.3.2: there is an administrator by default',
    file: 'src/auth-gateway.config.js',
    find: `this.SKEP_RATE_LIMITS = 'on';`,
    plant: `this.SKEP_RATE_LIMITS = 'on'; this.SKEP_ADMIN_PASSWORD = 'the same everywhere';`,
    test: test('start', 'with an administrator without a password'),
  },
  {
    name: 'security 6.3.4: a device is let in without the second factor',
    file: 'src/session/log-in.js',
    find: 'if (user.second_factor)',
    plant: `if (user.second_factor && purpose === 'login')`,
    test: test('second-factor-device', 'is let in by the password and a code, not by the password alone'),
  },
  {
    name: 'security 6.3.7: another password is not told',
    file: CHANGE_PASSWORD,
    find: 'await this.mailQueue.add(passwordChanged(credential));',
    plant: '',
    test: CHANGES_PASSWORD,
  },
  {
    name: 'security 6.3.7: another factor is not told',
    file: 'src/factor/finish-factor-change.js',
    find: 'await this.mailQueue.add(factorsChanged(owner, DESCRIPTIONS[action]));',
    plant: '',
    test: ADDS_FACTOR,
  },
  {
    name: 'security 6.3.7: another address is not told to the old one',
    file: 'src/email-change/change-email.js',
    find: 'await this.mailQueue.add(emailChangeRequested(address));',
    plant: '',
    test: CHANGES_EMAIL,
  },
  {
    name: 'security 6.3.8: an unknown account costs no work',
    file: PASSWORDS,
    find: 'const expected_hash = hash ?? (await this.dummyHash);',
    plant: 'if (!hash) return false; const expected_hash = hash;',
    test: test(
      'login-work',
      'a login with a wrong password verifies as many hashes for the address unknown in the tenant default as for any other',
    ),
  },
  {
    name: 'security 6.3.8: a login tells who has no account',
    file: 'src/session/log-in.js',
    find: `await this.attempts.count('login', ctx, address);`,
    plant: `await this.attempts.count('login', ctx, address); if (!user) throw EmailNotVerified();`,
    test: test('login', 'fails alike for a wrong password, an unknown address, an unknown tenant and a person who is not active'),
  },
  {
    name: 'security 6.3.8: a sign-up tells who has an account',
    file: 'src/account/sign-up.js',
    find: 'const status = await this.accounts.addressStatus(tenant_id, email);',
    plant: `const status = await this.accounts.addressStatus(tenant_id, email); if (status.has_account) throw new Error('taken');`,
    test: test('account', 'looks the same for an address that has an account, whose owner gets a mail without a link to confirm'),
  },
  {
    name: 'security 6.3.8: to ask for a new password tells who has an account',
    file: 'src/password/forgot-password.js',
    find: 'const send = requests_last_hour < MAX_MAILS_PER_HOUR;',
    plant: `const send = requests_last_hour < MAX_MAILS_PER_HOUR; if (!can_reset) throw new Error('unknown');`,
    test: test('password', 'answers the same and does the same for an address nobody has'),
  },
  {
    name: 'security 6.3.8: a change of address tells who has an account',
    file: 'src/email-change/change-email.js',
    find: 'const send = requests_last_hour < MAX_MAILS_PER_HOUR;',
    plant: `const send = requests_last_hour < MAX_MAILS_PER_HOUR; if (is_taken) throw new Error('taken');`,
    test: test('email-change', 'that has an account gets the same answer and a mail without a link'),
  },
  {
    name: 'security 6.4.3: a reset leaves the other links good',
    file: 'src/password/reset-password.js',
    find: 'await this.credentials.voidResets(address);',
    plant: '',
    test: test('password', 'has a link that works once, even for ten at once, and its newest use voids the others'),
  },
  {
    name: 'security 6.4.3: a reset goes past the second factor',
    file: 'src/password/password.repository.js',
    find: 'update account set password_hash = $3 where tenant_id',
    plant: 'update account set password_hash = $3, second_factor = false where tenant_id',
    test: test('factor', 'is over with another password, and after a reset by mail it asks again'),
  },
  {
    name: 'security 6.4.4, 6.5.1: a recovery code works again and again',
    file: 'src/factor/factor.repository.js',
    find: 'delete from recovery_code where account_id = $1 and hash = $2 returning hash',
    plant: 'select hash from recovery_code where account_id = $1 and hash = $2',
    test: CODES_ONCE,
  },
  {
    name: 'security 6.4.4: the operator removes factors without a word',
    file: FACTORS,
    find: `await this.finishChange.run(ctx, owner, 'factors.removed');`,
    plant: 'await this.factors.updateSecondFactorFlag(owner.user_id);',
    test: test('factor', 'gets in with the password alone again, once the operator has removed them, and is told by mail'),
  },
  {
    name: 'security 6.5.1: a code of an app works twice',
    file: 'src/factor/totp.js',
    find: 'if (matches && step > (last_step ?? -1))',
    plant: 'if (matches)',
    test: test('factor', 'takes a code once, also of somebody who looks over the shoulder'),
  },
  {
    name: 'security 6.5.4: a recovery code has 20 bits',
    file: 'src/factor/recovery-codes.js',
    find: 'const LENGTH = 10;',
    plant: 'const LENGTH = 4;',
    test: { file: 'src/factor/totp.spec.js', name: 'ten recovery codes differ, and survive being typed in badly' },
  },
  {
    name: 'security 6.5.6: an authenticator app stays',
    file: FACTORS,
    find: 'if (!owner || !(await this.factors.removeTotp(user_id)))',
    plant: 'if (!owner)',
    test: test('factor', 'is taken away by the password, and the recovery codes with it'),
  },
  {
    name: 'security 6.5.6: a passkey stays',
    file: 'src/passkey/passkey.handlers.js',
    find: 'if (!owner || !(await this.passkeys.remove(user_id, tenant_id, passkey_id)))',
    plant: 'if (!owner)',
    test: test('passkey', 'sign in no more once they are removed, though the others do'),
  },
  {
    name: 'security 6.5.8: a code is good minutes early and late',
    file: 'src/factor/totp.js',
    find: 'const MAX_SKEW_STEPS = 1;',
    plant: 'const MAX_SKEW_STEPS = 4;',
    test: { file: 'src/factor/totp.spec.js', name: 'may be one step old or early and no more, and none up to the last one taken counts' },
  },
  {
    name: 'security 6.6.2: a challenge answers whatever was asked',
    file: 'src/factor/challenges.js',
    find: 'where hash = $1 and purpose = $2 and expires_at > clock_timestamp()',
    plant: `where hash = $1 and $2::text <> '' and expires_at > clock_timestamp()`,
    test: test('second-factor-device', 'is not let in with a challenge of a login or of another device, nor is a login with its own'),
  },
  {
    name: 'security 6.6.3: guesses at the codes of devices are not counted',
    file: DECIDE_DEVICE,
    find: `await this.attempts.count('device', ctx, ANY_ACCOUNT);`,
    plant: '',
    test: test('device', 'cannot guess codes, nor passwords without a code'),
  },
  {
    name: 'security 6.7.1: whoever knows its id removes a passkey',
    file: 'src/passkey/passkey.repository.js',
    find: 'delete from passkey where account_id = $1 and tenant_id = $2 and id = $3',
    plant: `delete from passkey where $1::text <> '' and tenant_id = $2 and id = $3`,
    test: test('passkey', 'are nobody else’s: not of another person, nor of the same id in another tenant'),
  },
  {
    name: 'security 6.7.2: a challenge of a passkey is answered twice',
    file: 'src/factor/challenges.js',
    find: 'delete from challenge where hash = $1 and purpose',
    plant: 'update challenge set wrong_answers = wrong_answers where hash = $1 and purpose',
    test: test('passkey', 'answers a challenge once and within five minutes'),
  },
  {
    name: 'security 6.7.2: a challenge has 32 bits',
    file: 'src/factor/challenges.js',
    find: 'const CHALLENGE_BYTES = 32;',
    plant: 'const CHALLENGE_BYTES = 4;',
    test: test('factor', 'says what is needed in words and in members that lead on, and gives tokens for a code'),
  },
];
