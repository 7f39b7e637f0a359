import type { Tokens } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { Person } from '../account/account.repository.js';
import { alphanumeric, sha256 } from '../secrets/opaque.js';
import { AccessTokens } from './access-tokens.js';
import { labelOf } from './label.js';
import { refreshToken } from './refresh.js';
import { SessionRepository, type Surface } from './session.repository.js';

/** Begins a session for one who has proved who they are. */
@Injectable()
export class OpenSession {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly accessTokens: AccessTokens,
  ) {}

  async run(ctx: Ctx, person: Person, surface: Surface = 'web'): Promise<Tokens> {
    const id = `ses_${alphanumeric(22)}`;
    const life = this.accessTokens.life();
    const refresh_token = refreshToken(randomBytes(32));
    const access_until = new Date(life.exp * 1000);
    const from = { ip: ctx.ip, label: labelOf(ctx.agent), surface };
    await this.sessions.open({ id, user_id: person.user_id, ...from, access_until, token_hash: sha256(refresh_token) });
    const access_token = await this.accessTokens.sign(person, id, surface, life);
    return { access_token, refresh_token, token_type: 'bearer', expires_in: life.exp - life.iat };
  }
}
