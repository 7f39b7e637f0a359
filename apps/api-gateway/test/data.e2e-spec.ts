import { type Skep, startSkep, type TestUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mintCallToken } from './call-token.js';
import { createExtensionToken, revokeExtensionToken } from './extension-token.js';

let skep: Skep;
let ada: TestUser;
let token: string;
let other: string;
const key = randomBytes(32).toString('base64url');
beforeAll(async () => {
  skep = await startSkep({ env: { SKEP_ENCRYPTION_KEY: key } });
  ada = await skep.signUpUser();
  [token, other] = [await createExtensionToken(skep, 'diary'), await createExtensionToken(skep, 'links')];
});
afterAll(() => skep?.close());

type Headers = Record<string, string>;
const asHeader = (secret: string, more: Headers = {}): Headers => ({ 'x-service-token': secret, ...more });
const asBearer = (secret: string): Headers => ({ authorization: `Bearer ${secret}` });
const send = (method: string, path: string, headers: Headers, body?: object) =>
  skep.http(method, `/v1/internal/${path}`, { headers, ...(body && { body }) });
const scope = (more: object = {}) => ({ extension_id: 'diary', tenant_id: 'default', ...more });
const create = (headers: Headers, data: object, more: object = {}) =>
  send('POST', 'store', headers, { collection: 'entry', user_id: ada.id, data, ...scope(more) });

