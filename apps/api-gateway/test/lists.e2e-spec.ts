import { type Json, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const LISTINGS = 10_005;
const FILL = `
  insert into listing (app_id, developer_id, name, short_description, category, icon, pricing_model, revision, version, tags, functions, permissions,
                       system, listed, published_at, approved_at, document)
  select 'app-' || n, 'dev', 'App ' || n, 'An app.', 'general', '', 'free', 1, '1', '{}', '[]', '{}', false, true, now() - make_interval(secs => n), now(), ''
    from generate_series(1, ${LISTINGS}) n;
  insert into popularity (app_id, category, listed) select app_id, category, listed from listing;
  insert into category_size values ('general', ${LISTINGS})`;

let skep: Skep;

beforeAll(async () => {
  skep = await startSkep();
  await skep.infra.query('marketplace', FILL);
});
afterAll(() => skep?.close());

const idsOf = (rows: Json[]) => rows.map(({ app_id }) => app_id);

it('a list links to its next page, which continues after the last row', async () => {
  const first = await skep.http('GET', '/v1/marketplace/apps?sort=newest&limit=3&offset=2');
  const [, next = ''] = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
  expect(idsOf(first.rows)).toEqual(['app-3', 'app-4', 'app-5']);
  expect(new URL(next, 'http://skep').searchParams.get('offset')).toBeNull();
  const second = await skep.http('GET', next);
  expect(idsOf(second.rows)).toEqual(['app-6', 'app-7', 'app-8']);
  expect([second.headers.get('x-total-count'), second.headers.get('link')]).toEqual([null, expect.stringContaining('cursor=')]);
});

it('a list without pages links to its next 1,000 rows', async () => {
  const { access: token } = await skep.signInAdmin();
  await skep.infra.query(
    'auth-gateway',
    `insert into role (id, tenant_id, name, display_name, default_scopes) select 'role_' || n, 'default', 'r' || n, '', '{}' from generate_series(1, 1010) n`,
  );
  const first = await skep.http('GET', '/v1/roles', { token });
  const [, next = ''] = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
  expect([first.rows.length, first.headers.get('x-total-count')]).toEqual([1_000, '1014']);
  expect(first.rows.slice(0, 4).map(({ name }) => name)).toEqual(['admin', 'developer', 'user', 'viewer']);
  const second = await skep.http('GET', next, { token });
  expect([second.rows.length, second.headers.get('link')]).toEqual([14, null]);
});

it('the total is capped at 10,000, and an offset beyond it is refused', async () => {
  const { headers } = await skep.http('GET', '/v1/marketplace/apps?limit=1');
  expect([headers.get('x-total-count'), headers.get('x-total-count-capped')]).toEqual(['10000', 'true']);
  const { status, json } = await skep.http('GET', '/v1/marketplace/apps?page=202&per_page=50');
  expect({ ...json, status }).toMatchObject({
    status: 422,
    detail: [{ loc: ['query', 'offset'], msg: expect.stringContaining('cursor') }],
  });
});

it('a cursor of another order is refused', async () => {
  const { headers } = await skep.http('GET', '/v1/marketplace/apps?sort=newest&limit=1');
  const cursor = /cursor=([^&>]+)/.exec(headers.get('link') ?? '')?.[1];
  const { status, json } = await skep.http('GET', `/v1/marketplace/apps?sort=name&cursor=${cursor}`);
  expect({ ...json, status }).toMatchObject({ status: 422, detail: [{ loc: ['query', 'cursor'] }] });
});
