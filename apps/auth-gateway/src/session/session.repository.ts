import { auth, type RevokedSession, type RevokeReason, type SessionItem, type SessionRevoked } from '@skep/contracts/auth';
import { type Ctx, Database, serializeEventCtx, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { UserIdentity } from '../account/account.repository.js';
import { AuthGatewayConfig } from '../auth-gateway.config.js';

/** The result of presenting a refresh token. On `reused` the caller revokes the session. */
export type RotationResult = UserIdentity & { outcome: 'rotated' | 'repeated' | 'reused'; session_id: string; surface: SessionSurface };

const DAY_SECONDS = 86_400;

const CREATE = statement(`
  with created as (
    insert into session (id, account_id, ip, idle_until, expires_at, access_until, label, surface, tenant_id)
    values ($1, $2, $3, now() + $4 * interval '1 second', now() + $5 * interval '1 second', $6, $8, $9, $10)),
  login as (update account set last_login = now() where id = $2)
  insert into refresh_token (hash, session_id) values ($7, $1)`);
const ROTATE = statement<RotationResult>('select * from rotate_refresh_token($1, $2, $3, $4, $5, $6)');
const FIND_BY_TOKEN = statement<{ session_id: string; tenant_id: string }>(`
  select s.id as session_id, s.tenant_id from refresh_token t join session s on s.id = t.session_id where t.hash = $1`);
const REVOKE_UPDATE = `update session s set revoked_at = now(), revoke_reason = $1 from account a where a.id = s.account_id and s.revoked_at is null`;
const REVOKED_COLUMNS = `s.id as session_id, s.account_id as user_id, a.tenant_id, s.revoke_reason as reason, s.access_until as forget_at`;
const REVOKE = statement<SessionRevoked>(`${REVOKE_UPDATE} and s.id = $2 returning ${REVOKED_COLUMNS}`);
const REVOKE_ALL = statement<SessionRevoked>(`
  ${REVOKE_UPDATE} and s.account_id = any($2) and a.tenant_id = $3 and s.id is distinct from $4
     and s.idle_until > now() and s.expires_at > now() returning ${REVOKED_COLUMNS}`);
/** Adds the events to the outbox in the same statement, because there may be very many. */
const REVOKE_TENANT = statement<{ revoked: number }>(`
  with revoked as (
    update session set revoked_at = now(), revoke_reason = 'admin'
     where tenant_id = $1 and revoked_at is null and idle_until > now() and expires_at > now()
    returning jsonb_build_object('session_id', id, 'user_id', account_id, 'tenant_id', tenant_id, 'reason', revoke_reason, 'forget_at', access_until) as event),
  published as (insert into outbox (subject, ctx, payload) select '${auth.sessionRevoked.subject}', $2, event from revoked)
  select count(*) as revoked from revoked`);
const REVOKED_SINCE = statement<RevokedSession>(`
  select id as session_id, account_id as user_id, revoke_reason as reason, access_until as forget_at
    from session where revoked_at >= $1 and access_until > now() order by revoked_at`);
const LIST_ACTIVE = statement<SessionItem>(`
  select s.id as session_id, s.label, s.surface, s.ip as ip_address, s.id = $3 as current, s.id = $3 as is_current,
         s.last_used_at as last_seen_at, s.last_used_at as updated_at, s.created_at
    from session s join account a on a.id = s.account_id
   where s.account_id = $1 and a.tenant_id = $2 and s.revoked_at is null and s.idle_until > now() and s.expires_at > now()
   order by s.id = $3 desc, s.last_used_at desc limit 1000`);
const IS_OWNED_BY = statement(`
  select from session s join account a on a.id = s.account_id where s.id = $1 and s.account_id = $2 and a.tenant_id = $3`);

/** The presented refresh token, its successor and the client that presents it, each as a SHA-256 hash. */
export interface TokenRotation {
  presented: Buffer;
  successor: Buffer;
  client: Buffer;
}

/** `access_until`: expiry of the first access token; `token_hash`: SHA-256 of the first refresh token. */
export interface NewSession {
  id: string;
  user_id: string;
  tenant_id: string;
  ip: string | undefined;
  label: string | null;
  surface: SessionSurface;
  access_until: Date;
  token_hash: Buffer;
}

/** `cli`: the session was created with a device code; `web`: any other way. */
export type SessionSurface = 'web' | 'cli';

/** Sessions and their refresh tokens. */
@Injectable()
export class SessionRepository {
  private readonly graceSeconds: number;
  private readonly idleSeconds: number;
  private readonly maxSeconds: number;

  constructor(
    private readonly db: Database,
    config: AuthGatewayConfig,
  ) {
    this.graceSeconds = config.REFRESH_GRACE_SECONDS;
    this.idleSeconds = config.SESSION_IDLE_DAYS * DAY_SECONDS;
    this.maxSeconds = config.SESSION_DAYS * DAY_SECONDS;
  }

  async create({ id, user_id, tenant_id, ip, label, surface, access_until, token_hash }: NewSession): Promise<void> {
    await this.db.rows(CREATE, [
      id,
      user_id,
      ip ?? null,
      this.idleSeconds,
      this.maxSeconds,
      access_until,
      token_hash,
      label,
      surface,
      tenant_id,
    ]);
  }

  /** Exchanges a refresh token for its successor; see sql/rotate_refresh_token.sql. Undefined if the token is unknown or the session has ended. */
  rotate({ presented, successor, client }: TokenRotation, access_until: Date): Promise<RotationResult | undefined> {
    return this.db.acrossTenants(() =>
      this.db.row(ROTATE, [presented, successor, client, this.graceSeconds, this.idleSeconds, access_until]),
    );
  }

  /** The session of a refresh token, used or unused. */
  findByRefreshToken(token_hash: Buffer): Promise<{ session_id: string; tenant_id: string } | undefined> {
    return this.db.acrossTenants(() => this.db.row(FIND_BY_TOKEN, [token_hash]));
  }

  /** Undefined if the session does not exist or is revoked already. */
  revoke(id: string, reason: RevokeReason): Promise<SessionRevoked | undefined> {
    return this.db.row(REVOKE, [reason, id]);
  }

  /** Revokes the users' active sessions, except for one. */
  revokeAllOfUsers(user_ids: string[], tenant_id: string, reason: RevokeReason, except?: string): Promise<SessionRevoked[]> {
    return this.db.rows(REVOKE_ALL, [reason, user_ids, tenant_id, except ?? null]);
  }

  /** Revokes all active sessions of a tenant and adds an event for each to the outbox. Returns their number. */
  async revokeAllOfTenant(ctx: Ctx, tenant_id: string): Promise<number> {
    return (await this.db.row(REVOKE_TENANT, [tenant_id, serializeEventCtx(ctx)]))!.revoked;
  }

  listRevokedSince(since: Date): Promise<RevokedSession[]> {
    return this.db.acrossTenants(() => this.db.rows(REVOKED_SINCE, [since]));
  }

  /** The user's active sessions: the `current` one first, then the most recently used. */
  listActive(user_id: string, tenant_id: string, current?: string): Promise<SessionItem[]> {
    return this.db.rows(LIST_ACTIVE, [user_id, tenant_id, current ?? '']);
  }

  /** Whether the session, active or not, belongs to the user. */
  async isOwnedBy(user_id: string, tenant_id: string, id: string): Promise<boolean> {
    return (await this.db.row(IS_OWNED_BY, [id, user_id, tenant_id])) !== undefined;
  }
}
