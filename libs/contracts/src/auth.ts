import { Message, Nothing } from './common.js';
import { contract, event, list, operation } from './define.js';
import { Bool, Email, Instant, Int, Json, List, Nullable, OneOf, Optional, Text } from './fields.js';
import { Conflict, Forbidden, problem, TooManyRequests } from './problem.js';

const Password = () => Text({ min: 8, max: 128, example: 'correct horse battery' });
const TenantId = () => Text({ min: 1, max: 64, pattern: /^[A-Za-z0-9_-]+$/, example: 'default' });

export class Signup {
  @Email({ example: 'ada@example.com' }) email!: string;
  @Password() password!: string;
  @TenantId() tenant_id: string = 'default';
  @Optional() @Text({ max: 200 }) first_name?: string;
  @Optional() @Text({ max: 200 }) last_name?: string;
}

export class SignupReceipt extends Message {
  @Text({ example: 'imp_u_4f9a' }) user_id!: string;
}

export class VerifyEmail {
  @Text({ min: 1, max: 512, description: 'The token of the link in the mail; works once, for 24 hours.' }) token!: string;
}

export class Login {
  @Email() email!: string;
  @Text({ min: 1, max: 128 }) password!: string;
  @TenantId() tenant_id: string = 'default';
}

export class Register {
  @Email() email!: string;
  @Password() password!: string;
  @TenantId() tenant_id: string = 'default';
}

export class RefreshToken {
  @Text({ min: 1, max: 512 }) refresh_token!: string;
}

export class Tokens {
  @Text() access_token!: string;
  @Text() refresh_token!: string;
  @Text({ example: 'bearer' }) token_type!: string;
  @Int({ description: 'Seconds until the access token ends.' }) expires_in!: number;
}

export class ChangePassword {
  @Text({ min: 1, max: 128 }) current_password!: string;
  @Password() new_password!: string;
}

/** Somebody who cannot log in says whose mail is asked for. */
export class Addressee {
  @Email({ example: 'ada@example.com' }) email!: string;
  @TenantId() tenant_id: string = 'default';
}

export class ResetPassword {
  @Text({ min: 1, max: 512, description: 'The token of the link in the mail; works once, for an hour.' }) token!: string;
  @Password() new_password!: string;
}

/** RFC 8628 §3.1, with the code challenge of RFC 7636. */
export class AuthorizeDevice {
  @Text({ pattern: /^[A-Za-z0-9_-]{43}$/, description: 'SHA-256 of the code verifier, base64url.' }) code_challenge!: string;
  @OneOf(['S256']) code_challenge_method!: string;
  @Optional()
  @Text({ max: 100, description: 'What the device calls itself; shown to the person, who is told not to believe it.' })
  client_id?: string;
}

export class DeviceAuthorization {
  @Text({ description: 'For the device alone: it asks for its tokens with this.' }) device_code!: string;
  @Text({ example: 'BCDF-GHJK', description: 'For the person to type in at `verification_uri`.' }) user_code!: string;
  @Text() verification_uri!: string;
  @Text() verification_uri_complete!: string;
  @Int({ description: 'Seconds until both codes end.' }) expires_in!: number;
  @Int({ description: 'Seconds to wait between two questions for the tokens.' }) interval!: number;
}

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

export class AskForDeviceTokens {
  @Text({ min: 1, max: 512 }) device_code!: string;
  @Text({ pattern: /^[A-Za-z0-9._~-]{43,128}$/ }) code_verifier!: string;
  @Optional() @OneOf([DEVICE_GRANT]) grant_type?: string;
  @Optional() @Text({ max: 100 }) client_id?: string;
}

/** The tokens, or why there are none yet. */
export class DeviceTokens {
  @Optional() @Text() access_token?: string;
  @Optional() @Text() refresh_token?: string;
  @Optional() @Text({ example: 'bearer' }) token_type?: string;
  @Optional() @Int() expires_in?: number;
  @Optional()
  @OneOf(['authorization_pending', 'slow_down'], { description: 'Ask again; after `slow_down` wait five seconds longer from now on.' })
  error?: string;
}

export class UserCode {
  @Text({ min: 1, max: 32, description: 'In any case; all but letters is passed over.' }) user_code!: string;
}

/** What a person sees of a device that waits. */
export class WaitingDevice {
  @Text() user_code!: string;
  @Nullable() @Text() label!: string | null;
  @Nullable() @Text() ip_address!: string | null;
  @Instant() created_at!: Date;
}

/** To approve takes the e-mail and the password; whoever knows the code may deny. */
export class DecideDevice extends UserCode {
  @OneOf(['approve', 'deny']) decision!: string;
  @Optional() @Email() email?: string;
  @Optional() @Text({ max: 128 }) password?: string;
  @TenantId() tenant_id: string = 'default';
}

