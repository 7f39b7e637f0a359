import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Misbehaviour = 'error' | 'huge' | 'redirect' | 'no refresh';
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
  /** Seconds of new access tokens. */
  lifetime: number;
  refreshes: number;
  revoked: string[];
  /** The paths that were asked. */
  asked: string[];
  close(): Promise<void>;
}

export const CLIENT = { id: 'client-1', secret: 'client-secret-4711' };

export async function startProvider(): Promise<StrictProvider> {
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
  const token = (form: URLSearchParams): object | undefined => {
    if (form.get('client_id') !== CLIENT.id || form.get('client_secret') !== CLIENT.secret) return undefined;
    if (form.get('grant_type') === 'refresh_token') {
      provider.refreshes++;
      const subject = provider.misbehaves === 'no refresh' ? undefined : take(refreshTokens, form.get('refresh_token'));
      return subject === undefined ? undefined : grant(subject);
    }
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
      if (path === '/secret') return answer(200, { access_token: 'of the inside', token_type: 'bearer' });
      if (path === '/revoke') {
        provider.revoked.push(new URLSearchParams(Buffer.concat(chunks).toString()).get('token') ?? '');
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
      // A slow answer, so that others who refresh meanwhile would do so too.
      setTimeout(() => (granted ? answer(200, granted) : answer(400, { error: 'invalid_grant' })), 50);
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
      if (text('client_id') !== CLIENT.id || text('code_challenge_method') !== 'S256' || text('response_type') !== 'code')
        throw new Error(`the provider refuses ${authorize_url}`);
      const [code, redirect_uri] = [randomUUID(), text('redirect_uri')];
      codes.set(code, { challenge: text('code_challenge'), redirect_uri, subject });
      return { code, state: text('state'), redirect_uri };
    },
    misbehaves: undefined,
    lifetime: 3600,
    refreshes: 0,
    revoked: [],
    asked: [],
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return provider;
}
