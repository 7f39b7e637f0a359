import { InvalidRefreshToken, type Tokens } from '@skep/contracts/auth';
import { type Ctx, Database, networkOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { sha256 } from '../secrets/opaque-tokens.js';
import { AccessTokens } from './access-tokens.js';
import { RevokeSession } from './revoke-session.js';
import { SessionRepository } from './session.repository.js';

const TOKEN_PATTERN = /^rt_[A-Za-z0-9_-]{43}$/;

/** Formats 32 secret bytes as a refresh token. */
export const formatRefreshToken = (bytes: Buffer) => `rt_${bytes.toString('base64url')}`;

/**
 * Identifies a client by its network and `User-Agent`. A retry after a lost response comes from the same client, a stolen token usually
 * from another one.
 */
const clientFingerprint = ({ ip, agent = '' }: Ctx): Buffer => sha256(JSON.stringify([networkOf(ip), agent]));

/**
 * Exchanges a refresh token for new tokens. The successor is derived from the token with a key of the installation, so a client that did not
 * receive the response gets the same successor again, although only hashes are stored.
 */
@Injectable()
export class RefreshSession {
  constructor(
    private readonly db: Database,
    private readonly sessions: SessionRepository,
    private readonly accessTokens: AccessTokens,
    private readonly revokeSession: RevokeSession,
  ) {}

  /** Only for a session of this OAuth client or, without one, of the user's own. Revokes the session if the token was reused. @throws Problem `invalid_refresh_token` */
  async run(
    ctx: Ctx,
    presented: string,
    of: { client_id?: string; resource?: string | undefined } = {},
  ): Promise<Tokens & { scope: string | null }> {
    if (!TOKEN_PATTERN.test(presented)) throw InvalidRefreshToken();
    const successor = formatRefreshToken(await this.db.sealing.derive('refresh token', presented));
    const lifetime = this.accessTokens.newLifetime();
    const hashes = {
      presented: sha256(presented),
      successor: sha256(successor),
      client: clientFingerprint(ctx),
      client_id: of.client_id,
      resource: of.resource,
    };
    const rotation = await this.sessions.rotate(hashes, new Date(lifetime.exp * 1000));
    if (!rotation) throw InvalidRefreshToken();
    if (rotation.outcome === 'reused') {
      await this.db.inTenant(rotation.tenant_id, () => this.revokeSession.run(ctx, rotation.session_id, 'reuse'));
      throw InvalidRefreshToken();
    }
    const { resource, scope } = rotation;
    const grant = of.client_id && resource && scope ? { client_id: of.client_id, resource, scope } : undefined;
    const access_token = await this.accessTokens.sign(rotation, rotation.session_id, rotation.surface, lifetime, grant);
    return { access_token, refresh_token: successor, token_type: 'bearer', expires_in: lifetime.exp - lifetime.iat, scope };
  }
}
