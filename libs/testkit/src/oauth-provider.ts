import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Misbehaviour = 'error' | 'huge' | 'redirect' | 'no refresh' | 'no revocation' | 'refused revocation';
interface Code {
  challenge: string;
  redirect_uri: string;
  subject: string;
}

/** A strict OAuth provider on loopback: checks client, redirect address and PKCE verifier; codes and refresh tokens work once. */
export interface StrictProvider {
  /** SKEP_OAUTH_PROVIDERS with this provider, named `acme`. */
  setting: string;
  /** What the person does in the browser: agrees as this account. @returns the parameters with which the provider sends the browser back */
  agree(authorize_url: string, subject: string): { code: string; state: string; redirect_uri: string };
  misbehaves: Misbehaviour | undefined;
  /** How long it takes to answer, so that others who ask meanwhile would do so too. */
  delayMs: number;
  /** A path whose requests it takes and does not answer. */
  silentAt: string | undefined;
  /** Seconds of new access tokens. */
  lifetime: number;
  refreshes: number;
  /** The codes that were exchanged, each as often as it was sent. */
  codes: string[];
  /** The tokens that it was asked to revoke, each as often as it was asked. */
  revoked: string[];
  /** How many refresh tokens of an account are valid. */
  validTokens(subject: string): number;
  /** The paths that were asked. */
  asked: string[];
  close(): Promise<void>;
}

export const OAUTH_CLIENT = { id: 'client-1', secret: 'client-secret-4711' };

export async function startOAuthProvider(): Promise<StrictProvider> {
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, string>();
  const accessTokens = new Map<string, string>();
  const grant = (subject: string) => {
    const [access_token, refresh_token] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`];
    accessTokens.set(access_token, subject);
    refreshTokens.set(refresh_token, subject);
    return { access_token, refresh_token, token_type: 'bearer', expires_in: provider.lifetime };
  };
  const take = <T>(from: Map<string, T>, key: string | null) => {
    const found = key === null ? undefined : from.get(key);
    if (key !== null) from.delete(key);
    return found;
  };
  const isClient = (form: URLSearchParams) =>
    form.get('client_id') === OAUTH_CLIENT.id && form.get('client_secret') === OAUTH_CLIENT.secret;
  const token = (form: URLSearchParams): object | undefined => {
    if (!isClient(form)) return undefined;
    if (form.get('grant_type') === 'refresh_token') {
      provider.refreshes++;
      const subject = provider.misbehaves === 'no refresh' ? undefined : take(refreshTokens, form.get('refresh_token'));
      return subject === undefined ? undefined : grant(subject);
    }
    provider.codes.push(form.get('code') ?? '');
    const code = take(codes, form.get('code'));
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    return code && code.challenge === challenge && code.redirect_uri === form.get('redirect_uri') ? grant(code.subject) : undefined;
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      provider.asked.push(path);
      const answer = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (path === provider.silentAt) return;
      if (path === '/secret') return answer(200, { access_token: 'of the inside', token_type: 'bearer' });
      if (path === '/revoke') {
        const form = new URLSearchParams(Buffer.concat(chunks).toString());
        if (provider.misbehaves === 'no revocation') return answer(503, {});
        if (provider.misbehaves === 'refused revocation' || !isClient(form)) return answer(400, { error: 'invalid_client' });
        provider.revoked.push(form.get('token') ?? '');
        refreshTokens.delete(form.get('token') ?? '');
        return response.end();
      }
      if (path === '/userinfo') {
        const subject = accessTokens.get((request.headers.authorization ?? '').replace('Bearer ', ''));
        return subject === undefined ? answer(401, {}) : answer(200, { sub: subject, email: `${subject}@acme.example` });
      }
      if (provider.misbehaves === 'error') return answer(500, { error: 'server_error' });
      if (provider.misbehaves === 'huge') return response.end('x'.repeat(1_000_000));
      if (provider.misbehaves === 'redirect') return response.writeHead(307, { location: '/secret' }).end();
      const granted = token(new URLSearchParams(Buffer.concat(chunks).toString()));
      setTimeout(() => (granted ? answer(200, granted) : answer(400, { error: 'invalid_grant' })), provider.delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const addresses = {
    authorize_url: `${url}/authorize`,
    token_url: `${url}/token`,
    userinfo_url: `${url}/userinfo`,
    revoke_url: `${url}/revoke`,
  };
  const provider: StrictProvider = {
    setting: JSON.stringify({ acme: addresses }),
    agree: (authorize_url, subject) => {
      const { searchParams: asked } = new URL(authorize_url);
      const text = (name: string) => asked.get(name) ?? '';
      if (text('client_id') !== OAUTH_CLIENT.id || text('code_challenge_method') !== 'S256' || text('response_type') !== 'code')
        throw new Error(`the provider refuses ${authorize_url}`);
      const [code, redirect_uri] = [randomUUID(), text('redirect_uri')];
      codes.set(code, { challenge: text('code_challenge'), redirect_uri, subject });
      return { code, state: text('state'), redirect_uri };
    },
    misbehaves: undefined,
    delayMs: 50,
    silentAt: undefined,
    lifetime: 3600,
    refreshes: 0,
    codes: [],
    revoked: [],
    validTokens: (subject) => [...refreshTokens.values()].filter((owner) => owner === subject).length,
    asked: [],
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return provider;
}
