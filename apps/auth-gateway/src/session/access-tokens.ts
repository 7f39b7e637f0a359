import { holdsScope } from '@skep/contracts/auth';
import { siteOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import type { UserIdentity } from '../account/account.repository.js';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { randomAlphanumeric } from '../secrets/opaque-tokens.js';
import { SigningKeys } from '../signing/signing-keys.js';
import { AGENT_SECONDS } from './agent-seconds.js';
import type { SessionSurface } from './session.repository.js';

/** In whole seconds since 1970. */
export interface TokenLifetime {
  iat: number;
  exp: number;
  /** When the user signed in; only in the first token of a session. */
  auth_time?: number;
}

/** What an OAuth client may do: `scope` at `resource`. */
export interface OauthGrant {
  client_id: string;
  resource: string;
  /** Separated by spaces. */
  scope: string;
}

/**
 * Signs access tokens: RS256 JWTs (RFC 7519). Those of a user's own session have no `aud`, because they are for every service; those of an
 * OAuth client are for one resource (RFC 9068).
 */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly config: AuthGatewayConfig,
    private readonly keys: SigningKeys,
  ) {}

  newLifetime(surface: SessionSurface = 'web'): TokenLifetime {
    const iat = Math.floor(Date.now() / 1000);
    return { iat, exp: iat + (surface === 'agent' ? AGENT_SECONDS : this.config.ACCESS_TOKEN_SECONDS) };
  }

  /** Adds `token_use`: `cli` for a session that was created with a device code, `agent` for one of a day. */
  async sign(
    { user_id, tenant_id, org_id, email, role, scopes }: UserIdentity,
    sid: string,
    surface: SessionSurface,
    { iat, exp, auth_time }: TokenLifetime,
    grant?: OauthGrant,
  ): Promise<string> {
    const { kid, privateKey } = await this.keys.getActive();
    const granted = grant && {
      iss: siteOf(this.config),
      aud: grant.resource,
      jti: randomAlphanumeric(22),
      client_id: grant.client_id,
      scope: grant.scope,
      scopes: grant.scope.split(' ').filter((scope) => holdsScope(scopes, scope)),
    };
    return new SignJWT({
      sid,
      tenant_id,
      org_id,
      email,
      role,
      scopes,
      ...(auth_time && { auth_time }),
      ...(surface !== 'web' && { token_use: surface }),
      ...granted,
    })
      .setProtectedHeader({ alg: 'RS256', kid, typ: grant ? 'at+jwt' : 'JWT' })
      .setSubject(user_id)
      .setIssuedAt(iat)
      .setExpirationTime(exp)
      .sign(privateKey);
  }
}
