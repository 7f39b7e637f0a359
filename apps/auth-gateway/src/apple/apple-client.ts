import { Unavailable } from '@skep/contracts';
import type { AppleOutcome } from '@skep/contracts/auth';
import { OutboundError } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { OutboundClient } from '../outbound/outbound-client.js';
import { parseAppleKey } from './apple-key.js';

const AUDIENCE = 'https://appleid.apple.com';
const SECRET_LIFETIME = '5m';
/** A code works once: what follows its exchange is tried again at once. */
const TRIES = 3;

/** Withdraws consents of Sign in with Apple (Apple TN3194). */
@Injectable()
export class AppleClient {
  constructor(
    private readonly config: AuthGatewayConfig,
    private readonly outbound: OutboundClient,
  ) {}

  /** @throws Problem `unavailable` if Apple does not answer */
  async revoke(code: string): Promise<AppleOutcome> {
    if (!this.config.APPLE_PRIVATE_KEY || !this.config.appleClient) return 'not_configured';
    const granted = await this.post('/auth/token', { grant_type: 'authorization_code', code });
    if (granted['error'] === 'invalid_grant') return 'lapsed';
    const token = granted['refresh_token'] ?? granted['access_token'];
    if (typeof token !== 'string') throw Unavailable(`Apple refuses the code: ${String(granted['error'])}`);
    const token_type_hint = granted['refresh_token'] ? 'refresh_token' : 'access_token';
    for (let tries = 1; ; tries++)
      try {
        const { error } = await this.post('/auth/revoke', { token, token_type_hint });
        if (error) throw Unavailable(`Apple does not withdraw the consent: ${String(error)}`);
        return 'revoked';
      } catch (error) {
        if (tries === TRIES) throw error;
      }
  }

  private async post(path: string, form: Record<string, string>): Promise<Record<string, unknown>> {
    const client = { client_id: this.config.appleClient, client_secret: await this.secret() };
    const answer = await this.outbound
      .fetch(`${this.config.APPLE_API_BASE}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ ...client, ...form }).toString(),
        ofOperator: true,
      })
      .catch((error: unknown) => {
        throw error instanceof OutboundError ? Unavailable('Apple does not answer.') : error;
      });
    if (answer.status >= 500 || answer.status === 429) throw Unavailable(`Apple answers ${answer.status}.`);
    return { ...(answer.status !== 200 && { error: answer.status }), ...toJson(answer.bytes) };
  }

  /** A client secret: https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret */
  private secret(): Promise<string> {
    const { APPLE_TEAM_ID, APPLE_KEY_ID, APPLE_PRIVATE_KEY, appleClient } = this.config;
    return new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: APPLE_KEY_ID })
      .setIssuer(APPLE_TEAM_ID)
      .setSubject(appleClient)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(SECRET_LIFETIME)
      .sign(parseAppleKey(APPLE_PRIVATE_KEY));
  }
}

/** `/auth/revoke` answers without a body. */
function toJson(bytes: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(bytes.toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}