describe('the store', () => {
  it('keeps documents for services and for the app, in either header style', async () => {
    for (const [n, headers] of [asHeader(skep.serviceToken), asBearer(skep.serviceToken), asHeader(token), asBearer(token)].entries()) {
      const collection = `c${n}`;
      const created = await create(headers, { n: 1 }, { collection });
      expect([created.status, created.json]).toEqual([201, expect.objectContaining({ user_id: ada.id, data: { n: 1 } })]);
      const { id, etag } = created.json;
      const document = `store/${collection}/${String(id)}?extension_id=diary&tenant_id=default`;
      expect((await send('GET', document, headers)).json).toEqual(created.json);
      const patched = await send('PATCH', `store/${collection}/${String(id)}`, headers, scope({ data: { m: 2 }, if_match: etag }));
      expect(patched.json).toMatchObject({ data: { n: 1, m: 2 } });
      const stale = await send('PATCH', `store/${collection}/${String(id)}`, headers, scope({ data: {}, if_match: etag }));
      expect([stale.status, stale.json['detail']]).toEqual([409, { current_etag: patched.json['etag'] }]);
      const found = await send('POST', `store/${collection}/query`, headers, scope({ user_id: ada.id, order_by: null, cursor: null }));
      expect(found.json).toEqual({ data: [patched.json], has_more: false, cursor: null, total: 1 });
      expect((await send('POST', `store/${collection}/count`, headers, scope({ user_id: ada.id }))).json).toEqual({ count: 1 });
      const all = await send('GET', `store/${collection}/all?extension_id=diary`, headers);
      expect(all.rows).toEqual([patched.json]);
      const users = await send('GET', `store/${collection}/list_users?extension_id=diary&tenant_id=default&cursor=0`, headers);
      expect(users.json).toEqual({ user_ids: [ada.id], next_cursor: null, truncated: false });
      expect((await send('DELETE', document, headers)).json).toEqual({ id, status: 'deleted' });
      expect((await send('GET', document, headers)).status).toBe(404);
    }
  });

  it('links to the rest of all documents', async () => {
    for (const n of [1, 2, 3]) await create(asHeader(token), { n }, { collection: 'linked' });
    const first = await send('GET', 'store/linked/all?extension_id=diary&limit=2', asHeader(token));
    const [, next = ''] = /^<\/v1\/internal\/([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
    const rest = await send('GET', next, asHeader(token));
    expect([...first.rows, ...rest.rows].map(({ data }) => data)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(rest.headers.get('link')).toBeNull();
  });

  it('is closed to people, to strangers, and to an app that names another app or tenant', async () => {
    const { id } = (await create(asHeader(token), { n: 1 })).json;
    const revoked = await createExtensionToken(skep, 'diary');
    await revokeExtensionToken(skep, 'diary', revoked);
    const answers = async (headers: Headers, more: Record<string, string> = {}) => {
      const query = new URLSearchParams({ extension_id: 'diary', tenant_id: 'default', ...more }).toString();
      return Promise.all([
        create(headers, {}, more),
        send('POST', 'store/entry/query', headers, scope({ user_id: ada.id, ...more })),
        send('POST', 'store/entry/count', headers, scope({ user_id: ada.id, ...more })),
        send('GET', `store/entry/all?${query}`, headers),
        send('GET', `store/entry/list_users?${query}`, headers),
        send('GET', `store/entry/${String(id)}?${query}`, headers),
        send('PATCH', `store/entry/${String(id)}`, headers, scope({ data: {}, ...more })),
        send('DELETE', `store/entry/${String(id)}?${query}`, headers),
      ]).then((all) => new Set(all.map(({ status }) => status)));
    };
    for (const headers of [{}, asHeader('wrong-token-of-a-service'), asHeader(revoked), asBearer('wrong')])
      expect(await answers(headers)).toEqual(new Set([401]));
    for (const headers of [asBearer(ada.access), asHeader(other)]) expect(await answers(headers)).toEqual(new Set([403]));
    expect(await answers(asHeader(token), { extension_id: 'links' })).toEqual(new Set([403]));
    expect(await answers(asHeader(token), { tenant_id: 'second' })).toEqual(new Set([403]));
    expect(await answers(asHeader(token, { 'x-tenant-id': 'second' }))).toEqual(new Set([403]));
  });

  it('names missing fields, and finds nothing of unknown tenants, users and apps', async () => {
    const missing = await send('POST', 'store', asHeader(skep.serviceToken), { collection: 'entry' });
    expect([missing.status, missing.json['detail']]).toEqual([
      422,
      expect.arrayContaining([
        expect.objectContaining({ loc: ['body', 'extension_id'] }),
        expect.objectContaining({ loc: ['body', 'data'] }),
      ]),
    ]);
    for (const more of [{ tenant_id: 'nowhere' }, { user_id: 'nobody' }, { extension_id: 'nothing' }]) {
      const found = await send('POST', 'store/entry/query', asHeader(skep.serviceToken), scope({ user_id: ada.id, ...more }));
      expect(found.json).toMatchObject({ data: [], has_more: false });
    }
  });
});

describe('skeletons and caches', () => {
  const withCall = (secret: string, call: string) => asHeader(secret, { authorization: `ImperalCallToken ${call}` });
  const call = { tool_type: 'skeleton', app_id: 'diary', tenant_id: 'default' };
  const mint = (more: object = {}) => mintCallToken(skep, key, { ...call, user_id: ada.id, ...more });

  it('a skeleton is saved and read by services and the app, and read once with a call token', async () => {
    for (const headers of [asHeader(skep.serviceToken), asBearer(skep.serviceToken), asHeader(token), asBearer(token)]) {
      const saved = await send('PUT', `skeleton/${ada.id}/mood`, headers, { extension_id: 'diary', data: { good: true } });
      expect([saved.status, saved.json['data']]).toEqual([200, { good: true }]);
      expect((await send('GET', `skeleton/${ada.id}/mood?extension_id=diary`, headers)).json).toEqual(saved.json);
    }
    for (const secret of [skep.serviceToken, token]) {
      const headers = withCall(secret, await mint());
      const read = await send('GET', `skeleton/diary/${ada.id}/mood`, headers);
      expect([read.status, read.json['data']]).toEqual([200, { good: true }]);
      expect((await send('GET', `skeleton/diary/${ada.id}/mood`, headers)).status).toBe(401);
    }
  });

  it('a cache serves the requests of one call with one token', async () => {
    const path = `extcache/diary/${ada.id}/Mood/2c70e12b7a0646f9`;
    const headers = withCall(token, await mint({ tool_type: 'panel' }));
    expect((await send('GET', path, headers)).status).toBe(404);
    const envelope = { model: 'Mood', version: 1, data: { good: true }, cached_at: '2026-06-21T09:30:00+00:00' };
    expect((await send('PUT', path, headers, { envelope, ttl_seconds: 60 })).status).toBe(200);
    expect((await send('GET', path, headers)).json).toEqual(envelope);
    expect((await send('PUT', path, headers, { envelope: { ...envelope, data: 'x'.repeat(65_536) }, ttl_seconds: 60 })).status).toBe(413);
    expect((await send('DELETE', path, headers)).json).toEqual({ status: 'deleted' });
  });

  it('are closed without both tokens, and for another app, user or tenant', async () => {
    const paths = [`skeleton/diary/${ada.id}/mood`, `extcache/diary/${ada.id}/Mood/1`];
    const statuses = async (headers: Headers) =>
      new Set(await Promise.all(paths.map(async (path) => (await send('GET', path, headers)).status)));
    const valid = await mint();
    for (const headers of [
      asHeader(token),
      withCall(token, 'forged'),
      { authorization: `ImperalCallToken ${valid}` },
      withCall('wrong', valid),
    ])
      expect(await statuses(headers)).toEqual(new Set([401]));
    const foreign = [await mint({ app_id: 'links' }), await mint({ user_id: 'imp_u_other' }), await mint({ tenant_id: 'second' })];
    for (const headers of [...foreign.map((wrong) => withCall(token, wrong)), withCall(other, valid)])
      expect(await statuses(headers)).toEqual(new Set([403]));
    for (const headers of [asBearer(ada.access), asHeader(other)])
      expect((await send('PUT', `skeleton/${ada.id}/mood`, headers, { extension_id: 'diary', data: {} })).status).toBe(403);
  });
});
