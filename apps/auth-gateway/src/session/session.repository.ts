import type { SessionRevoked } from '@skep/contracts';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Person } from '../account/account.repository.js';
import { AuthGatewayConfig } from '../auth-gateway.config.js';

/** What came of presenting a refresh token; `reused` is the only bad one, an unknown token or an ended session gives none. */
export type Rotation = Person & { outcome: 'rotated' | 'repeated' | 'reused'; session_id: string };

const DAY_SECONDS = 86_400;

const OPEN = statement(`
  with opened as (
    insert into session (id, account_id, ip, idle_until, expires_at, access_until)
    values ($1, $2, $3, now() + $4 * interval '1 second', now() + $5 * interval '1 second', $6)),
  seen as (update account set last_login = now() where id = $2)
  insert into refresh_token (hash, session_id) values ($7, $1)`);
const ROTATE = statement<Rotation>('select * from rotate_refresh_token($1, $2, $3, $4, $5)');
const SESSION_OF = statement<{ session_id: string }>('select session_id from refresh_token where hash = $1');
const REVOKE = statement<SessionRevoked>(`
  update session set revoked_at = now(), revoke_reason = $2 where id = $1 and revoked_at is null
  returning id as session_id, account_id as user_id, revoke_reason as reason, access_until as forget_at`);
const REVOKED_SINCE = statement<SessionRevoked>(`
  select id as session_id, account_id as user_id, revoke_reason as reason, access_until as forget_at
    from session where revoked_at >= $1 and access_until > now() order by revoked_at`);

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

  async open(session: { id: string; user_id: string; ip: string | undefined; access_until: Date; token_hash: Buffer }): Promise<void> {
    const { id, user_id, ip, access_until, token_hash } = session;
    await this.db.rows(OPEN, [id, user_id, ip ?? null, this.idle, this.absolute, access_until, token_hash]);
  }

  /** Trades a refresh token for its successor, in one round trip: see the function in the migration. */
  rotate(presented_hash: Buffer, successor_hash: Buffer, access_until: Date): Promise<Rotation | undefined> {
    return this.db.row(ROTATE, [presented_hash, successor_hash, this.grace, this.idle, access_until]);
  }

  /** The session that a refresh token, good or used, belongs to. */
  async sessionOf(token_hash: Buffer): Promise<string | undefined> {
    return (await this.db.row(SESSION_OF, [token_hash]))?.session_id;
  }

  /** Undefined where it had ended this way before. */
  revoke(id: string, reason: string): Promise<SessionRevoked | undefined> {
    return this.db.row(REVOKE, [id, reason]);
  }

  revokedSince(since: Date): Promise<SessionRevoked[]> {
    return this.db.rows(REVOKED_SINCE, [since]);
  }
}
