import { type Answer, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publishPaidApp } from './paid-app.js';

const NAME = '127.0.0.1/link-saver';
const AT = `/v0.1/servers/${encodeURIComponent(NAME)}/versions`;
let skep: Skep;
beforeAll(async () => {
  skep = await startSkep();
  await publishPaidApp(skep, 5);
  await skep.infra.query(
    'marketplace',
    `insert into listing (app_id, developer_id, name, short_description, category, icon, pricing_model, revision, version, tags, functions, permissions,
                          system, listed, published_at, approved_at, document)
     select 'zoo-' || n, 'dev', 'Zoo ' || n, '', '', '', 'free', 1, '2.0', '{}', '[]', '{}', false, n < 4, now(), now() - interval '1 year', '' from generate_series(1, 4) n`,
  );
});
afterAll(() => skep?.close());

interface Listed {
  servers: { server: { name: string; version: string } }[];
  metadata: { count: number; nextCursor?: string };
}
const list = async (query = '') => (await skep.http('GET', `/v0.1/servers?${query}`)).json as unknown as Listed;
const namesOf = ({ servers }: Listed) => servers.map(({ server }) => server.name.split('/')[1]);

describe('the registry of servers', () => {
  it('finds listed apps, with the address of their MCP server', async () => {
    const { servers } = await list('search=LINK');
    expect(servers).toEqual([
      {
        server: expect.objectContaining({ name: NAME, remotes: [{ type: 'streamable-http', url: `${skep.url}/mcp/link-saver` }] }),
        _meta: { 'io.modelcontextprotocol.registry/official': expect.objectContaining({ status: 'active', isLatest: true }) },
      },
    ]);
    expect(namesOf(await list())).toEqual(['link-saver', 'zoo-1', 'zoo-2', 'zoo-3']);
  });

  it('has pages, and filters by version and time', async () => {
    const first = await list('limit=3');
    expect([namesOf(first), first.metadata.count]).toEqual([['link-saver', 'zoo-1', 'zoo-2'], 3]);
    expect(await list(`limit=3&cursor=${encodeURIComponent(first.metadata.nextCursor!)}`)).toMatchObject({ metadata: { count: 1 } });
    expect(namesOf(await list('version=2.0&limit=1'))).toEqual(['zoo-1']);
    expect(namesOf(await list(`version=latest&updated_since=${new Date(Date.now() - 3_600_000).toISOString()}`))).toEqual(['link-saver']);
  });

  it('has the versions of a server, and each of them', async () => {
    const { json } = await skep.http('GET', AT);
    const version = (json as unknown as Listed).servers[0]!.server.version;
    for (const each of [version, 'latest'])
      expect((await skep.http('GET', `${AT}/${each}`)).json['server']).toMatchObject({ name: NAME, version });
    for (const path of [`${AT}/9.9.9`, '/v0.1/servers/127.0.0.1%2Fzoo-4/versions', '/v0.1/servers/other%2Flink-saver/versions'])
      expect((await skep.http('GET', path)).json).toMatchObject({ code: 'server_not_found' });
  });

  it('refuses invalid input', async () => {
    for (const query of ['limit=0', 'limit=x', 'cursor=%00', 'updated_since=yesterday'])
      expect([query, (await skep.http('GET', `/v0.1/servers?${query}`)).status]).toEqual([query, 422]);
  });
});

it('cards of servers, and the catalogue of them, name the address that the client used', async () => {
  for (const [path, name] of [
    ['/mcp', 'skep'],
    ['/mcp/link-saver', 'link-saver'],
  ] as const) {
    const { headers, json } = await skep.http('GET', `${path}/server-card`);
    expect(headers.get('content-type')).toContain('application/mcp-server-card+json');
    expect(json).toMatchObject({
      name,
      remotes: [{ url: skep.url + path, supportedProtocolVersions: expect.arrayContaining(['2026-07-28']) }],
    });
  }
  expect((await skep.http('GET', '/mcp/zoo-4/server-card')).status).toBe(404);
  const { json } = await skep.http('GET', '/.well-known/ai-catalog.json');
  expect(json['entries']).toMatchObject([{ url: `${skep.url}/mcp/server-card` }]);
});

it('pages of any origin may read all of this', async () => {
  const allows = ({ headers }: Answer) => headers.get('access-control-allow-origin');
  for (const path of ['/v0.1/servers', AT, '/mcp/server-card', '/.well-known/ai-catalog.json']) {
    expect([path, allows(await skep.http('GET', path))]).toEqual([path, '*']);
    const preflight = await skep.http('OPTIONS', path, {
      headers: { origin: 'https://ide.example', 'access-control-request-method': 'GET' },
    });
    expect([path, preflight.status, allows(preflight)]).toEqual([path, 204, '*']);
  }
});
