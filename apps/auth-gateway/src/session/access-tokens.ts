import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import type { Person } from '../account/account.repository.js';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { SigningKeys } from '../signing/signing-keys.js';
import type { Surface } from './session.repository.js';

/** From when until when an access token lives: `iat` and `exp`, whole seconds since 1970. */
export interface Life {
  iat: number;
  exp: number;
}

/** Signs access tokens: RS256 JWTs (RFC 7519) that tell who a request is from. They have no `aud`: every service is meant. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly config: AuthGatewayConfig,
    private readonly keys: SigningKeys,
  ) {}

  life(): Life {
    const iat = Math.floor(Date.now() / 1000);
    return { iat, exp: iat + this.config.ACCESS_TOKEN_SECONDS };
  }

  /** A session that began with a device code says so: `token_use` is `cli`. */
  async sign(
    { user_id, tenant_id, org_id, email, role, scopes }: Person,
    sid: string,
    surface: Surface,
    { iat, exp }: Life,
  ): Promise<string> {
    const { kid, privateKey } = await this.keys.active();
    return new SignJWT({ sid, tenant_id, org_id, email, role, scopes, ...(surface === 'cli' && { token_use: 'cli' }) })
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
      .setSubject(user_id)
      .setIssuedAt(iat)
      .setExpirationTime(exp)
      .sign(privateKey);
  }
}
