import { type Skep, startSkep, type TestUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createExtensionToken, revokeExtensionToken } from './extension-token.js';

let skep: Skep;
let ada: TestUser;
let token: string;
let other: string;
beforeAll(async () => {
  skep = await startSkep();
  ada = await skep.signUpUser();
  [token, other] = [await createExtensionToken(skep, 'diary'), await createExtensionToken(skep, 'links')];
}, 60_000);
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
