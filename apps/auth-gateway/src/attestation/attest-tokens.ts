import { ATTEST_TOKEN_AUDIENCE, ATTEST_TOKEN_SECONDS, type AttestToken, type BoundRequest } from '@skep/contracts/auth';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { SigningKeys } from '../signing/signing-keys.js';

/** Signs proof of a device, which gateways verify by themselves. Its audience keeps it from being an access token. */
@Injectable()
export class AttestTokens {
  constructor(private readonly keys: SigningKeys) {}

  /**
   * @param device what was proved: the id of a device, or the verdict of Google
   * @param request the only request that it is for; any by default
   */
  async sign({ user, tenant }: Ctx, device: string, request?: BoundRequest): Promise<AttestToken> {
    const { kid, privateKey } = await this.keys.getActive();
    const attest_token = await new SignJWT({ tenant_id: tenant, device, ...(request && { request }) })
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'attest+jwt' })
      .setSubject(user)
      .setAudience(ATTEST_TOKEN_AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${ATTEST_TOKEN_SECONDS}s`)
      .sign(privateKey);
    return { attest_token, expires_in: ATTEST_TOKEN_SECONDS };
  }
}
