import type { Page } from '@skep/contracts';
import {
  auth,
  type ListRevokedSessions,
  Principal,
  RevokedSession,
  type RevokeReason,
  SessionItem,
  SessionRevoked,
} from '@skep/contracts/auth';
import { as, type Ctx, Database, defineList, serializeEventCtx, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { AGENT_SECONDS } from './agent-seconds.js';
import { SessionEntity } from './session.entity.js';

/** `cli`: the session was created with a device code; `agent`: for a day, without refresh; `web`: any other way. */
export type SessionSurface = SessionEntity['surface'];

const DAY_SECONDS = 86_400;

const CREATE = statement(`
  with created as (
    insert into session (id, account_id, tenant_id, ip, label, surface, client_id, resource, scope, idle_until, expires_at, access_until)
    values (:id, :user_id, :tenant_id, :ip, :label, :surface, :client_id, :resource, :scope,
            now() + :idle_seconds * interval '1 second', now() + :max_seconds * interval '1 second', :access_until))
  insert into refresh_token (hash, session_id) values (:token_hash, :id)`);
const ROTATE = statement(
  'select * from rotate_refresh_token(:presented, :successor, :client, :grace_seconds, :idle_seconds, :access_until, :client_id, :resource)',
  Principal,
  {
    org_id: 'text?',
    resource: 'text?',
    scope: 'text?',
    session_id: 'text',
    surface: as<SessionSurface>('text'),
    outcome: as<'rotated' | 'repeated' | 'reused'>('text'),
  },
);
const FIND_BY_TOKEN = statement(
  'select s.id as session_id, s.tenant_id, s.client_id from refresh_token t join session s on s.id = t.session_id where t.hash = :token_hash',
  { session_id: 'text', tenant_id: 'text', client_id: 'text?' },
);
const REVOKE_UPDATE = `update session s set revoked_at = now(), revoke_reason = :reason from account a where a.id = s.account_id and s.revoked_at is null`;
const REVOKED_COLUMNS = `s.id as session_id, s.account_id as user_id, a.tenant_id, s.revoke_reason as reason, s.access_until as forget_at`;
const REVOKE = statement(`${REVOKE_UPDATE} and s.id = :id returning ${REVOKED_COLUMNS}`, SessionRevoked);
const REVOKE_ALL = statement(
  `${REVOKE_UPDATE} and s.account_id = any(:user_ids) and a.tenant_id = :tenant_id and s.id is distinct from :except
      and s.idle_until > now() and s.expires_at > now() returning ${REVOKED_COLUMNS}`,
  SessionRevoked,
);
/** Adds the events to the outbox in the same statement, because there may be very many. */
const REVOKE_TENANT = statement(
  `with revoked as (
     update session set revoked_at = now(), revoke_reason = 'admin'
      where tenant_id = :tenant_id and revoked_at is null and idle_until > now() and expires_at > now()
     returning jsonb_build_object('session_id', id, 'user_id', account_id, 'tenant_id', tenant_id, 'reason', revoke_reason, 'forget_at', access_until) as event),
   published as (insert into outbox (subject, ctx, payload) select '${auth.sessionRevoked.subject}', :ctx, event from revoked)
   select count(*) as revoked from revoked`,
  { revoked: 'int8' },
);
const REVOKED = defineList(
  {
    select: 'id as session_id, account_id as user_id, revoke_reason as reason, forget_at',
    from: 'session',
    // The index session_revoked. It also has forget_at, so that sessions to forget cost little.
    orders: {
      revoked: [
        ['revoked_at', 'timestamptz', 'asc'],
        ['id', 'text', 'asc'],
      ],
    },
  },
  RevokedSession,
);
/** `offset 0` makes Postgres look each session up, however many the user has. */
const LIST_ACTIVE = statement(
  `select s.id as session_id, s.label, s.client_id, s.surface, s.ip as ip_address, s.id = :current as current, s.id = :current as is_current,
          s.last_used_at as last_seen_at, s.last_used_at as updated_at, s.created_at
     from account a
     cross join lateral (
       select :current::text as id
       union (select id from session where account_id = a.id and revoked_at is null order by created_at desc, id desc limit 1000)) listed
     cross join lateral (select * from session where id = listed.id offset 0) s
    where a.id = :user and a.tenant_id = :tenant and s.account_id = a.id and s.revoked_at is null and s.idle_until > now() and s.expires_at > now()
    order by s.id = :current desc, s.last_used_at desc limit 1000`,
  SessionItem,
);

/** The result of presenting a refresh token. On `reused` the caller revokes the session. */
export type RotationResult = NonNullable<typeof ROTATE.row>;

/** The presented refresh token, its successor and the client that presents it, each as a SHA-256 hash. */
export interface TokenRotation {
  presented: Buffer;
  successor: Buffer;
  client: Buffer;
  /** The OAuth client and the resource of the session; no client: only a session of the user's own fits. */
  client_id: string | undefined;
  resource: string | undefined;
}

/** `access_until`: expiry of the first access token; `token_hash`: SHA-256 of the first refresh token. */
export interface NewSession {
  id: string;
  user_id: string;
  tenant_id: string;
  ip: string | undefined;
  label: string | null;
  surface: SessionSurface;
  client_id: string | undefined;
  resource: string | undefined;
  scope: string | undefined;
  access_until: Date;
  token_hash: Buffer;
}

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

  async create(session: NewSession): Promise<void> {
    const idle_seconds = session.surface === 'agent' ? AGENT_SECONDS : this.idleSeconds;
    await this.db.rows(CREATE, { ...session, idle_seconds, max_seconds: this.maxSeconds });
  }

  /** Exchanges a refresh token for its successor; see sql/rotate_refresh_token.sql. Undefined if the token is unknown or the session has ended. */
  rotate(rotation: TokenRotation, access_until: Date): Promise<RotationResult | undefined> {
    const values = { ...rotation, grace_seconds: this.graceSeconds, idle_seconds: this.idleSeconds, access_until };
    return this.db.acrossTenants(() => this.db.row(ROTATE, values));
  }

  /** The session of a refresh token, used or unused. */
  findByRefreshToken(token_hash: Buffer): Promise<{ session_id: string; tenant_id: string; client_id: string | null } | undefined> {
    return this.db.acrossTenants(() => this.db.row(FIND_BY_TOKEN, { token_hash }));
  }

  /** Undefined if the session does not exist or is revoked already. */
  revoke(id: string, reason: RevokeReason): Promise<SessionRevoked | undefined> {
    return this.db.row(REVOKE, { id, reason });
  }

  /** Revokes the users' active sessions, except for one. */
  revokeAllOfUsers(user_ids: string[], tenant_id: string, reason: RevokeReason, except?: string): Promise<SessionRevoked[]> {
    return this.db.rows(REVOKE_ALL, { user_ids, tenant_id, reason, except });
  }

  /** Revokes all active sessions of a tenant and adds an event for each to the outbox. Returns their number. */
  async revokeAllOfTenant(ctx: Ctx, tenant_id: string): Promise<number> {
    return (await this.db.row(REVOKE_TENANT, { tenant_id, ctx: serializeEventCtx(ctx) }))!.revoked;
  }

  /** Those whose access tokens may be valid, in the order of their revocation. */
  listRevoked({ since, cursor }: ListRevokedSessions): Promise<Page<RevokedSession>> {
    const where = ['revoked_at >= :since and forget_at > now()'];
    return this.db.acrossTenants(() => this.db.page(REVOKED, { order: 'revoked', where, values: { since } }, { cursor }));
  }

  /** The caller's active sessions: the current one first, then the most recently used. */
  listActive({ user, tenant, session }: Ctx): Promise<SessionItem[]> {
    return this.db.rows(LIST_ACTIVE, { user, tenant, current: session ?? '' });
  }

  /** Whether the session, active or not, belongs to the caller. */
  isOwnedByCaller({ user, tenant }: Ctx, id: string): Promise<boolean> {
    return this.db.repository(SessionEntity).existsBy({ id, account_id: user, tenant_id: tenant });
  }
}
