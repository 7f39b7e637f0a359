import { Injectable } from '@nestjs/common';
import * as oauth from 'oauth4webapi';
import { OutboundClient } from '../outbound/outbound-client.js';
import type { IdentityProviderEntity } from './identity-provider.entity.js';

const LIMITS = { timeoutMs: 8_000, maxBytes: 256 * 1024, redirects: 0 };

/** How Skep is registered at a provider. */
export type Registration = Pick<IdentityProviderEntity, 'issuer' | 'client_id' | 'client_secret'>;
/** What only the browser that started a sign-in can answer. */
export interface Expected {
  redirect_uri: string;
  state: string;
  nonce: string;
  code_verifier: string;
}

/** The provider refused, did not answer in time, or not as OpenID Connect says. */
export class OpenIdError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Talks OpenID Connect Core 1.0 and Discovery 1.0 to identity providers. Every method throws OpenIdError. */
@Injectable()
export class OpenIdClient {
  constructor(private readonly outbound: OutboundClient) {}

  /** Reads the metadata of a provider, and checks that it names this issuer. */
  discover(issuer: string): Promise<oauth.AuthorizationServer> {
    return wrap(async () => {
      const url = new URL(issuer);
      return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, this.options(issuer)));
    });
  }

  /** Where a person signs in. */
  async authorizeUrl({ issuer, client_id }: Registration, scope: string, expected: Expected, login_hint: string): Promise<string> {
    const server = await this.discover(issuer);
    return wrap(async () => {
      if (!server.authorization_endpoint) throw new Error('the metadata has no authorization_endpoint');
      const { code_verifier, ...own } = expected;
      const code_challenge = await oauth.calculatePKCECodeChallenge(code_verifier);
      const url = new URL(server.authorization_endpoint);
      const params = { ...own, response_type: 'code', client_id, scope, login_hint, code_challenge, code_challenge_method: 'S256' };
      for (const [key, value] of Object.entries(params)) url.searchParams.set(key, value);
      return url.href;
    });
  }

  /** Checks the answer that a browser brought, exchanges its code, and returns the claims of the ID token, whose signature, issuer, audience, nonce and time are right. */
  async claims(
    registration: Registration,
    answer: URLSearchParams,
    { redirect_uri, state, nonce, code_verifier }: Expected,
  ): Promise<oauth.IDToken> {
    const server = await this.discover(registration.issuer);
    return wrap(async () => {
      const { client_id, client_secret, issuer } = registration;
      const [client, options] = [{ client_id }, this.options(issuer)];
      const params = oauth.validateAuthResponse(server, client, answer, state);
      // Not all providers decode the header as RFC 6749 §2.3.1 says.
      const takesPost = server.token_endpoint_auth_methods_supported?.includes('client_secret_post');
      const auth = takesPost ? oauth.ClientSecretPost(client_secret) : oauth.ClientSecretBasic(client_secret);
      const response = await oauth.authorizationCodeGrantRequest(server, client, auth, params, redirect_uri, code_verifier, options);
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: nonce, requireIdToken: true });
      await oauth.validateApplicationLevelSignature(server, response, options);
      return oauth.getValidatedIdTokenClaims(tokens)!;
    });
  }

  /** An operator may allow a provider without TLS, such as one on loopback. */
  private options(issuer: string) {
    return { [oauth.allowInsecureRequests]: issuer.startsWith('http:'), [oauth.customFetch]: this.fetch };
  }

  private readonly fetch = async (
    url: string,
    { method, headers, body }: { method: string; headers: Record<string, string>; body?: unknown },
  ): Promise<Response> => {
    const answer = await this.outbound.fetch(url, { ...LIMITS, method, headers, ...(body !== undefined && { body: String(body) }) });
    return new Response(answer.bytes.toString(), { status: answer.status, headers: answer.headers });
  };
}

async function wrap<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new OpenIdError(cause);
  }
}
