import { NotConfigured, Unauthenticated, Unavailable } from '@skep/contracts';
import { Injectable } from '@nestjs/common';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { ConnectionsConfig } from '../connections.config.js';

const ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];
const TIMEOUT_MS = 3_000;

/** Verifies the tokens with which Google Pub/Sub signs its requests, with the keys that Google publishes. */
@Injectable()
export class GoogleTokens {
  private readonly keys: ReturnType<typeof createRemoteJWKSet>;

  constructor(private readonly config: ConnectionsConfig) {
    this.keys = createRemoteJWKSet(new URL(config.GMAIL_PUSH_JWKS_URL), { timeoutDuration: TIMEOUT_MS });
  }

  /** @throws Problem `not_configured`; `unauthenticated` unless Google signed it for this installation, as the service account of its subscription */
  async verify(token: string): Promise<void> {
    const { GMAIL_PUSH_AUDIENCE: audience, GMAIL_PUSH_ACCOUNT: account } = this.config;
    if (!audience || !account) throw NotConfigured('Set GMAIL_PUSH_AUDIENCE and GMAIL_PUSH_ACCOUNT.');
    const options = { audience, issuer: ISSUERS, algorithms: ['RS256'], requiredClaims: ['exp'] };
    const { payload } = await jwtVerify(token, this.keys, options).catch((error: unknown) => {
      throw hasNoKeys(error) ? Unavailable('The keys of Google cannot be read.') : Unauthenticated('Google did not sign this request.');
    });
    if (payload['email'] !== account || payload['email_verified'] !== true)
      throw Unauthenticated('Another account than that of the subscription signed this request.');
  }
}

/** Whether the token could not be verified because the keys cannot be read: the network's errors are not jose's own. */
const hasNoKeys = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) || ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'].includes(error.code);
