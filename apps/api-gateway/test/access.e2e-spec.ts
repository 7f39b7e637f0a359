import { type Firebase, type Json, type TestUser, type Skep, startFirebase, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { type CallerKind, type Verdict, verdictsOf } from '../src/matrix/callers.js';
import { apis } from '../src/apis/index.js';
import { createExtensionToken, revokeExtensionToken } from './extension-token.js';
import { isServerError } from './server-error.js';

const routes = apis.flatMap(({ routes, auth }) => routes.map((route) => ({ route, auth })));

let skep: Skep;
let firebase: Firebase;
let user: TestUser;
let headers: Record<CallerKind, Record<string, string>>;

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const me = (headers: Record<string, string>) => skep.http('GET', '/v1/auth/me', { headers });

/** Publishes a signing key of the test. @returns a function that signs the claims of a valid token with another expiry */
async function createSigner(): Promise<(exp: number) => string> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
  await skep.infra.query(
    'auth-gateway',
    `insert into signing_key (kid, public_jwk, sealed_private_key, is_active) values ($1, $2, '', false)`,
    [kid, jwk],
  );
  const claims = JSON.parse(Buffer.from(user.access.split('.')[1]!, 'base64url').toString()) as object;
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  return (exp) => {
    const signed = `${part({ alg: 'RS256', kid })}.${part({ ...claims, iat: exp - 3600, exp })}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
  };
}

async function logIn(email: string, password: string, tenant_id = 'default'): Promise<string> {
  const { json } = await skep.http('POST', '/v1/auth/login', { body: { email, password, tenant_id } });
  return String(json['access_token']);
}

async function createApiKey(body: object): Promise<Json> {
  return (await skep.http('POST', '/v1/keys', { token: user.access, body })).json;
}

/** Creates a key for an app that does not exist: the gateway checks the key only. */
async function createAppKey(scopes: string, app_id: string): Promise<string> {
  const { id, key } = await createApiKey({ name: app_id, scopes });
  await skep.infra.query('auth-gateway', 'update api_key set app_id = $2 where id = $1', [String(id), app_id]);
  return String(key);
}

beforeAll(async () => {
  firebase = await startFirebase();
  skep = await startSkep({ env: firebase.env });
  const [admin, developer, loggedOut, bare] = await Promise.all([
    skep.signInAdmin(),
    skep.signUpUser(),
    skep.signUpUser(),
    skep.signUpUser(),
  ]);
  user = await skep.signUpUser();
  const serviceToken = { 'x-service-token': skep.serviceToken };

  await skep.infra.query('auth-gateway', `insert into tenant (id, name) values ('second', 'Second')`);
  const foreign = await skep.http('POST', '/v1/auth/register', {
    headers: serviceToken,
    body: { email: 'far@example.com', password: 'correct horse battery', tenant_id: 'second' },
  });
  await skep.infra.query('auth-gateway', `update account set role = 'developer', scopes = scopes || '{config:read}' where id = $1`, [
    developer.id,
  ]);
  await skep.http('PATCH', `/v1/users/${bare.id}`, { token: admin.access, body: { scopes: [] } });
  await skep.http('POST', '/v1/auth/logout', { body: { refresh_token: loggedOut.refresh } });
  const now = Math.floor(Date.now() / 1000);
  const signToken = await createSigner();
  await waitUntil('the gateway to learn the key', async () => (await me(bearer(signToken(now + 60)))).status === 200);
  // The gateway has cached it while it was valid.
  const expired = await waitUntil('a valid token that expires soon', async () => {
    const token = bearer(signToken(Math.floor(Date.now() / 1000) + 2));
    return (await me(token)).status === 200 ? token : undefined;
  });
  const revoked = await createApiKey({ name: 'revoked' });
  await skep.http('DELETE', `/v1/keys/${String(revoked['id'])}`, { token: user.access });

  const tokenOfApp = await createExtensionToken(skep, 'no-such-thing');
  const revokedToken = await createExtensionToken(skep, 'no-such-thing');
  await revokeExtensionToken(skep, 'no-such-thing', revokedToken);

  headers = {
    anonymous: {},
    forged: bearer(`${user.access.slice(0, -4)}AAAA`),
    expired,
    'revoked session': bearer(loggedOut.access),
    user: bearer(user.access),
    'user without scopes': bearer(await logIn(bare.email, bare.password)),
    'other tenant': bearer(String(foreign.json['access_token'])),
    'foreign tenant_id': bearer(String(foreign.json['access_token'])),
    developer: bearer(await logIn(developer.email, developer.password)),
    admin: bearer(admin.access),
    'Firebase user': bearer(firebase.idToken({ sub: 'ada' })),
    'forged Firebase token': bearer(firebase.idToken({ sub: 'ada' }, { by: 'stranger' })),
    'API key': { 'x-api-key': String((await createApiKey({ name: 'wide' }))['key']) },
    'narrow API key': { 'x-api-key': String((await createApiKey({ name: 'narrow', scopes: 'events:subscribe' }))['key']) },
    'app key': { 'x-api-key': await createAppKey('developer:apps:*', 'no-such-thing') },
    'read-only app key': { 'x-api-key': await createAppKey('developer:apps:read', 'no-such-thing') },
    'other app’s key': { 'x-api-key': await createAppKey('developer:apps:*', 'another') },
    'revoked API key': { 'x-api-key': String(revoked['key']) },
    'extension token': { 'x-service-token': tokenOfApp },
    'extension token as bearer': bearer(tokenOfApp),
    'other app’s extension token': { 'x-service-token': await createExtensionToken(skep, 'another') },
    'revoked extension token': { 'x-service-token': revokedToken },
    'wrong service token': { 'x-service-token': 'wrong' },
    service: serviceToken,
    'service as bearer': bearer(skep.serviceToken),
    'service for a user': { ...serviceToken, 'x-acting-user': user.id },
    'service for a user without scopes': { ...serviceToken, 'x-acting-user': bare.id },
  };
  await waitUntil('the token to expire', async () => (await me(expired)).status === 401);
  await waitUntil('the session to be revoked', async () => (await me(headers['revoked session'])).status === 401);
});
afterAll(async () => {
  await skep?.close();
  await firebase?.close();
});

/** The beginning of a stream, which has no end. */
async function beginStream(address: string, sent: Record<string, string>) {
  const response = await fetch(`${skep.url}${address}`, { headers: sent });
  const { status } = response;
  if (status === 200) await response.body?.cancel();
  const text = status === 200 ? '{}' : await response.text();
  return { status, text, json: JSON.parse(text) as Json };
}

it.each(routes.map(({ route, auth }) => [`${route.method} ${route.path}`, route, auth] as const))(
  '%s has the access in the matrix',
  async (_, route, auth) => {
    const { method, path } = route;
    const app = 'no-such-thing';
    // An extension token works only where the request names its app.
    const named = route.access.kind === 'extension' ? { app_id: app, extension_id: app, ext_id: app } : undefined;
    const verdicts = await Promise.all(
      (Object.keys(headers) as CallerKind[]).map(async (caller) => {
        const query = new URLSearchParams({ ...named, ...(caller === 'foreign tenant_id' && { tenant_id: 'default' }) });
        const address = `${path.replace(/\{\w+\}/g, app)}?${query}`;
        const send = () =>
          route.exchange.name === 'activity'
            ? beginStream(address, headers[caller])
            : skep.http(method, address, {
                ...(route.exchange.name === 'upload' ? formOf(app, route.exchange.fills[0]) : method !== 'GET' && { body: { ...named } }),
                headers: {
                  ...headers[caller],
                  ...(route.exchange.name === 'upload' && { 'content-type': 'multipart/form-data; boundary=x' }),
                },
              });
        // On a busy machine a service can be too slow: 503 is retried.
        let answer = await send();
        for (let again = 0; answer.status === 503 && again < 3; again++) answer = await send();
        const { json, text, status } = answer;
        // The errors of SCIM have no codes.
        const code = String(json?.['code'] ?? (status === 401 ? 'unauthenticated' : status === 403 && 'forbidden'));
        return [caller, isServerError(answer) ? text : text.includes(NEEDS_CALL_TOKEN) ? 'passes' : verdictOf(code)];
      }),
    );
    expect(Object.fromEntries(verdicts)).toEqual(verdictsOf(route, auth));
  },
);

/** The answer of the kernel, after the gateway has let the caller pass. */
const NEEDS_CALL_TOKEN = 'This call token is not valid.';
const partOf = (name: string, value: string) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
/** A form with an empty file. */
const formOf = (app: string, file = '') => ({ raw: `${partOf('extension_id', app)}${partOf(`${file}"; filename="a`, '')}--x--\r\n` });

const verdictOf = (code: string): Verdict => (code === 'unauthenticated' ? 401 : code === 'forbidden' ? 403 : 'passes');

describe('acting on behalf of a user', () => {
  const call = (request: { headers?: Record<string, string>; body?: object; query?: string }) =>
    skep.http('POST', `/v1/extensions/billing/call${request.query ?? ''}`, {
      headers: request.headers ?? headers.user,
      body: { function: 'get_balance', ...request.body },
    });

  it('is forbidden to users, however they name the other user', async () => {
    expect((await call({ body: { user_id: 'imp_u_other' } })).status).toBe(403);
    expect((await call({ body: { user_id: user.id, tenant_id: 'other' } })).status).toBe(403);
    expect((await call({ body: { user_id: user.id }, query: '?user_id=imp_u_other' })).status).toBe(200);
    expect((await skep.http('GET', '/v1/billing/balance?user_id=imp_u_other', { headers: headers.user })).status).toBe(403);
    const acting = await skep.http('GET', '/v1/auth/me', { headers: { ...headers.user, 'x-acting-user': 'imp_u_other' } });
    expect(String(acting.json['imperal_id'])).toBe(user.id);
  });

  it('lets a service name the user in a header, the body or the query', async () => {
    const me = async (more: Record<string, string>, query = '') =>
      skep.http('GET', `/v1/auth/me${query}`, { headers: { ...headers.service, ...more } });
    expect(String((await me({ 'x-acting-user': user.id })).json['imperal_id'])).toBe(user.id);
    expect(String((await me({}, `?user_id=${user.id}`)).json['imperal_id'])).toBe(user.id);
    expect((await call({ headers: headers.service, body: { user_id: user.id } })).status).toBe(200);
    expect((await me({ 'x-acting-user': 'imp_u_unknown' })).status).toBe(404);
  });
});
