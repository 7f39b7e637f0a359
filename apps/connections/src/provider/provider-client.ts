import { Injectable } from '@nestjs/common';
import * as oauth from 'oauth4webapi';
import { OutboundClient } from './outbound-client.js';
import type { Provider } from './providers.js';

const LIMITS = { timeoutMs: 10_000, maxBytes: 64 * 1024, redirects: 0, ofOperator: true };

/** The client of an app, or of the operator, at a provider. */
export interface OAuthClient {
  provider: Provider;
  client_id: string;
  client_secret: string;
}

/** What a provider sends back with the browser of a user who agreed. */
export interface ProviderAnswer {
  state: string;
  code: string;
  iss?: string | undefined;
}

/** The tokens of an account. */
export interface Tokens {
  access_token: string;
  refresh_token?: string;
}

export interface Granted {
  tokens: Tokens;
  /** Null if the provider does not say. */
  expires_at: Date | null;
  /** Undefined if they are those that were asked for. */
  scopes?: string[];
}

/** Why a provider did not do what was asked. `isFinal`: it refused, so that asking again is useless. */
export class ProviderError extends Error {
  constructor(
    readonly isFinal: boolean,
    options?: ErrorOptions,
  ) {
    super('the provider refused, or did not answer as OAuth says', options);
  }
}

/** Talks OAuth to providers. Every method throws ProviderError. */
@Injectable()
export class ProviderClient {
  constructor(private readonly outbound: OutboundClient) {}

  /** Checks the answer of the provider (RFC 9207), and exchanges its code. */
  exchange(client: OAuthClient, { state, code, iss }: ProviderAnswer, redirect_uri: string, verifier: string): Promise<Granted> {
    return wrap(async () => {
      const params = oauth.validateAuthResponse(
        asServer(client),
        asClient(client),
        new URLSearchParams({ code, state, ...(iss && { iss }) }),
        state,
      );
      const response = await oauth.authorizationCodeGrantRequest(
        ...this.request(client),
        params,
        redirect_uri,
        verifier,
        this.options(client),
      );
      return toGranted(await oauth.processAuthorizationCodeResponse(asServer(client), asClient(client), response));
    });
  }

  /** A provider that rotates refresh tokens gives a new one; else the old one stays. */
  refresh(client: OAuthClient, refresh_token: string): Promise<Granted> {
    return wrap(async () => {
      const response = await oauth.refreshTokenGrantRequest(...this.request(client), refresh_token, this.options(client));
      const granted = toGranted(await oauth.processRefreshTokenResponse(asServer(client), asClient(client), response));
      return { ...granted, tokens: { refresh_token, ...granted.tokens } };
    });
  }

  /** Does nothing if the provider cannot revoke. */
  async revoke(client: OAuthClient, { refresh_token, access_token }: Tokens): Promise<void> {
    if (!client.provider.revoke_url) return;
    await wrap(async () =>
      oauth.processRevocationResponse(
        await oauth.revocationRequest(...this.request(client), refresh_token ?? access_token, this.options(client)),
      ),
    );
  }

  /** Whose account it is: an id that never changes, and a name for people. */
  describeAccount({ provider }: OAuthClient, { access_token }: Tokens): Promise<{ subject: string; email: string }> {
    return wrap(async () => {
      const headers = { authorization: `Bearer ${access_token}`, accept: 'application/json' };
      const { status, bytes } = await this.outbound.fetch(provider.userinfo_url, { ...LIMITS, headers });
      const user = JSON.parse(bytes.toString()) as Record<string, unknown>;
      const first = (...keys: string[]) =>
        keys.map((key) => user[key]).find((value) => ['string', 'number'].includes(typeof value) && value !== '');
      const subject = first('sub', 'id');
      if (status !== 200 || subject === undefined) throw new Error(`userinfo answered ${status} without an id`);
      return { subject: String(subject), email: String(first('email', 'mail', 'userPrincipalName', 'login', 'name') ?? subject) };
    });
  }

  private request(client: OAuthClient) {
    const auth = client.client_secret ? oauth.ClientSecretPost(client.client_secret) : oauth.None();
    return [asServer(client), asClient(client), auth] as const;
  }

  /** The operator may configure a provider without TLS, such as one on loopback. */
  private options({ provider }: OAuthClient) {
    return { [oauth.allowInsecureRequests]: provider.token_url.startsWith('http:'), [oauth.customFetch]: this.fetch };
  }

  private readonly fetch = async (
    url: string,
    options: { method: string; headers: Record<string, string>; body?: unknown },
  ): Promise<Response> => {
    const { method, headers, body } = options;
    const answer = await this.outbound.fetch(url, { ...LIMITS, method, headers, ...(body !== undefined && { body: String(body) }) });
    const { id_token: _, ...json } = parseObject(answer.bytes.toString());
    // The account comes from `userinfo_url`, so an id_token, whose issuer some vendors vary, is not needed.
    return new Response(JSON.stringify(json), { status: answer.status, headers: answer.headers });
  };
}

const asServer = ({ provider }: OAuthClient): oauth.AuthorizationServer => ({
  issuer: provider.issuer ?? new URL(provider.authorize_url).origin,
  token_endpoint: provider.token_url,
  ...(provider.revoke_url && { revocation_endpoint: provider.revoke_url }),
});
const asClient = ({ client_id }: OAuthClient): oauth.Client => ({ client_id });

const toGranted = ({ access_token, refresh_token, expires_in, scope }: oauth.TokenEndpointResponse): Granted => ({
  tokens: { access_token, ...(refresh_token && { refresh_token }) },
  expires_at: expires_in === undefined ? null : new Date(Date.now() + expires_in * 1000),
  ...(scope && { scopes: scope.split(/[ ,]+/) }),
});

function parseObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** An OAuth error with status 4xx is final; a rate limit, a server's error and a broken connection are not. */
async function wrap<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const isFinal = cause instanceof oauth.ResponseBodyError && cause.status < 500 && cause.status !== 429;
    throw new ProviderError(isFinal, { cause });
  }
}
