import { auth, type RevokedSession, type RevokeReason, type SessionItem, type SessionRevoked } from '@skep/contracts';
import { type Ctx, Database, eventCtx, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Person } from '../account/account.repository.js';
import { AuthGatewayConfig } from '../auth-gateway.config.js';

/** What came of presenting a refresh token; `reused` is the only bad one, an unknown token or an ended session gives none. */
export type Rotation = Person & { outcome: 'rotated' | 'repeated' | 'reused'; session_id: string; surface: Surface };

const DAY_SECONDS = 86_400;

const OPEN = statement(`
  with opened as (
    insert into session (id, account_id, ip, idle_until, expires_at, access_until, label, surface, tenant_id)
    values ($1, $2, $3, now() + $4 * interval '1 second', now() + $5 * interval '1 second', $6, $8, $9, $10)),
  seen as (update account set last_login = now() where id = $2)
  insert into refresh_token (hash, session_id) values ($7, $1)`);
const ROTATE = statement<Rotation>('select * from rotate_refresh_token($1, $2, $3, $4, $5, $6)');
const SESSION_OF = statement<{ session_id: string; tenant_id: string }>(`
  select s.id as session_id, s.tenant_id from refresh_token t join session s on s.id = t.session_id where t.hash = $1`);
const END = `update session s set revoked_at = now(), revoke_reason = $1 from account a where a.id = s.account_id and s.revoked_at is null`;
const ENDED = `s.id as session_id, s.account_id as user_id, a.tenant_id, s.revoke_reason as reason, s.access_until as forget_at`;
const REVOKE = statement<SessionRevoked>(`${END} and s.id = $2 returning ${ENDED}`);
const REVOKE_ALL = statement<SessionRevoked>(`
  ${END} and s.account_id = any($2) and a.tenant_id = $3 and s.id is distinct from $4
     and s.idle_until > now() and s.expires_at > now() returning ${ENDED}`);
/** Told in the same statement, for there may be very many. */
const REVOKE_TENANT = statement<{ ended: number }>(`
  with ended as (
    update session set revoked_at = now(), revoke_reason = 'admin'
     where tenant_id = $1 and revoked_at is null and idle_until > now() and expires_at > now()
    returning jsonb_build_object('session_id', id, 'user_id', account_id, 'tenant_id', tenant_id, 'reason', revoke_reason, 'forget_at', access_until) as told),
  told as (insert into outbox (subject, ctx, payload) select '${auth.sessionRevoked.subject}', $2, told from ended)
  select count(*) as ended from ended`);
const REVOKED_SINCE = statement<RevokedSession>(`
  select id as session_id, account_id as user_id, revoke_reason as reason, access_until as forget_at
    from session where revoked_at >= $1 and access_until > now() order by revoked_at`);
const ALIVE = statement<SessionItem>(`
  select s.id as session_id, s.label, s.surface, s.ip as ip_address, s.id = $3 as current, s.id = $3 as is_current,
         s.last_used_at as last_seen_at, s.last_used_at as updated_at, s.created_at
    from session s join account a on a.id = s.account_id
   where s.account_id = $1 and a.tenant_id = $2 and s.revoked_at is null and s.idle_until > now() and s.expires_at > now()
   order by s.id = $3 desc, s.last_used_at desc limit 1000`);
const OWNS = statement(`
  select from session s join account a on a.id = s.account_id where s.id = $1 and s.account_id = $2 and a.tenant_id = $3`);

/** A refresh token to be traded for its successor, and the client that presents it; hashes all of them. */
export interface Trade {
  presented: Buffer;
  successor: Buffer;
  presenter: Buffer;
}

/** A session that begins. */
export interface NewSession {
  id: string;
  user_id: string;
  tenant_id: string;
  ip: string | undefined;
  label: string | null;
  surface: Surface;
  access_until: Date;
  token_hash: Buffer;
}

/** Where a session was begun: with a device code, or any other way. */
export type Surface = 'web' | 'cli';

@Injectable()
export class SessionRepository {
  private readonly grace: number;
  private readonly idle: number;
  private readonly absolute: number;

  constructor(
    private readonly db: Database,
    config: AuthGatewayConfig,
  ) {
    this.grace = config.REFRESH_GRACE_SECONDS;
    this.idle = config.SESSION_IDLE_DAYS * DAY_SECONDS;
    this.absolute = config.SESSION_DAYS * DAY_SECONDS;
  }

  async open({ id, user_id, tenant_id, ip, label, surface, access_until, token_hash }: NewSession): Promise<void> {
    await this.db.rows(OPEN, [id, user_id, ip ?? null, this.idle, this.absolute, access_until, token_hash, label, surface, tenant_id]);
  }

  /** Trades a refresh token for its successor, in one round trip: see the function in the migration. */
  rotate({ presented, successor, presenter }: Trade, access_until: Date): Promise<Rotation | undefined> {
    return this.db.acrossTenants(() => this.db.row(ROTATE, [presented, successor, presenter, this.grace, this.idle, access_until]));
  }

  /** The session that a refresh token, good or used, belongs to. */
  sessionOf(token_hash: Buffer): Promise<{ session_id: string; tenant_id: string } | undefined> {
    return this.db.acrossTenants(() => this.db.row(SESSION_OF, [token_hash]));
  }

  /** Undefined where it had ended this way before. */
  revoke(id: string, reason: RevokeReason): Promise<SessionRevoked | undefined> {
    return this.db.row(REVOKE, [reason, id]);
  }

  /** Ends what is alive of these people's sessions, but for one. */
  revokeAll(people: string[], tenant_id: string, reason: RevokeReason, but?: string): Promise<SessionRevoked[]> {
    return this.db.rows(REVOKE_ALL, [reason, people, tenant_id, but ?? null]);
  }

  /** Ends what is alive of a tenant's sessions, tells of each through the outbox, and says how many these were. */
  async revokeTenant(ctx: Ctx, tenant_id: string): Promise<number> {
    return (await this.db.row(REVOKE_TENANT, [tenant_id, eventCtx(ctx)]))!.ended;
  }

  revokedSince(since: Date): Promise<RevokedSession[]> {
    return this.db.acrossTenants(() => this.db.rows(REVOKED_SINCE, [since]));
  }

  /** A person's sessions that are alive, the `current` one first, then by last use. */
  alive(user_id: string, tenant_id: string, current?: string): Promise<SessionItem[]> {
    return this.db.rows(ALIVE, [user_id, tenant_id, current ?? '']);
  }

  /** Is the session, alive or not, one of this person's? */
  async owns(user_id: string, tenant_id: string, id: string): Promise<boolean> {
    return (await this.db.row(OWNS, [id, user_id, tenant_id])) !== undefined;
  }
}
