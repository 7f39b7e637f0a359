import { e2eTest as test, type Mutant } from '@skep/testkit';

const ATTEMPTS = 'src/attempt/attempt-limits.js';
const CHANGE_PASSWORD = 'src/password/change-password.js';
const DECIDE_DEVICE = 'src/device/decide-device.js';
const FACTORS = 'src/factor-change/factor-change.handlers.js';
const PASSWORDS = 'src/secrets/passwords.js';
const PASSWORD_RULE = { library: 'contracts', file: 'src/auth/credentials.js', find: 'min: 8,' };
const CHANGES_PASSWORD = test('password', 'sets the new one, revokes the other sessions, keeps this one and sends an e-mail');
const ADDS_FACTOR = test(
  'factor',
  'is confirmed by its first code, which gives ten recovery codes, revokes the other sessions and sends an e-mail',
);
const CHANGES_EMAIL = test(
  'email-change',
  'takes effect when its link is opened, and the old address is notified of the request and the change',
);
const CODES_ONCE = test('factor', 'work once each, however they are typed, and send an e-mail');

/** Rules of chapter 6 of docs/security.md. */
export const authentication: Mutant[] = [
  {
    name: 'security 6.1.1, 6.3.1: a password can be guessed a thousand times',
    file: ATTEMPTS,
    find: 'login: { burst: 10, refill_seconds: 60 }',
    plant: 'login: { burst: 1_000, refill_seconds: 60 }',
    test: test('login', 'is limited after ten wrong passwords per network, whether the address is known or not'),
  },
  {
    name: 'security 6.2.1: a password can have four characters',
    ...PASSWORD_RULE,
    plant: 'min: 4,',
    test: test('password-rules', 'has at least eight characters'),
  },
  {
    name: 'security 6.2.2: a new password is not stored',
    file: CHANGE_PASSWORD,
    find: 'if (!(await this.accounts.replacePassword(credential, password_hash)))',
    plant: 'if (false)',
    test: CHANGES_PASSWORD,
  },
  {
    name: 'security 6.2.3: a change does not require the current password',
    file: CHANGE_PASSWORD,
    find: 'await this.reauthentication.verifyPassword(ctx, current_password)',
    plant: 'await this.accounts.findCredential(ctx)',
    test: test('password', 'requires the current one, and limits guessing as a login does'),
  },
  {
    name: 'security 6.2.4: common passwords are accepted',
    file: 'src/secrets/common-passwords.js',
    find: 'if ((await (commonPasswords ??= loadCommonPasswords())).has(password.toLowerCase()))',
    plant: 'if (false)',
    test: test('password-rules', 'cannot be a common one such as password1'),
  },
  {
    name: 'security 6.2.5: a password needs a lower-case letter or a digit',
    file: PASSWORDS,
    find: 'await assertNotCommon(field, password);',
    plant: `if (!/[a-z\\d]/.test(password)) throw TooManyRequests(undefined, 2);`,
    test: test('password-rules', 'can have any characters and is used exactly as given: "ALL CAPITALS"'),
  },
  {
    name: 'security 6.2.8: passwords are compared without case',
    file: 'src/secrets/argon2-thread.js',
    find: 'return expected_hash === undefined ? hashSync(password, PARAMETERS) : verifySync(expected_hash, password);',
    plant:
      'const folded = password.toLowerCase(); return expected_hash === undefined ? hashSync(folded, PARAMETERS) : verifySync(expected_hash, folded);',
    test: test('password-rules', 'can have any characters and is used exactly as given: "ALL CAPITALS"'),
  },
  {
    name: 'security 6.2.8: a password is truncated after 72 characters',
    file: 'src/secrets/argon2-thread.js',
    find: 'return expected_hash === undefined ? hashSync(password, PARAMETERS) : verifySync(expected_hash, password);',
    plant:
      'const cut = password.slice(0, 72); return expected_hash === undefined ? hashSync(cut, PARAMETERS) : verifySync(expected_hash, cut);',
    test: test('password-rules', 'is not truncated'),
  },
  {
    name: 'security 6.2.9: a password has at most 63 characters',
    ...PASSWORD_RULE,
    find: '    max: 128,',
    plant: '    max: 63,',
    test: test('password-rules', 'has at most 128 characters'),
  },
  {
    name: 'security 6.3.2: there is an administrator by default',
    file: 'src/auth-gateway.config.js',
    find: `this.SKEP_RATE_LIMITS = 'on';`,
    plant: `this.SKEP_RATE_LIMITS = 'on'; this.SKEP_ADMIN_PASSWORD = 'the same everywhere';`,
    test: test('start', 'with an administrator without a password'),
  },
  {
    name: 'security 6.3.4: a device is approved without the second factor',
    file: 'src/login/log-in.js',
    find: 'if (user.second_factor)',
    plant: `if (user.second_factor && purpose === 'login')`,
    test: test('second-factor-device', 'is approved by the password and a code, not by the password alone'),
  },
  {
    name: 'security 6.3.7: a changed password sends no e-mail',
    file: CHANGE_PASSWORD,
    find: 'await this.mailQueue.add(passwordChanged(credential));',
    plant: '',
    test: CHANGES_PASSWORD,
  },
  {
    name: 'security 6.3.7: a changed factor sends no e-mail',
    file: 'src/factor-change/finish-factor-change.js',
    find: 'await this.mailQueue.add(factorsChanged(owner, DESCRIPTIONS[action]));',
    plant: '',
    test: ADDS_FACTOR,
  },
  {
    name: 'security 6.3.7: a changed address sends no e-mail to the old one',
    file: 'src/email-change/change-email.js',
    find: 'await this.mailQueue.add(emailChangeRequested(address));',
    plant: '',
    test: CHANGES_EMAIL,
  },
  {
    name: 'security 6.3.8: a login to an unknown account verifies no hash',
    file: PASSWORDS,
    find: 'const expected_hash = hash ?? (await this.dummyHash);',
    plant: 'if (!hash) return false; const expected_hash = hash;',
    test: test('login-work', 'a login with a wrong password verifies two hashes for the address unknown in the tenant default'),
  },
  {
    name: 'security 6.3.8: a login reveals who has no account',
    file: 'src/login/log-in.js',
    find: `await this.attempts.count('login', ctx, address);`,
    plant: `await this.attempts.count('login', ctx, address); if (!user) throw EmailNotVerified();`,
    test: test('login', 'gives the same error for a wrong password, an unknown address, an unknown tenant and an inactive user'),
  },
  {
    name: 'security 6.3.8: a sign-up reveals who has an account',
    file: 'src/signup/sign-up.js',
    find: 'const status = await this.accounts.addressStatus(address);',
    plant: `const status = await this.accounts.addressStatus(address); if (status.has_account) throw new Error('taken');`,
    test: test('account', 'gives the same response for an address with an account, whose owner gets an e-mail without a verification link'),
  },
  {
    name: 'security 6.3.8: a password reset reveals who has an account',
    file: 'src/password/forgot-password.js',
    find: 'const send = requests_last_hour < MAX_MAILS_PER_HOUR;',
    plant: `const send = requests_last_hour < MAX_MAILS_PER_HOUR; if (!can_reset) throw new Error('unknown');`,
    test: test('password', 'gives the same response and writes the same rows for an unknown address'),
  },
  {
    name: 'security 6.3.8: a change of address reveals who has an account',
    file: 'src/email-change/change-email.js',
    find: 'const send = requests_last_hour < MAX_MAILS_PER_HOUR;',
    plant: `const send = requests_last_hour < MAX_MAILS_PER_HOUR; if (is_taken) throw new Error('taken');`,
    test: test('email-change', 'that has an account gives the same response and gets an e-mail without a link'),
  },
  {
    name: 'security 6.4.3: other links stay valid after a reset',
    file: 'src/password/reset-password.js',
    find: 'await this.resets.voidAll(address);',
    plant: '',
    test: test('password', 'has a link that works once, even for ten concurrent uses, and invalidates the others'),
  },
  {
    name: 'security 6.4.3: a reset disables the second factor',
    file: 'src/account/account.repository.js',
    find: 'update account set password_hash = :password_hash where tenant_id',
    plant: 'update account set password_hash = :password_hash, second_factor = false where tenant_id',
    test: test('factor', 'is invalid after a password change, and a login after a reset asks for a factor again'),
  },
  {
    name: 'security 6.4.4, 6.5.1: a recovery code works several times',
    file: 'src/factor/factor.repository.js',
    find: '(await this.db.repository(RecoveryCodeEntity).delete({ account_id, hash })).affected === 1',
    plant: 'this.db.repository(RecoveryCodeEntity).existsBy({ account_id, hash })',
    test: CODES_ONCE,
  },
  {
    name: 'security 6.4.4: the operator removes factors without an e-mail',
    file: FACTORS,
    find: `await this.finishChange.run(ctx, owner, 'factors.removed');`,
    plant: 'await this.factors.updateSecondFactorFlag(owner.user_id);',
    test: test('factor', 'signs in with the password alone after the operator removed the factors, and gets an e-mail'),
  },
  {
    name: 'security 6.5.1: a TOTP code works twice',
    file: 'src/factor/totp.js',
    find: 'if (matches && step > (last_step ?? -1))',
    plant: 'if (matches)',
    test: test('factor', 'accepts a code once, also for a second challenge'),
  },
  {
    name: 'security 6.5.4: a recovery code has 20 bits',
    file: 'src/factor/recovery-codes.js',
    find: 'const LENGTH = 10;',
    plant: 'const LENGTH = 4;',
    test: { file: 'src/factor/totp.spec.js', name: 'generates ten different recovery codes, and parses them however they are typed' },
  },
  {
    name: 'security 6.5.6: an authenticator app cannot be removed',
    file: FACTORS,
    find: 'if (!owner || !(await this.factors.removeTotp(user_id)))',
    plant: 'if (!owner)',
    test: test('factor', 'is removed with the password, and the recovery codes with it'),
  },
  {
    name: 'security 6.5.6: a passkey cannot be removed',
    file: FACTORS,
    find: 'if (!owner || !(await this.passkeys.remove(ctx, passkey_id)))',
    plant: 'if (!owner)',
    test: test('passkey', 'do not sign in after they are removed, while the others do'),
  },
  {
    name: 'security 6.5.8: a TOTP code is valid for several minutes',
    file: 'src/factor/totp.js',
    find: 'const MAX_SKEW_STEPS = 1;',
    plant: 'const MAX_SKEW_STEPS = 4;',
    test: { file: 'src/factor/totp.spec.js', name: 'may be one step early or late, and not of an already used step' },
  },
  {
    name: 'security 6.6.2: a challenge is valid for any purpose',
    file: 'src/challenge/challenges.js',
    find: 'where hash = :hash and purpose = :purpose and expires_at > clock_timestamp()',
    plant: `where hash = :hash and :purpose::text <> '' and expires_at > clock_timestamp()`,
    test: test('second-factor-device', 'is not approved with a challenge of a login or of another device, and a login not with its own'),
  },
  {
    name: 'security 6.6.3: wrong user codes are not counted',
    file: DECIDE_DEVICE,
    find: `await this.attempts.count('device', ctx, ANY_ACCOUNT);`,
    plant: '',
    test: test('device', 'cannot guess user codes, or passwords without a code'),
  },
  {
    name: 'security 6.7.1: anyone in the tenant can remove a passkey by its id',
    file: 'src/passkey/passkey.repository.js',
    find: 'delete({ id, account_id: user, tenant_id: tenant })',
    plant: 'delete({ id, tenant_id: tenant })',
    test: test('passkey', 'are not accessible to another user, nor to the same id in another tenant'),
  },
  {
    name: 'security 6.7.2: a passkey challenge works twice',
    file: 'src/challenge/challenges.js',
    find: 'delete from challenge where hash = :hash and purpose',
    plant: 'update challenge set wrong_answers = wrong_answers where hash = :hash and purpose',
    test: test('passkey', 'answers a challenge once and within five minutes'),
  },
  {
    name: 'security 6.7.2: a challenge has 32 bits',
    file: 'src/challenge/challenges.js',
    find: 'const CHALLENGE_BYTES = 32;',
    plant: 'const CHALLENGE_BYTES = 4;',
    test: test('factor', 'gives a challenge with its methods, and tokens for a correct code'),
  },
];
