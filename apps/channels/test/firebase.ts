import { generateKeyPairSync, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A push that Firebase got. */
export interface FirebasePush {
  token: string;
  notification: { title?: string; body: string };
  data: Record<string, string>;
  android: { priority: string; notification: { tag: string } };
  apns: { headers: Record<string, string> };
}

/** What Firebase answers instead of taking a push. `silent`: it takes it, and the answer is lost. */
export type FirebaseAnswer = { status: number; json?: object; headers?: Record<string, string> } | 'silent';

/** Google's token endpoint and Firebase Cloud Messaging on loopback, which check who sends. */
export interface Firebase {
  /** The settings with which channels uses it. */
  env: Record<'FIREBASE_PROJECT' | 'FIREBASE_CREDENTIALS' | 'FIREBASE_API_BASE', string>;
  /** The next answers; then a push is taken. */
  answers: FirebaseAnswer[];
  /** Everything that it was sent, with the time. */
  asked: (FirebasePush & { at: number })[];
  /** How often it was asked for a token. */
  grants: number;
  /** Access tokens that are valid. */
  valid: Set<string>;
  close(): Promise<void>;
}

export const refusal = (status: number, code: string, details: object[] = [], headers = {}): FirebaseAnswer => ({
  status,
  headers,
  json: { error: { code: status, status: code, message: `Refused: ${code}`, details } },
});
export const UNREGISTERED = refusal(404, 'NOT_FOUND', [
  { '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: 'UNREGISTERED' },
]);

const PROJECT = 'bees';
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';

export async function startFirebase(): Promise<Firebase> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const say = (status: number, json: object = {}, headers = {}) =>
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
      if (request.url === '/token') {
        const claims = claimsOf(new URLSearchParams(body).get('assertion') ?? '', publicKey);
        if (claims?.['scope'] !== SCOPE || claims['aud'] !== `${url()}/token`) return say(400, { error: 'invalid_grant' });
        const access_token = `ya29.${++firebase.grants}`;
        firebase.valid.add(access_token);
        return say(200, { access_token, expires_in: 3_600, token_type: 'Bearer' });
      }
      if (request.url !== `/v1/projects/${PROJECT}/messages:send`) return say(404);
      if (!firebase.valid.has(request.headers.authorization?.replace('Bearer ', '') ?? ''))
        return say(401, { error: { status: 'UNAUTHENTICATED' } });
      firebase.asked.push({ ...(JSON.parse(body) as { message: FirebasePush }).message, at: Date.now() });
      const answer = firebase.answers.shift();
      if (answer === 'silent') return request.socket.destroy();
      return answer ? say(answer.status, answer.json, answer.headers) : say(200, { name: `projects/${PROJECT}/messages/1` });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account = {
    ...{ type: 'service_account', client_email: 'push@bees.example', token_uri: `${url()}/token` },
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
  const firebase: Firebase = {
    env: {
      FIREBASE_PROJECT: PROJECT,
      FIREBASE_CREDENTIALS: Buffer.from(JSON.stringify(account)).toString('base64'),
      FIREBASE_API_BASE: url(),
    },
    ...{ answers: [], asked: [], grants: 0, valid: new Set<string>() },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return firebase;
}

function claimsOf(jwt: string, key: Parameters<typeof verify>[2]): Record<string, unknown> | undefined {
  const [head = '', claims = '', signature = ''] = jwt.split('.');
  const isSigned = verify('sha256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url'));
  return isSigned ? (JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>) : undefined;
}
