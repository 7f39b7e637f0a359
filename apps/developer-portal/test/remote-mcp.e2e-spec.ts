import type { RemoteMcpSource } from '@skep/contracts/kernel';
import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { asUser, type McpUpstream, startMcpUpstream, UPSTREAM_TOOLS, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { administrator, linkSaver, notFound, openPortal, type PortalHarness } from './portal.js';

let harness: PortalHarness;
let upstream: McpUpstream;
const ada = asUser('ada');
const bob = asUser('bob');
const CREDENTIAL = { secret: 'links_token', header: 'Authorization', prefix: 'Bearer ' };

const sourceOf = (more: Partial<RemoteMcpSource> = {}): RemoteMcpSource => ({
  ...{ kind: 'remote_mcp', url: upstream.url(), credential: CREDENTIAL, long_running: ['export'], relays: [] },
  ...more,
});
const record = (version: string | undefined, more: object = {}, ctx = ada) =>
  harness.call(portal.recordDeploy, ctx, {
    ...{ app_id: 'remote', status: 'success', error_message: '', source: sourceOf(), ...(version && { version }) },
    ...more,
  });
async function deploy(version: string, source: Partial<RemoteMcpSource> = {}) {
  const { deploy_id } = await record(version, { source: sourceOf(source) });
  const deploys = async () => (await harness.call(portal.listDeploys, ada, { app_id: 'remote' })).rows;
  return waitUntil(
    'the deploy to end',
    async () => (await deploys()).find((it) => it.deploy_id === deploy_id && it.status !== 'pending'),
    10_000,
  );
}
const submit = () => harness.call(portal.submitApp, ada, { app_id: 'remote' });
const approve = () => harness.call(portal.approveApp, administrator(), { app_id: 'remote' });
const reviewed = async () => (await harness.call(portal.listPending, administrator(), {})).rows.find(({ app_id }) => app_id === 'remote')!;

beforeAll(async () => {
  upstream = await startMcpUpstream();
  harness = await openPortal(['registry']);
  await harness.infra.startApp('kernel', { SKEP_OUTBOUND_ALLOW: '127.0.0.1/32' });
  await harness.register(ada, bob);
  await harness.create(ada, { app_id: 'remote', ...linkSaver });
});
afterAll(async () => {
  await harness?.close();
  await upstream?.close();
});
beforeEach(() => {
  upstream.tools = [...UPSTREAM_TOOLS];
  upstream.isClosed = false;
});

describe('a deploy from an MCP server', () => {
  it('makes a release of its tools, with the secret that users set and the tools that are tasks', async () => {
    expect(await deploy('1.0.0')).toMatchObject({ status: 'success', error_message: '' });
    const app = await harness.call(portal.getApp, ada, { app_id: 'remote' });
    expect(app.tools_json.map(({ name }) => name)).toEqual(UPSTREAM_TOOLS.map(({ name }) => name.replace('-', '_')));
    const { manifest, ir, functions } = await harness.call(registry.getRelease, ada, { app_id: 'remote', revision: app.revision! });
    expect(manifest['secrets']).toMatchObject([{ name: 'links_token', scope: 'user', required: true }]);
    const tasks = (manifest['tools'] as { name: string; long_running?: boolean }[]).filter(({ long_running }) => long_running);
    expect(tasks.map(({ name }) => name)).toEqual(['export']);
    expect(ir).toMatchObject({ app: { mcp: { url: upstream.url(), credential: CREDENTIAL } } });
    expect(functions).toHaveLength(UPSTREAM_TOOLS.length);
  });

  it('publishes the same content again as the same release', async () => {
    const revision = async () => (await harness.call(portal.getApp, ada, { app_id: 'remote' })).revision;
    const before = await revision();
    expect(await deploy('1.0.0')).toMatchObject({ status: 'success' });
    expect(await revision()).toBe(before);
  });

  it('fails if the server lists its tools only with a credential, and names the secret', async () => {
    upstream.isClosed = true;
    expect(await deploy('1.0.1')).toMatchObject({ status: 'failed', error_message: expect.stringContaining("'links_token'") });
  });

  it.each([
    ['at a private address', { url: 'http://10.0.0.1/mcp' }, /not allowed/],
    ['whose credential would be a header of the protocol', { credential: { ...CREDENTIAL, header: 'Host' } }, /header of the protocol/],
  ])('fails for a server %s', async (_, source, reason) => {
    expect(await deploy('1.0.1', source)).toMatchObject({ status: 'failed', error_message: expect.stringMatching(reason) });
  });

  it('needs a version and no commit, and is only for the developer', async () => {
    const invalid = { body: { code: 'invalid_input' } };
    await expect(record(undefined, { commit_sha: '9f2c1ab' })).rejects.toMatchObject(invalid);
    await expect(record('1.0.1', { commit_sha: '9f2c1ab' })).rejects.toMatchObject(invalid);
    await expect(record('1.0.1', { source: sourceOf({ relays: ['anything'] }) })).rejects.toMatchObject(invalid);
    await expect(record('1.0.1', {}, bob)).rejects.toMatchObject(notFound);
  });
});

describe('a reviewer', () => {
  it('sees the address, the credential and a hash of each tool', async () => {
    await deploy('1.0.0');
    await submit();
    const { mcp_server } = await reviewed();
    expect(mcp_server).toMatchObject({ url: upstream.url(), credential: CREDENTIAL, relays: [], approved: null, changes: [] });
    expect(mcp_server!.tools).toHaveLength(UPSTREAM_TOOLS.length);
    expect(mcp_server!.tools.at(-1)).toEqual({
      tool: 'store-it',
      function: 'store_it',
      pin: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    await approve();
  });

  it('sees each difference to what was approved, also one of the address', async () => {
    const [add, ...others] = UPSTREAM_TOOLS;
    upstream.tools = [{ ...add!, description: 'Adds, in another way.' }, ...others.slice(1), { ...others[0]!, name: 'more' }];
    await deploy('1.1.0', { url: upstream.url(2025), relays: ['sampling'] });
    await submit();
    const { changes, approved, url, relays } = (await reviewed()).mcp_server!;
    expect([approved!.url, url, relays]).toEqual([upstream.url(), upstream.url(2025), ['sampling']]);
    const removed = others[0]!.name;
    expect(changes.map(({ tool, change }) => [tool, change])).toEqual([
      ['add', 'changed'],
      [removed, 'removed'],
      ['more', 'added'],
    ]);
    expect(changes[0]).toMatchObject({ before: { description: add!.description }, after: { description: 'Adds, in another way.' } });
    expect([changes[1]!.after, changes[2]!.before]).toEqual([null, null]);
  });
});
