import { type Answer, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createExtensionToken } from './extension-token.js';
import { publishManifest, publishPaidApp } from './paid-app.js';

const APP = 'link-saver';
const SECRETS = [
  { name: 'api_token', description: 'Your token.', write_mode: 'both' },
  { name: 'client_secret', description: 'One for all.', scope: 'app' },
];

let skep: Skep;
let ada: TestUser;
let bob: TestUser;
let token: string;
beforeAll(async () => {
  skep = await startSkep();
  ({ ada, bob } = await publishPaidApp(skep, 1));
  await publishManifest(skep, ada, APP, { secrets: SECRETS });
  token = await createExtensionToken(skep, APP);
  await waitUntil('the release', async () => (await ask('GET', '', own(bob))).rows.length > 0, 10_000);
});
afterAll(() => skep?.close());

type Headers = Record<string, string>;
const ask = (method: string, name: string, headers: Headers, body?: object): Promise<Answer> =>
  skep.http(method, `/v1/secrets/${APP}${name && `/${name}`}`, { headers, ...(body && { body }) });
const own = (user: TestUser, more: Headers = {}): Headers => ({
  authorization: `Bearer ${user.access}`,
  'x-acting-user': user.id,
  'x-ext-id': APP,
  ...more,
});
const byService = (user: TestUser, more: Headers = {}): Headers => ({
  ...own(user),
  authorization: `Bearer ${skep.serviceToken}`,
  ...more,
});
const byApp = (user: TestUser): Headers => ({ 'x-service-token': token, 'x-acting-user': user.id });

describe('secrets', () => {
  it('are set, read, listed and deleted by their user, by a service for them, and by the app', async () => {
    for (const [who, headers] of Object.entries({ own: own(bob), service: byService(bob), app: byApp(bob) })) {
      expect([who, (await ask('PUT', 'api_token', headers, { value: `of ${who}` })).status]).toEqual([who, 200]);
      expect((await ask('GET', 'api_token', headers)).json).toEqual({ name: 'api_token', value: `of ${who}` });
      expect((await ask('GET', 'api_token/meta', headers)).json).toMatchObject({ is_set: true });
      const list = await ask('GET', '', headers);
      expect(list.rows[0]).toMatchObject({
        name: 'api_token',
        description: 'Your token.',
        is_set: true,
        last_accessed_at: expect.any(String),
      });
      expect(list.text).not.toContain(`of ${who}`);
      expect((await ask('DELETE', 'api_token', headers)).json).toEqual({ name: 'api_token', was_set: true });
      const gone = await ask('GET', 'api_token', headers);
      expect([gone.status, gone.json['detail']]).toEqual([404, { error_code: 'SECRET_NOT_SET', message: expect.any(String) }]);
    }
  });

  it('are not those of another user, nor of another app', async () => {
    await ask('PUT', 'api_token', own(ada), { value: 'of Ada' });
    const bobAsAda = own(bob, { 'x-acting-user': ada.id });
    for (const [method, name, body] of [
      ['GET', ''],
      ['GET', 'api_token'],
      ['PUT', 'api_token', { value: 'x' }],
      ['DELETE', 'api_token'],
    ] as const)
      expect([method, name, (await ask(method, name, bobAsAda, body)).status]).toEqual([method, name, 403]);
    for (const headers of [own(ada, { 'x-ext-id': 'other' }), byService(ada, { 'x-ext-id': 'other' })])
      expect((await ask('GET', 'api_token', headers)).json).toMatchObject({ code: 'forbidden' });
    expect((await ask('GET', 'api_token', { 'x-ext-id': APP })).status).toBe(401);
    const foreign = { 'x-service-token': await createExtensionToken(skep, 'other'), 'x-acting-user': ada.id };
    expect((await ask('GET', 'api_token', foreign)).status).toBe(403);
    expect((await ask('GET', 'api_token', own(bob))).status).toBe(404);
    expect((await ask('GET', 'api_token', own(ada))).json['value']).toBe('of Ada');
  });

  it('of the app are set by its developer, and read by the app alone', async () => {
    expect((await ask('PUT', 'client_secret', own(bob), { value: 'x' })).status).toBe(403);
    expect((await ask('PUT', 'client_secret', own(ada), { value: 'of the app' })).status).toBe(200);
    expect((await ask('GET', 'client_secret', own(ada))).json['detail']).toMatchObject({ error_code: 'SECRET_NOT_READABLE' });
    expect((await ask('GET', 'client_secret', byApp(bob))).json['value']).toBe('of the app');
  });

  it('are in the audit log when they are read, without their values', async () => {
    await ask('PUT', 'api_token', own(bob), { value: 'tell-nobody' });
    await ask('GET', 'api_token', byApp(bob));
    const entries = () =>
      skep.infra.query(
        'auth-gateway',
        `select actor_id, via, audit_log::text as text from audit_log where action = 'secret.read' and actor_id = $1`,
        [bob.id],
      );
    await waitUntil('the entry', async () => (await entries()).some(({ via }) => via === `extension:${APP}`));
    expect(JSON.stringify(await entries())).toContain(`${APP}/api_token`);
    expect(JSON.stringify(await entries())).not.toContain('tell-nobody');
  });
});
