import type { Introspection, OauthToken, RevokeOauthToken } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { sha256 } from '../secrets/opaque-tokens.js';
import { RevokeSession } from '../session/revoke-session.js';
import { SigningKeys } from '../signing/signing-keys.js';
import { ServerMetadata } from './server-metadata.js';

const COLUMNS = {
  session_id: 'text',
  tenant_id: 'text',
  user_id: 'text',
  client_id: 'text',
  scope: 'text',
  resource: 'text',
  active: 'bool',
} as const;
const SELECT = `s.id as session_id, s.tenant_id, s.account_id as user_id, s.client_id, s.scope, s.resource,
  s.revoked_at is null and s.idle_until > now() and s.expires_at > now() and a.is_active as active`;
const BY_ID = statement(
  `select ${SELECT} from session s join account a on a.id = s.account_id where s.id = :session_id and s.client_id is not null`,
  COLUMNS,
);
const BY_TOKEN = statement(
  `select ${SELECT}, t.used_at is not null as used from refresh_token t join session s on s.id = t.session_id join account a on a.id = s.account_id
    where t.hash = :hash and s.client_id is not null`,
  { ...COLUMNS, used: 'bool' },
);

type ClientSession = NonNullable<typeof BY_ID.row>;
/** `exp`: of an access token, in seconds since 1970. `used`: a refresh token that was exchanged. */
type Inspected = ClientSession & { exp?: number | undefined; used?: boolean };

/** Finds the session of a token of a client, to describe or to end it. */
@Injectable()
export class InspectToken {
  constructor(
    private readonly db: Database,
    private readonly keys: SigningKeys,
    private readonly metadata: ServerMetadata,
    private readonly revokeSession: RevokeSession,
  ) {}

  /** RFC 7662. */
  async describe({ token }: OauthToken): Promise<Introspection> {
    const found = await this.find(token);
    if (!found?.active || found.used) return { active: false };
    const { client_id, user_id: sub, scope, resource: aud, exp } = found;
    return { active: true, client_id, sub, scope, aud, iss: this.metadata.issuer, ...(exp && { exp }) };
  }

  /** RFC 7009. A used refresh token suffices, as for a logout. */
  async revoke(ctx: Ctx, { token, client_id }: RevokeOauthToken): Promise<void> {
    const found = await this.find(token);
    if (found?.client_id === client_id)
      await this.db.inTenant(found.tenant_id, () => this.revokeSession.run(ctx, found.session_id, 'logout'));
  }

  private async find(token: string): Promise<Inspected | undefined> {
    if (token.startsWith('rt_')) return this.db.acrossTenants(() => this.db.row(BY_TOKEN, { hash: sha256(token) }));
    const claims = await this.verify(token);
    if (!claims) return undefined;
    const session = await this.db.acrossTenants(() => this.db.row(BY_ID, { session_id: claims.sid }));
    return session && { ...session, exp: claims.exp };
  }

  private async verify(token: string): Promise<{ sid: string; exp: number | undefined } | undefined> {
    const keys = createLocalJWKSet({ keys: await this.keys.listPublished() } as unknown as JSONWebKeySet);
    try {
      const { payload } = await jwtVerify(token, keys, { issuer: this.metadata.issuer, typ: 'at+jwt', algorithms: ['RS256'] });
      return { sid: String(payload['sid']), exp: payload.exp };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
