import { Injectable } from '@nestjs/common';
import * as oauth from 'oauth4webapi';
import { OutboundClient } from './outbound-client.js';
import type { Provider } from './providers.js';
import { revocationRequest } from './revocation-request.js';

const LIMITS = { timeoutMs: 10_000, maxBytes: 64 * 1024, redirects: 0, ofOperator: true };
/** No token is taken to live longer, whatever a provider says. */
const YEAR_S = 31_536_000;

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
  /** Seconds that the access token is valid for, from when it was given. */
  lifetime_s?: number;
}

export interface Granted {
  tokens: Tokens;
  /** Null if the provider does not say. */
  expires_at: Date | null;
  /** Undefined if they are those that were asked for. */
  scopes?: string[];
  /** What the provider says with the tokens of whose account it is. */
  account?: Record<string, unknown>;
}

/** Whose account it is: an id that never changes, and a name for people. */
export interface ProviderAccount {
  subject: string;
  email: string;
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
      return toGranted(client, await oauth.processAuthorizationCodeResponse(asServer(client), asClient(client), response));
    });
  }

  /** A provider that rotates refresh tokens gives a new one; else the old one stays. */
  refresh(client: OAuthClient, refresh_token: string): Promise<Granted> {
    return wrap(async () => {
      const additionalParameters = client.provider.refresh_params ?? {};
      const options = { ...this.options(client), additionalParameters };
      const response = await oauth.refreshTokenGrantRequest(...this.request(client), refresh_token, options);
      const granted = toGranted(client, await oauth.processRefreshTokenResponse(asServer(client), asClient(client), response));
      return { ...granted, tokens: { refresh_token, ...granted.tokens } };
    });
  }

  /** Does nothing if the provider cannot revoke. */
  async revoke(client: OAuthClient, tokens: Tokens): Promise<void> {
    const { revoke_url, revocation } = client.provider;
    if (!revoke_url) return;
    if (revocation) {
      const { url, ...request } = revocationRequest(revocation, revoke_url, tokens.access_token);
      const { status } = await wrap(() => this.outbound.fetch(url, { ...LIMITS, ...request }));
      if (status >= 300) throw new ProviderError(isRefusal(status));
      return;
    }
    await wrap(async () =>
      oauth.processRevocationResponse(
        await oauth.revocationRequest(...this.request(client), tokens.refresh_token ?? tokens.access_token, this.options(client)),
      ),
    );
  }

  /** Whose account the tokens are for. */
  async describeAccount({ provider }: OAuthClient, { tokens, account }: Pick<Granted, 'tokens' | 'account'>): Promise<ProviderAccount> {
    const user = account ?? (await this.read(provider.userinfo_url, tokens));
    const first = (...keys: string[]) =>
      keys.map((key) => user[key]).find((value) => ['string', 'number'].includes(typeof value) && value !== '');
    const subject = provider.subject_member ? first(provider.subject_member) : first('sub', 'id');
    if (subject === undefined) throw new ProviderError(false, { cause: new Error('the provider does not say whose account it is') });
    return { subject: String(subject), email: String(first('email', 'mail', 'userPrincipalName', 'login', 'name') ?? subject) };
  }

  /** What the user has allowed, where the provider has a list of it: as a bare list, or as `permissions`. */
  async listPermissions({ provider }: OAuthClient, { tokens }: Pick<Granted, 'tokens'>): Promise<string[] | undefined> {
    if (!provider.permissions_url) return undefined;
    const answer: unknown = await this.read(provider.permissions_url, tokens);
    const list = Array.isArray(answer) ? (answer as unknown[]) : (answer as Record<string, unknown>)['permissions'];
    return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
  }

  private async read(url: string, { access_token }: Tokens): Promise<Record<string, unknown>> {
    return wrap(async () => {
      const headers = { authorization: `Bearer ${access_token}`, accept: 'application/json' };
      const { status, bytes } = await this.outbound.fetch(url, { ...LIMITS, headers });
      if (status !== 200) throw new Error(`the API of the provider answered ${status}`);
      return Object(JSON.parse(bytes.toString())) as Record<string, unknown>;
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

const toGranted = ({ provider }: OAuthClient, answer: oauth.TokenEndpointResponse): Granted => {
  const { access_token, refresh_token, expires_in, scope } = answer;
  const account = provider.account_member === undefined ? undefined : answer[provider.account_member];
  return {
    tokens: { access_token, ...(refresh_token && { refresh_token }), ...(expires_in !== undefined && { lifetime_s: expires_in }) },
    expires_at: expires_in === undefined ? null : new Date(Date.now() + Math.min(expires_in, YEAR_S) * 1000),
    ...(scope !== undefined && { scopes: scopesIn(scope) }),
    ...(typeof account === 'object' && { account: account as Record<string, unknown> }),
  };
};

/** Scopes as text: with spaces (RFC 6749 §3.3), or commas as some vendors write them. */
export const scopesIn = (text: string): string[] => text.split(/[ ,]+/).filter(Boolean);

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
    throw new ProviderError(cause instanceof oauth.ResponseBodyError && isRefusal(cause.status), { cause });
  }
}

const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 408 && status !== 429;
