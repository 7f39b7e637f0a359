import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign, verify } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request about a user that the stub has answered with `status`. */
interface Asked {
  method: string;
  uid: string;
  status: number;
}
type Mood = 'failing' | 'silent';

/** Google on loopback: the keys of Firebase ID tokens, access tokens of a service account, and the Identity Toolkit. */
export interface Firebase {
  /** The settings with which Skep uses it. */
  env: Record<string, string>;
  /** An ID token; `how` chooses its key. */
  idToken(
    claims: { sub: string } & Record<string, unknown>,
    how?: { alg?: 'RS256' | 'HS256' | 'none'; by?: 'us' | 'stranger' | 'unknown' },
  ): string;
  /** Signs with a new key from now on. The old ones stay published. */
  rotateKeys(): void;
  /** Refuses the access tokens that it has given out, before they expire. */
  revokeTokens(): void;
  /** What the Identity Toolkit was asked, in order. */
  asked: Asked[];
  /** How many requests the Identity Toolkit got, answered or not. */
  requests: number;
  /** How often the keys were read. */
  keyReads: number;
  users: Map<string, { disabled?: boolean; validSince?: string; gone?: boolean }>;
  mood: { keys?: Mood; toolkit?: Mood };
  close(): Promise<void>;
}

const PROJECT = 'skep-test';
const encode = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
const newKey = () => ({ kid: randomUUID(), ...generateKeyPairSync('rsa', { modulusLength: 2048 }) });

export async function startFirebase(): Promise<Firebase> {
  let key = newKey();
  const published = [key];
  const stranger = newKey();
  const google = newKey();
  const granted = new Set<string>();

  const grant = (form: URLSearchParams): object | undefined => {
    const [header = '', payload = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    const isSigned = verify('sha256', Buffer.from(`${header}.${payload}`), google.publicKey, Buffer.from(signature, 'base64url'));
    const { aud } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { aud: string };
    if (!isSigned || aud !== `${url}/token`) return undefined;
    const access_token = randomUUID();
    granted.add(access_token);
    return { access_token, expires_in: 3_600, token_type: 'Bearer' };
  };

  const administer = (method: string, { localId, validSince }: { localId: string | string[]; validSince?: string }): [number, object] => {
    const uid = [localId].flat()[0] ?? '';
    const user = firebase.users.get(uid) ?? {};
    firebase.users.set(uid, user);
    if (method === 'lookup') return [200, user.gone ? {} : { users: [{ localId: uid, ...user }] }];
    if (user.gone) return [400, { error: { code: 400, message: 'USER_NOT_FOUND' } }];
    Object.assign(user, method === 'delete' ? { gone: true } : { validSince });
    return [200, { localId: uid }];
  };

  /** Undefined if it does not answer. */
  const answer = async ({ url: path = '', headers }: IncomingMessage, body: string): Promise<[number, object] | undefined> => {
    if (path === '/keys') {
      firebase.keyReads++;
      if (firebase.mood.keys) return firebase.mood.keys === 'silent' ? undefined : [500, {}];
      return [
        200,
        { keys: published.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' })) },
      ];
    }
    if (path === '/token') {
      const token = grant(new URLSearchParams(body));
      return token ? [200, token] : [400, { error: 'invalid_grant' }];
    }
    const [, method = ''] = /^\/v1\/projects\/skep-test\/accounts:(lookup|update|delete)$/.exec(path) ?? [];
    if (!method) return [404, {}];
    firebase.requests++;
    if (firebase.mood.toolkit) return firebase.mood.toolkit === 'silent' ? undefined : [503, { error: { code: 503, message: 'down' } }];
    if (!granted.has(headers.authorization?.slice('Bearer '.length) ?? ''))
      return [401, { error: { code: 401, message: 'UNAUTHENTICATED' } }];
    const json = JSON.parse(body) as { localId: string | string[] };
    const [status, said] = administer(method, json);
    firebase.asked.push({ method, uid: [json.localId].flat()[0] ?? '', status });
    return [status, said];
  };
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => answer(request, body))
      .then((said) => {
        if (!said) return;
        response
          .writeHead(said[0], { 'content-type': 'application/json', 'cache-control': 'public, max-age=3600' })
          .end(JSON.stringify(said[1]));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account = {
    client_email: 'skep@example.com',
    private_key: google.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: `${url}/token`,
  };

  const idToken: Firebase['idToken'] = (claims, { alg = 'RS256', by = 'us' } = {}) => {
    const now = Math.floor(Date.now() / 1_000);
    const times = { iat: now - 1, auth_time: now - 1, exp: now + 3_600 };
    const payload = { iss: `https://securetoken.google.com/${PROJECT}`, aud: PROJECT, ...times, ...claims };
    const signed = `${encode({ alg, kid: by === 'unknown' ? stranger.kid : key.kid, typ: 'JWT' })}.${encode(payload)}`;
    return `${signed}.${signatures[alg](signed, by === 'us' ? key : stranger).toString('base64url')}`;
  };
  const firebase: Firebase = {
    env: {
      FIREBASE_PROJECT: PROJECT,
      FIREBASE_CREDENTIALS: Buffer.from(JSON.stringify(account)).toString('base64'),
      FIREBASE_JWKS_URL: `${url}/keys`,
      FIREBASE_API_BASE: url,
    },
    idToken,
    rotateKeys: () => void published.push((key = newKey())),
    revokeTokens: () => granted.clear(),
    asked: [],
    requests: 0,
    keyReads: 0,
    users: new Map(),
    mood: {},
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return firebase;
}

/** HS256 with the text of the public key as the secret is what a verifier that trusts `alg` would accept. */
const signatures = {
  RS256: (signed: string, { privateKey }: { privateKey: KeyObject }) => sign('sha256', Buffer.from(signed), privateKey),
  HS256: (signed: string, { privateKey }: { privateKey: KeyObject }) =>
    createHmac('sha256', createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }))
      .update(signed)
      .digest(),
  none: () => Buffer.alloc(0),
};