export class Me {
  @Text() imperal_id!: string;
  @Text() email!: string;
  @Text() role!: string;
  @Text() tenant_id!: string;
  @Bool() is_active!: boolean;
  @Nullable() @Text() agency_id!: string | null;
  @Nullable() @Text() org_id!: string | null;
  @Text() auth_method!: string;
  @List('text') scopes!: string[];
  @Json() attributes!: Record<string, unknown>;
  @Instant() created_at!: Date;
  @Nullable() @Instant() last_login!: Date | null;
  @Nullable() @Int() cases_user_id!: number | null;
}

/** RFC 7517. */
export class Jwks {
  @List('json') keys!: Record<string, unknown>[];
}

export class RotateSigningKey {
  @Int({ min: 0, max: 86_400, description: 'Seconds in which the new key is published before it signs.' }) warm_up_seconds: number = 3600;
}

export class SigningKeyRotation {
  @Text() kid!: string;
  @Instant() signs_from!: Date;
}

export class CreateKey {
  @Text({ min: 1, max: 100 }) name!: string;
  @Text({ max: 2000, description: 'Scopes, separated by commas; `*` for all of the owner’s.' }) scopes: string = '*';
}

export class KeyItem {
  @Text() id!: string;
  @Text() key_prefix!: string;
  @Text() name!: string;
  @Text() scopes!: string;
  @Nullable() @Instant() last_used_at!: Date | null;
  @Instant() created_at!: Date;
}

export class NewKey {
  @Text() id!: string;
  @Text({ description: 'Shown this once.' }) key!: string;
  @Text() key_prefix!: string;
  @Text() name!: string;
  @Text() scopes!: string;
  @Instant() created_at!: Date;
}

export class KeyRef {
  @Text({ min: 1, max: 64 }) key_id!: string;
}

export class ApiKey {
  @Text({ min: 1, max: 512 }) key!: string;
}

/** Who holds a credential: what the gateway puts into the context of a request. */
export class Principal {
  @Text() user_id!: string;
  @Text() tenant_id!: string;
  @Text() email!: string;
  @Text() role!: string;
  @List('text') scopes!: string[];
}

export class UserRef {
  @Text({ min: 1, max: 64 }) user_id!: string;
  @TenantId() tenant_id: string = 'default';
}

export class Since {
  @Instant() since!: Date;
}

/** Why a session has ended before its time; `reuse`: a refresh token came back that had been used, so somebody may have stolen it. */
export const REVOKE_REASONS = ['logout', 'reuse', 'user', 'password_changed', 'password_reset', 'admin'] as const;
export type RevokeReason = (typeof REVOKE_REASONS)[number];

export class RevokedSession {
  @Text() session_id!: string;
  @Text() user_id!: string;
  @OneOf(REVOKE_REASONS) reason!: RevokeReason;
  @Instant({ description: 'After this no access token of the session can be alive.' }) forget_at!: Date;
}

export class SessionRevoked extends RevokedSession {
  @Text() tenant_id!: string;
}

export class SessionItem {
  @Text({ example: 'ses_7Qm2' }) session_id!: string;
  @Nullable() @Text({ description: 'The program that signed in, as it named itself.', example: 'Firefox on Linux' }) label!: string | null;
  @OneOf(['web', 'cli'], { description: '`cli` began with a device code, `web` with a password or a link.' }) surface!: string;
  @Nullable() @Text({ description: 'From where it was begun.' }) ip_address!: string | null;
  @Bool({ description: 'The one that this request belongs to.' }) current!: boolean;
  @Bool({ description: 'As `current`.' }) is_current!: boolean;
  @Instant({ description: 'Of the last new tokens.' }) last_seen_at!: Date;
  @Instant({ description: 'As `last_seen_at`.' }) updated_at!: Date;
  @Instant() created_at!: Date;
}

export class SessionList {
  @List(() => SessionItem) sessions!: SessionItem[];
}

export class SessionRef {
  @Text({ min: 1, max: 64 }) session_id!: string;
}

export class SessionsRevoked {
  @Int({ description: 'Sessions that have ended with this.' }) revoked!: number;
}

export const InvalidCredentials = problem('invalid_credentials', 401, 'The e-mail or the password is not right.');
export const EmailNotVerified = problem('email_not_verified', 403, 'Verify your e-mail address first.');
export const InvalidToken = problem('invalid_token', 400, 'This link is not valid or no longer valid.');
export const InvalidRefreshToken = problem('invalid_refresh_token', 401, 'This session has ended. Log in again.');
export const KeyNotFound = problem('key_not_found', 404, 'There is no such key.');
export const UserNotFound = problem('user_not_found', 404, 'There is no such user.');
export const WrongPassword = problem('wrong_password', 400, 'The current password is not right.');
export const AccessDenied = problem('access_denied', 400, 'The person has not let this device in.');
export const ExpiredToken = problem('expired_token', 400, 'The codes have ended. Begin again.');
export const InvalidGrant = problem('invalid_grant', 400, 'The device code is not known, or was used, or the verifier does not fit.');
export const UserCodeNotFound = problem('user_code_not_found', 404, 'No device waits with this code.');
export const SessionNotFound = problem('session_not_found', 404, 'There is no such session.');
export const SessionRequired = problem('session_required', 400, 'Only somebody with a session of their own may do this.');

