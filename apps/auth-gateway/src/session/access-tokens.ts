import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import type { UserIdentity } from '../account/account.repository.js';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { SigningKeys } from '../signing/signing-keys.js';
import type { SessionSurface } from './session.repository.js';

/** In whole seconds since 1970. */
export interface TokenLifetime {
  iat: number;
  exp: number;
}

/** Signs access tokens: RS256 JWTs (RFC 7519). They have no `aud`, because they are for every service. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly config: AuthGatewayConfig,
    private readonly keys: SigningKeys,
  ) {}

  newLifetime(): TokenLifetime {
    const iat = Math.floor(Date.now() / 1000);
    return { iat, exp: iat + this.config.ACCESS_TOKEN_SECONDS };
  }

  /** Adds `token_use: cli` for a session that was created with a device code. */
  async sign(
    { user_id, tenant_id, org_id, email, role, scopes }: UserIdentity,
    sid: string,
    surface: SessionSurface,
    { iat, exp }: TokenLifetime,
  ): Promise<string> {
    const { kid, privateKey } = await this.keys.getActive();
    return new SignJWT({ sid, tenant_id, org_id, email, role, scopes, ...(surface === 'cli' && { token_use: 'cli' }) })
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
      .setSubject(user_id)
      .setIssuedAt(iat)
      .setExpirationTime(exp)
      .sign(privateKey);
  }
}
