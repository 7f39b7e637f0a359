import { TenantSuspended, type Tokens } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { Person } from '../account/account.repository.js';
import { Audit } from '../audit/audit.js';
import { alphanumeric, sha256 } from '../secrets/opaque.js';
import { TenantRepository } from '../tenant/tenant.repository.js';
import { AccessTokens } from './access-tokens.js';
import { labelOf } from './label.js';
import { refreshToken } from './refresh.js';
import { SessionRepository, type Surface } from './session.repository.js';

/** Begins a session for one who has proved who they are. */
@Injectable()
export class OpenSession {
  constructor(
    private readonly tenants: TenantRepository,
    private readonly sessions: SessionRepository,
    private readonly accessTokens: AccessTokens,
    private readonly audit: Audit,
  ) {}

  /** @throws Problem `tenant_suspended`; Error outside a transaction */
  async run(ctx: Ctx, person: Person, surface: Surface = 'web'): Promise<Tokens> {
    const id = `ses_${alphanumeric(22)}`;
    const life = this.accessTokens.life();
    const refresh_token = refreshToken(randomBytes(32));
    const access_until = new Date(life.exp * 1000);
    const from = { ip: ctx.ip, label: labelOf(ctx.agent), surface };
    const { user_id, tenant_id } = person;
    if (!(await this.tenants.admits(tenant_id))) throw TenantSuspended();
    await this.sessions.open({ id, user_id, tenant_id, ...from, access_until, token_hash: sha256(refresh_token) });
    await this.audit.record(ctx, {
      action: 'session.opened',
      tenant_id,
      actor_id: user_id,
      target_type: 'session',
      target_id: id,
      subject_id: user_id,
      metadata: { surface, label: from.label },
    });
    const access_token = await this.accessTokens.sign(person, id, surface, life);
    return { access_token, refresh_token, token_type: 'bearer', expires_in: life.exp - life.iat };
  }
}