export const auth = contract('auth', {
  signup: operation('Sign up with an e-mail address', { input: Signup, output: SignupReceipt, problems: [TooManyRequests] }),
  verifyEmail: operation('Confirm an e-mail address and log in', {
    input: VerifyEmail,
    output: Tokens,
    secret: true,
    problems: [InvalidToken],
  }),
  login: operation('Log in', {
    input: Login,
    output: Tokens,
    secret: true,
    problems: [InvalidCredentials, EmailNotVerified, TooManyRequests],
  }),
  refresh: operation('Trade a refresh token for new tokens', {
    input: RefreshToken,
    output: Tokens,
    secret: true,
    problems: [InvalidRefreshToken],
  }),
  logout: operation('End a session', { input: RefreshToken, output: Message }),
  changePassword: operation('Change your password, which ends your other sessions', {
    input: ChangePassword,
    output: Message,
    problems: [WrongPassword, UserNotFound, TooManyRequests],
  }),
  forgotPassword: operation('Ask for a mail with a link to a new password', {
    input: Addressee,
    output: Message,
    problems: [TooManyRequests],
  }),
  resetPassword: operation('Choose a new password by the link in the mail, which ends all sessions', {
    input: ResetPassword,
    output: Message,
    problems: [InvalidToken, TooManyRequests],
  }),
  resendVerification: operation('Ask for a new mail that confirms your address', {
    input: Addressee,
    output: Message,
    problems: [TooManyRequests],
  }),
  authorizeDevice: operation('Ask to sign in a device without a browser', {
    input: AuthorizeDevice,
    output: DeviceAuthorization,
    secret: true,
  }),
  askForDeviceTokens: operation('Ask whether the device may come in', {
    input: AskForDeviceTokens,
    output: DeviceTokens,
    problems: [AccessDenied, ExpiredToken, InvalidGrant],
    secret: true,
  }),
  /** Internal: for the page where a person types in the code. */
  describeDevice: operation('Describe a device that waits', {
    input: UserCode,
    output: WaitingDevice,
    problems: [UserCodeNotFound, TooManyRequests],
  }),
  /** Internal: what the person decides on that page. */
  decideDevice: operation('Approve or deny a device', {
    input: DecideDevice,
    output: Message,
    problems: [UserCodeNotFound, InvalidCredentials, EmailNotVerified, TooManyRequests],
  }),
  listSessions: operation('List your sessions', { input: Nothing, output: SessionList }),
  revokeSession: operation('End one of your sessions', { input: SessionRef, output: Message, problems: [SessionNotFound] }),
  revokeOtherSessions: operation('End all your sessions but this one', {
    input: Nothing,
    output: SessionsRevoked,
    problems: [SessionRequired],
  }),
  me: operation('Read your own account', { input: Nothing, output: Me, problems: [UserNotFound] }),
  register: operation('Create a verified user (services only)', {
    input: Register,
    output: Tokens,
    problems: [Conflict, TooManyRequests],
    secret: true,
  }),
  jwks: operation('Read the public signing keys', { input: Nothing, output: Jwks }),
  createKey: operation('Create an API key', { input: CreateKey, output: NewKey, problems: [Forbidden, Conflict], secret: true }),
  listKeys: operation('List your API keys', { input: Nothing, output: list(KeyItem) }),
  revokeKey: operation('Revoke an API key', { input: KeyRef, output: Message, problems: [KeyNotFound] }),

  /** Internal: for `npm run skep -- keys rotate`. */
  rotateSigningKey: operation('Replace the key that signs access tokens', {
    input: RotateSigningKey,
    output: SigningKeyRotation,
    problems: [Conflict],
  }),
  /** Internal: who holds this key? */
  verifyKey: operation('Name the holder of an API key', { input: ApiKey, output: Principal, problems: [InvalidCredentials] }),
  /** Internal: the person a service acts for. */
  describeUser: operation('Name an active user', { input: UserRef, output: Principal, problems: [UserNotFound] }),
  /** Internal: what a gateway that has just started must refuse. */
  listRevokedSessions: operation('List sessions revoked of late', { input: Since, output: list(RevokedSession) }),

  sessionRevoked: event(SessionRevoked),
});
