import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Misbehaviour =
  'nonce' | 'issuer' | 'audience' | 'expired' | 'signature' | 'algorithm none' | 'no token' | 'error' | 'huge' | 'redirect';
interface Code {
  claims: object;
  challenge: string;
  nonce: string;
  redirect_uri: string;
}

/** A strict OpenID provider on loopback: checks client, redirect address and PKCE verifier, and a code works once. */
export interface OpenIdProvider {
  issuer: string;
  client: { client_id: string; client_secret: string };
  /** What a person does in the browser: signs in. @returns the parameters with which the provider sends the browser back */
  signIn(authorize_url: string, claims: object): { state: string; code: string; iss: string };
  /** Signs with a new key from now on; the old one is not published any more. */
  rotateKeys(): void;
  misbehaves: Misbehaviour | undefined;
  close(): Promise<void>;
}

/** As in the header of RFC 6749 §2.3.1. */
const encodeForm = (text: string) =>
  encodeURIComponent(text).replace(/[-_.!~*'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
const encode = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');

export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const client = { client_id: 'skep-client', client_secret: 'open-sesame-4711' };
  const codes = new Map<string, Code>();
  let key: { kid: string; privateKey: KeyObject; publicKey: KeyObject };
  const rotateKeys = () => (key = { kid: randomUUID(), ...generateKeyPairSync('rsa', { modulusLength: 2048 }) });
  rotateKeys();

  const idToken = ({ claims, nonce }: Code): string => {
    const now = Math.floor(Date.now() / 1000) - (provider.misbehaves === 'expired' ? 7200 : 0);
    const payload = {
      iss: provider.misbehaves === 'issuer' ? 'https://login.elsewhere.example' : provider.issuer,
      aud: provider.misbehaves === 'audience' ? 'another-client' : client.client_id,
      nonce: provider.misbehaves === 'nonce' ? 'another nonce' : nonce,
      ...{ iat: now, exp: now + 600, ...claims },
    };
    if (provider.misbehaves === 'algorithm none') return `${encode({ alg: 'none' })}.${encode(payload)}.`;
    const signed = `${encode({ alg: 'RS256', kid: key.kid })}.${encode(payload)}`;
    const signer = provider.misbehaves === 'signature' ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey : key.privateKey;
    return `${signed}.${sign('sha256', Buffer.from(signed), signer).toString('base64url')}`;
  };
  const exchange = (request: IncomingMessage, form: URLSearchParams): object | undefined => {
    const [id, secret] = Buffer.from(request.headers.authorization?.slice('Basic '.length) ?? '', 'base64')
      .toString()
      .split(':');
    const isClient = id === encodeForm(client.client_id) && secret === encodeForm(client.client_secret);
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!isClient || code?.challenge !== challenge || code.redirect_uri !== form.get('redirect_uri')) return undefined;
    const id_token = provider.misbehaves === 'no token' ? {} : { id_token: idToken(code) };
    return { access_token: randomUUID(), token_type: 'Bearer', expires_in: 600, ...id_token };
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      const { issuer } = provider;
      if (provider.misbehaves === 'error') return answer(500, { error: 'server_error' });
      if (provider.misbehaves === 'huge') return response.end('x'.repeat(1_000_000));
      if (provider.misbehaves === 'redirect') return response.writeHead(307, { location: 'http://127.0.0.2:1/' }).end();
      if (request.url?.endsWith('/.well-known/openid-configuration'))
        return answer(200, {
          ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` },
          ...{ response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] },
          authorization_response_iss_parameter_supported: true,
        });
      if (request.url === '/keys')
        return answer(200, { keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: key.kid, alg: 'RS256', use: 'sig' }] });
      const granted = exchange(request, new URLSearchParams(Buffer.concat(chunks).toString()));
      return granted ? answer(200, granted) : answer(400, { error: 'invalid_grant' });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const provider: OpenIdProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    client,
    signIn: (authorize_url, claims) => {
      const asked = Object.fromEntries(new URL(authorize_url).searchParams);
      const { client_id, response_type, code_challenge_method, scope = '', state, nonce, redirect_uri, code_challenge } = asked;
      if (
        client_id !== client.client_id ||
        response_type !== 'code' ||
        code_challenge_method !== 'S256' ||
        !scope.split(' ').includes('openid')
      )
        throw new Error(`the provider refuses ${authorize_url}`);
      const code = randomUUID();
      codes.set(code, { claims, challenge: code_challenge!, nonce: nonce!, redirect_uri: redirect_uri! });
      return { state: state!, code, iss: provider.issuer };
    },
    rotateKeys: () => void rotateKeys(),
    misbehaves: undefined,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return provider;
}
