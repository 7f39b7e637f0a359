import { e2eTest as test, type Mutant } from '@skep/testkit';

const CHANGE_PASSWORD = 'src/password/change-password.js';
const DECIDE_DEVICE = 'src/device/decide-device.js';
const FACTORS = 'src/factor-change/factor-change.handlers.js';
const ROTATE = 'sql/rotate_refresh_token.sql';
const CHANGES_PASSWORD = test('password', 'sets the new one, revokes the other sessions, keeps this one and sends an e-mail');
const ADDS_FACTOR = test(
  'factor',
  'is confirmed by its first code, which gives ten recovery codes, revokes the other sessions and sends an e-mail',
);
const NEW_PAIR = test('session', 'gives new tokens of the same session');
const DEACTIVATED = test('users', 'cannot log in, and loses sessions and keys for good');

/** Rules of chapter 7 of docs/security.md. */
export const sessions: Mutant[] = [
  {
    name: 'security 7.2.2: a refresh returns the same token',
    file: 'src/session/refresh-session.js',
    find: 'return { access_token, refresh_token: successor,',
    plant: 'return { access_token, refresh_token: presented,',
    test: NEW_PAIR,
  },
  {
    name: 'security 7.2.3: a refresh token has 64 random bits',
    file: 'src/session/create-session.js',
    find: 'formatRefreshToken(randomBytes(32))',
    plant: 'formatRefreshToken(randomBytes(8))',
    test: NEW_PAIR,
  },
  {
    name: 'security 7.3.1: an idle session does not end',
    file: ROTATE,
    find: 'and s.idle_until > checked_at ',
    plant: '',
    test: test('session', 'is rejected after 30 idle days'),
  },
  {
    name: 'security 7.3.2: a session has no maximum lifetime',
    file: ROTATE,
    find: ' and s.expires_at > checked_at',
    plant: '',
    test: test('session', 'is rejected after 90 days'),
  },
  {
    name: 'security 7.3.2, 10.4.8: a refresh extends the maximum lifetime of a session',
    file: ROTATE,
    find: 'set last_used_at =',
    plant: `set expires_at = checked_at + idle_seconds * interval '1 second', last_used_at =`,
    test: test('session', 'extends the idle time, but not the total lifetime'),
  },
  {
    name: 'security 7.4.2: a deactivated user keeps their sessions',
    file: 'src/user/update-user.js',
    find: 'const sessions_ended = await this.revokeSession.allOfUser(ctx, user, reason);',
    plant: 'const sessions_ended = 0;',
    test: DEACTIVATED,
  },
  {
    name: 'security 7.4.2: a deactivated user keeps their API keys',
    file: 'src/user/update-user.js',
    find: 'const keys_revoked = await this.keys.revokeAll(after.id, after.tenant_id);',
    plant: 'const keys_revoked = 0;',
    test: DEACTIVATED,
  },
  {
    name: 'security 7.4.2: a suspended tenant keeps its sessions',
    file: 'src/tenant-administration/update-tenant.js',
    find: '{ sessions_ended: await this.revokeSession.allOfTenant(ctx, tenant_id) }',
    plant: '{}',
    test: test('tenant', 'has all its sessions revoked, with an event for each'),
  },
  {
    name: 'security 7.4.3: a password change keeps the other sessions',
    file: CHANGE_PASSWORD,
    find: `await this.revokeSession.allOfUser(ctx, credential, 'password_changed', ctx.session)`,
    plant: '0',
    test: CHANGES_PASSWORD,
  },
  {
    name: 'security 7.4.3: a password reset keeps all sessions',
    file: 'src/password/reset-password.js',
    find: `await this.revokeSession.allOfUser(ctx, { user_id, tenant_id }, 'password_reset')`,
    plant: '0',
    test: test('password', 'is replaced by the link in the e-mail, which revokes all sessions'),
  },
  {
    name: 'security 7.4.3: a changed factor keeps the other sessions',
    file: 'src/factor-change/finish-factor-change.js',
    find: `await this.revokeSession.allOfUser(ctx, owner, 'factor_changed', ctx.session)`,
    plant: '0',
    test: ADDS_FACTOR,
  },
  {
    name: 'security 7.5.1: an authenticator app is added with a session only',
    file: FACTORS,
    find: 'const { user_id, tenant_id, email } = await this.reauthentication.verifyOne(ctx, proof);',
    plant: 'const { user_id, tenant_id, email } = await this.accounts.findCredential(ctx);',
    test: test('factor', 'is not added without the password or a factor, nor confirmed with a wrong or late code'),
  },
  {
    name: 'security 7.5.1: a passkey is added with a session only',
    file: FACTORS,
    find: 'const credential = await this.reauthentication.verifyOne(ctx, proof);',
    plant: 'const credential = await this.accounts.findCredential(ctx);',
    test: test('passkey', 'requires the password or a factor'),
  },
  {
    name: 'security 7.5.1: a change of address requires only the password',
    file: 'src/email-change/change-email.js',
    find: 'await this.reauthentication.verifyAll(ctx, proof)',
    plant: 'await this.reauthentication.verifyPassword(ctx, proof.password)',
    test: test('email-change', 'requires the password and, if there is one, a second factor'),
  },
  {
    name: 'security 7.6.2, 10.7.1: a device is approved without a password',
    file: DECIDE_DEVICE,
    find: 'await this.logIn.authenticate(ctx, { email, password, tenant_id }, purpose)',
    plant: 'await this.logIn.accounts.findForLogin({ tenant_id, email })',
    test: test('device', 'with a wrong password does not approve it'),
  },
];
