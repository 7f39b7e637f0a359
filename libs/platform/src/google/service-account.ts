import { importPKCS8, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Outbound, OutboundRequest } from '../outbound/outbound.js';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const LIFETIME_S = 3_600;
/** A token is renewed so long before it expires. */
const MARGIN_S = 60;

/** The key of a Google service account, as its JSON file has it. */
export interface ServiceAccountKey {
  client_email: string;
  private_key: string;
  token_uri: string;
}

/** Reads the JSON file of a service account, as base64. @throws Error that says what is missing, without its content */
export function parseServiceAccount(base64: string): ServiceAccountKey {
  const { client_email, private_key, token_uri = 'https://oauth2.googleapis.com/token' } = parse(base64);
  if (typeof client_email !== 'string' || typeof private_key !== 'string' || typeof token_uri !== 'string' || !URL.canParse(token_uri))
    throw new Error('must be the JSON file of a service account as base64, with client_email, private_key and token_uri');
  return { client_email, private_key, token_uri };
}

function parse(base64: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString()) as Record<string, unknown>;
  } catch {
    throw new Error('must be base64 of a JSON file');
  }
}

/** Requests of a Google service account, with access tokens that it gets by a signed assertion (RFC 7523). Each scope has one token, kept until it expires. */
export class ServiceAccount {
  private readonly tokens = new LRUCache<string, string>({ max: 10, fetchMethod: (scope, _, { options }) => this.request(scope, options) });

  constructor(
    private readonly key: ServiceAccountKey,
    private readonly outbound: Outbound,
  ) {}

  /**
   * Sends a request. With a token that Google refuses, because it was revoked, it is sent once more with another one.
   * @param scope such as `https://www.googleapis.com/auth/firebase.messaging`
   * @throws OutboundError; Error if Google refuses the account
   */
  async fetch(url: string, scope: string, { headers, ...request }: OutboundRequest) {
    const send = async () => {
      const authorization = `Bearer ${(await this.tokens.fetch(scope))!}`;
      return this.outbound.fetch(url, { ...request, headers: { ...headers, authorization }, ofOperator: true });
    };
    const answer = await send();
    if (answer.status !== 401) return answer;
    this.tokens.delete(scope);
    return send();
  }

  private async request(scope: string, options: { ttl?: number }): Promise<string> {
    const { client_email, private_key, token_uri } = this.key;
    const assertion = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuer(client_email)
      .setAudience(token_uri)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME_S}s`)
      .sign(await importPKCS8(private_key, 'RS256'));
    const { status, bytes } = await this.outbound.fetch(token_uri, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: GRANT, assertion }).toString(),
      ofOperator: true,
    });
    if (status !== 200) throw new Error(`Google refuses a token for ${client_email}: ${status}`);
    const { access_token, expires_in = LIFETIME_S } = JSON.parse(bytes.toString()) as { access_token: string; expires_in?: number };
    options.ttl = Math.max(1, expires_in - MARGIN_S) * 1000;
    return access_token;
  }
}
