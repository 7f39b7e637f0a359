import { TenantSuspended, type Tokens } from '@skep/contracts/auth';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { AccountRepository, type UserIdentity } from '../account/account.repository.js';
import { Audit } from '../audit/audit.js';
import { randomAlphanumeric, sha256 } from '../secrets/opaque-tokens.js';
import { TenantRepository } from '../tenant/tenant.repository.js';
import { AccessTokens, type OauthGrant } from './access-tokens.js';
import { labelOf } from './label.js';
import { formatRefreshToken } from './refresh-session.js';
import { SessionRepository, type SessionSurface } from './session.repository.js';

/** `grant`: the session is for an OAuth client with this name. */
interface SessionOptions {
  surface?: SessionSurface;
  grant?: OauthGrant & { client_name: string };
}

/** Creates a session for an authenticated user. */
@Injectable()
export class CreateSession {
  constructor(
    private readonly tenants: TenantRepository,
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
    private readonly accessTokens: AccessTokens,
    private readonly audit: Audit,
  ) {}

  /** @throws Problem `tenant_suspended`; Error outside a transaction */
  async run(ctx: Ctx, user: UserIdentity, { surface = 'web', grant }: SessionOptions = {}): Promise<Tokens> {
    const id = `ses_${randomAlphanumeric(22)}`;
    const lifetime = this.accessTokens.newLifetime(surface);
    const first = { ...lifetime, auth_time: lifetime.iat };
    const refresh_token = formatRefreshToken(randomBytes(32));
    const access_until = new Date(lifetime.exp * 1000);
    const client = { ip: ctx.ip, label: grant?.client_name ?? labelOf(ctx.agent), surface };
    const { user_id, tenant_id } = user;
    const granted = { client_id: grant?.client_id, resource: grant?.resource, scope: grant?.scope };
    if (!(await this.tenants.allowsNewSessions(tenant_id))) throw TenantSuspended();
    await this.accounts.recordLogin(user_id);
    await this.sessions.create({ id, user_id, tenant_id, ...client, ...granted, access_until, token_hash: sha256(refresh_token) });
    await this.audit.record(ctx, {
      action: 'session.opened',
      tenant_id,
      actor_id: user_id,
      target_type: 'session',
      target_id: id,
      subject_id: user_id,
      metadata: { surface, label: client.label, ...(grant && { client_id: grant.client_id }) },
    });
    const access_token = await this.accessTokens.sign(user, id, surface, first, grant);
    return { access_token, refresh_token, token_type: 'bearer', expires_in: lifetime.exp - lifetime.iat };
  }
}
