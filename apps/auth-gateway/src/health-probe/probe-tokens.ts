import { Unauthenticated } from '@skep/contracts';
import { PROBE_SCOPE, PROBE_TOKEN_SECONDS, type ProbeToken } from '@skep/contracts/auth';
import { Injectable } from '@nestjs/common';
import { createLocalJWKSet, errors, type JWK, jwtVerify, SignJWT } from 'jose';
import { SigningKeys } from '../signing/signing-keys.js';

const TYPE = 'probe+jwt';

/** Tokens of probes. They name no user, and their audience keeps them from being access tokens. */
@Injectable()
export class ProbeTokens {
  constructor(private readonly keys: SigningKeys) {}

  async sign(probe: string): Promise<ProbeToken> {
    const { kid, privateKey } = await this.keys.getActive();
    const token = await new SignJWT({ scope: PROBE_SCOPE })
      .setProtectedHeader({ alg: 'RS256', kid, typ: TYPE })
      .setSubject(probe)
      .setAudience(PROBE_SCOPE)
      .setIssuedAt()
      .setExpirationTime(`${PROBE_TOKEN_SECONDS}s`)
      .sign(privateKey);
    return { token, expires_in: PROBE_TOKEN_SECONDS, scope: PROBE_SCOPE };
  }

  /** Returns the name of the probe. @throws Problem `unauthenticated` */
  async verify(token = ''): Promise<string> {
    const keys = createLocalJWKSet({ keys: (await this.keys.listPublished()) as unknown as JWK[] });
    const { payload } = await jwtVerify(token, keys, { algorithms: ['RS256'], typ: TYPE, audience: PROBE_SCOPE }).catch(
      (error: unknown) => {
        throw error instanceof errors.JOSEError ? Unauthenticated('Send the token of a health probe.') : error;
      },
    );
    return payload.sub ?? '';
  }
}
