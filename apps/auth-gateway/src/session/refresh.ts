import { InvalidRefreshToken, type Tokens } from '@skep/contracts';
import { type Ctx, Database, networkOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { sha256 } from '../secrets/opaque.js';
import { Vault } from '../secrets/vault.js';
import { AccessTokens } from './access-tokens.js';
import { EndSession } from './end-session.js';
import { SessionRepository } from './session.repository.js';

const FORM = /^rt_[A-Za-z0-9_-]{43}$/;

/** How 32 secret bytes are written as a refresh token. */
export const refreshToken = (bytes: Buffer) => `rt_${bytes.toString('base64url')}`;

/**
 * Tells one client from another, as far as can be told without asking it for more: the same program in the same network. A retry after
 * an outage comes from the client whose answer was lost; a stolen token, as a rule, from elsewhere.
 */
const clientOf = ({ ip, agent = '' }: Ctx): Buffer => sha256(JSON.stringify([networkOf(ip), agent]));

/**
 * Trades a refresh token for new tokens. The successor is derived from the token itself with SKEP_ENCRYPTION_KEY, so a client
 * that did not get the answer can ask again and gets the same one, though only hashes are kept.
 */
@Injectable()
export class Refresh {
  constructor(
    private readonly db: Database,
    private readonly sessions: SessionRepository,
    private readonly accessTokens: AccessTokens,
    private readonly endSession: EndSession,
    private readonly vault: Vault,
  ) {}

  /** @throws Problem `invalid_refresh_token`; a token that was used before ends its session on the way. */
  async run(ctx: Ctx, presented: string): Promise<Tokens> {
    if (!FORM.test(presented)) throw InvalidRefreshToken();
    const successor = refreshToken(this.vault.derive('refresh token', presented));
    const life = this.accessTokens.life();
    const trade = { presented: sha256(presented), successor: sha256(successor), presenter: clientOf(ctx) };
    const rotation = await this.sessions.rotate(trade, new Date(life.exp * 1000));
    if (!rotation) throw InvalidRefreshToken();
    if (rotation.outcome === 'reused') {
      await this.db.inTenant(rotation.tenant_id, () => this.endSession.run(ctx, rotation.session_id, 'reuse'));
      throw InvalidRefreshToken();
    }
    const access_token = await this.accessTokens.sign(rotation, rotation.session_id, rotation.surface, life);
    return { access_token, refresh_token: successor, token_type: 'bearer', expires_in: life.exp - life.iat };
  }
}
