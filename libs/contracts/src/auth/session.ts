import { Message, Empty, ListOffset } from '../common.js';
import { event, list, operation } from '../define.js';
import { Bool, Email, Instant, Int, List, Nullable, OneOf, Text } from '../fields.js';
import { problem, TooManyRequests } from '../problem.js';
import { EmailNotVerified, InvalidCredentials, TenantId, TenantSuspended, Tokens } from './credentials.js';
import { SecondFactorRequired } from './proof.js';

export class Login {
  @Email() email!: string;
  @Text({ min: 1, max: 128 }) password!: string;
  @TenantId() tenant_id: string = 'default';
}

export class RefreshToken {
  @Text({ min: 1, max: 512 }) refresh_token!: string;
}

/**
 * Why a session has ended before its time; `reuse`: a refresh token came back that had been used, so somebody may have stolen it;
 * `access_changed`: the person may do less than the access tokens say.
 */
export const REVOKE_REASONS = [
  'logout',
  'reuse',
  'user',
  'password_changed',
  'password_reset',
  'factor_changed',
  'admin',
  'access_changed',
  'deactivated',
  'erased',
] as const;
export type RevokeReason = (typeof REVOKE_REASONS)[number];

export class ListRevokedSessions extends ListOffset {
  @Instant() since!: Date;
}

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

export const InvalidRefreshToken = problem('invalid_refresh_token', 401, 'This session has ended. Log in again.');
export const SessionNotFound = problem('session_not_found', 404, 'There is no such session.');
export const SessionRequired = problem('session_required', 400, 'Only somebody with a session of their own may do this.');

export const sessionMembers = {
  login: operation('Log in', {
    input: Login,
    output: Tokens,
    secret: true,
    problems: [InvalidCredentials, SecondFactorRequired, EmailNotVerified, TenantSuspended, TooManyRequests],
  }),
  refresh: operation('Trade a refresh token for new tokens', {
    input: RefreshToken,
    output: Tokens,
    secret: true,
    problems: [InvalidRefreshToken],
  }),
  logout: operation('End a session', { input: RefreshToken, output: Message }),
  listSessions: operation('List your sessions', { input: Empty, output: SessionList }),
  revokeSession: operation('End one of your sessions', { input: SessionRef, output: Message, problems: [SessionNotFound] }),
  revokeOtherSessions: operation('End all your sessions but this one', {
    input: Empty,
    output: SessionsRevoked,
    problems: [SessionRequired],
  }),
  /** Internal: what a gateway that has just started must refuse. */
  listRevokedSessions: operation('List sessions revoked of late', { input: ListRevokedSessions, output: list(RevokedSession) }),

  sessionRevoked: event(SessionRevoked),
};
