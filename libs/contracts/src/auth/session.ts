import { Empty, IDS, ListCursor, Message } from '../common.js';
import { event, operation, page } from '../define.js';
import { Bool, Email, type FieldDocs, Instant, Int, List, Nullable, OneOf, Shape, Text } from '../fields.js';
import { problem, TooManyRequests } from '../problem.js';
import { CurrentPassword, EmailNotVerified, InvalidCredentials, TenantId, tokenDocs, TenantSuspended, Tokens } from './credentials.js';
import { SecondFactorRequired } from './proof.js';

const SESSION_ID = { description: 'Id of the session.', example: 'ses_7Qm2' };

@Shape('A sign-in with an e-mail address and a password.')
export class Login {
  @Email({ description: 'E-mail address of the account.', example: 'ada@example.com' }) email!: string;
  @CurrentPassword({ description: 'Password of the account.' }) password!: string;
  @TenantId() tenant_id: string = 'default';
}

@Shape('A refresh token.')
export class RefreshToken {
  @Text({ min: 1, max: 512, description: 'Refresh token of the session.', example: tokenDocs.refresh_token.example })
  refresh_token!: string;
}

/**
 * Why a session ended early. `reuse`: a refresh token was presented that had been used before, so it may have been stolen.
 * `access_changed`: the user may do less than their access tokens say.
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

@Shape('Selects recently revoked sessions.')
export class ListRevokedSessions extends ListCursor {
  @Instant({ description: 'Only sessions revoked at or after this time.' }) since!: Date;
}

@Shape('A session that was revoked while its access tokens had not expired.')
export class RevokedSession {
  @Text(SESSION_ID) session_id!: string;
  @Text(IDS.user) user_id!: string;
  @OneOf(REVOKE_REASONS, {
    description:
      'Why the session ended. `reuse`: a used refresh token was presented again, so it may have been stolen. `access_changed`: the user lost scopes.',
  })
  reason!: RevokeReason;
  @Instant({ description: 'When the last access token of the session expires. The entry is not needed after this time.' }) forget_at!: Date;
}

@Shape('A session was revoked.')
export class SessionRevoked extends RevokedSession {
  @Text(IDS.tenant) tenant_id!: string;
}

const lastSeen = { description: 'When the session last got new tokens.' } satisfies FieldDocs;
const current = { description: 'True for the session of this request.' } satisfies FieldDocs;

@Shape('A session of yours: one sign-in on one device.')
export class SessionItem {
  @Text(SESSION_ID) session_id!: string;
  @Nullable()
  @Text({
    description: 'Program that signed in, from its `User-Agent` header, or the name of an OAuth client. Null if it sent none.',
    example: 'Firefox on Linux',
  })
  label!: string | null;
  @Nullable()
  @Text({ description: 'OAuth client that acts for you in this session. Null for a sign-in of your own.', example: null })
  client_id!: string | null;
  @OneOf(['web', 'cli', 'agent'], {
    description: '`cli`: the sign-in used a device code. `agent`: it was for 24 hours, at `/api`. `web`: any other sign-in.',
  })
  surface!: string;
  @Nullable()
  @Text({ description: 'IP address of the sign-in. Null if it is not known.', example: '203.0.113.7' })
  ip_address!: string | null;
  @Bool(current) current!: boolean;
  @Bool({ description: `${current.description} The same as \`current\`.` }) is_current!: boolean;
  @Instant(lastSeen) last_seen_at!: Date;
  @Instant({ description: `${lastSeen.description} The same as \`last_seen_at\`.` }) updated_at!: Date;
  @Instant({ description: 'When the user signed in.' }) created_at!: Date;
}

@Shape('Your active sessions.')
export class SessionList {
  @List(() => SessionItem, {
    description: 'Current session first, then by last use. Of more than 1,000 sessions, those that were started last.',
  })
  sessions!: SessionItem[];
}

@Shape('Identifies a session of yours.')
export class SessionRef {
  @Text({ min: 1, max: 64, ...SESSION_ID }) session_id!: string;
}

@Shape('The result of revoking several sessions.')
export class SessionsRevoked {
  @Int({ description: 'Number of sessions that were revoked.', example: 2 }) revoked!: number;
}

export const InvalidRefreshToken = problem('invalid_refresh_token', 401, 'This session has ended. Sign in again.');
export const SessionNotFound = problem('session_not_found', 404, 'Session not found.');
export const SessionRequired = problem('session_required', 400, 'This operation requires the access token of a session.');

export const sessionMembers = {
  login: operation('Sign in', {
    description:
      'Starts a session. An account with a second factor gets the problem `second_factor_required` with a `challenge`: answer it with `POST /v1/auth/login/second-factor`.',
    input: Login,
    output: Tokens,
    secret: true,
    problems: [InvalidCredentials, SecondFactorRequired, EmailNotVerified, TenantSuspended, TooManyRequests],
  }),
  refresh: operation('Exchange a refresh token for new tokens', {
    description:
      'A refresh token works once. For a few seconds the same client can repeat the request and gets the same tokens; any other reuse ends the session.',
    input: RefreshToken,
    output: Tokens,
    secret: true,
    problems: [InvalidRefreshToken],
  }),
  logout: operation('Sign out', {
    description: 'Ends the session of the refresh token. Signing out again has no effect.',
    input: RefreshToken,
    output: Message,
  }),
  listSessions: operation('List your sessions', {
    description: 'Only active sessions. Revoke those that you do not recognise.',
    input: Empty,
    output: SessionList,
  }),
  revokeSession: operation('Revoke a session', {
    description: 'Ends one of your sessions. Revoking it again has no effect.',
    input: SessionRef,
    output: Message,
    problems: [SessionNotFound],
  }),
  revokeOtherSessions: operation('Revoke all other sessions', {
    description: 'Ends all your sessions except the one of this request.',
    input: Empty,
    output: SessionsRevoked,
    problems: [SessionRequired],
  }),
  /** Internal: the sessions whose access tokens a newly started gateway must reject. */
  listRevokedSessions: operation('List recently revoked sessions', { input: ListRevokedSessions, output: page(RevokedSession) }),

  sessionRevoked: event(SessionRevoked),
};
