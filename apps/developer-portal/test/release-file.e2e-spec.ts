import { portal, RELEASE_FORMAT, type ReleaseFile } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { fingerprintOf, signRelease } from '../src/release-file/signature.js';
import { irOf, linkSaver, notFound, openPortal, type PortalHarness } from './portal.js';

let harness: PortalHarness;
const ada = asUser('ada');
const bob = asUser('bob');
const webhooks = [{ path: '/orders', method: 'POST' }];

const exportOf = (app_id: string, ctx: Ctx = ada, revision?: number) =>
  harness.call(portal.exportRelease, ctx, { app_id, ...(revision && { revision }) });
const importOf = (file: ReleaseFile, ctx: Ctx = bob, fingerprint?: string) =>
  harness.call(portal.importRelease, ctx, { app_id: String(file.release['app_id']), file, ...(fingerprint && { fingerprint }) });
const releaseOf = async (app_id: string, ctx: Ctx) => {
  const { revision } = await harness.call(portal.getApp, ctx, { app_id });
  return harness.call(registry.getRelease, ctx, { app_id, revision: revision! });
};

/** A release of an app that does not exist here, signed by another installation. */
function foreignFile(app_id: string, change = {}): ReleaseFile {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const release = {
    app_id,
    version: '1.0.0',
    revision: 4,
    ...texts,
    ir: irOf(app_id),
    manifest: { app_id, version: '1.0.0', webhooks },
    ...change,
  };
  const content = { format: RELEASE_FORMAT, release };
  const signature = signRelease(content, String(privateKey.export({ format: 'pem', type: 'pkcs8' })));
  return { ...content, public_key: publicKey.export({ format: 'jwk' }).x!, signature };
}
const texts = {
  name: 'Links',
  short_description: 'Keeps links.',
  description: 'Keeps links for you.',
  category: 'productivity',
  icon: '🔖',
};

beforeAll(async () => {
  harness = await openPortal(['kernel', 'registry']);
  await harness.register(ada, bob);
  await harness.setTier('partner');
  await harness.create(ada, { app_id: 'links', ...linkSaver });
  await harness.deployIr(ada, 'links', irOf('links'), { manifest_json: { app_id: 'links', version: '1.0.0', webhooks } });
});
afterAll(() => harness?.close());

describe('an exported release', () => {
  it('has the IR, the manifest and the texts, and is the same file each time', async () => {
    const file = await exportOf('links');
    expect(file).toMatchObject({
      format: RELEASE_FORMAT,
      release: {
        ...{
          app_id: 'links',
          version: '1.0.0',
          revision: 1,
          name: 'Link Saver',
          short_description: 'Keeps links.',
          category: 'productivity',
        },
        ...{ ir: { app: { id: 'links' } }, manifest: { app_id: 'links', webhooks } },
      },
    });
    expect(await exportOf('links')).toEqual(file);
    await harness.restart();
    expect(await exportOf('links')).toEqual(file);
  });

  it('is the one of the revision, or the newest', async () => {
    await harness.deployIr(ada, 'links', irOf('links', '1.1.0'));
    expect((await exportOf('links')).release).toMatchObject({ version: '1.1.0', revision: 2 });
    expect((await exportOf('links', ada, 1)).release).toMatchObject({ version: '1.0.0', revision: 1 });
    await expect(exportOf('links', ada, 9)).rejects.toMatchObject({ body: { code: 'not_found' } });
  });

  it('is not given to another developer, and needs a release', async () => {
    await expect(exportOf('links', bob)).rejects.toMatchObject(notFound);
    await expect(exportOf('missing')).rejects.toMatchObject(notFound);
    await harness.create(ada, { app_id: 'empty', ...linkSaver });
    await expect(exportOf('empty')).rejects.toMatchObject({
      body: { code: 'conflict', detail: "App 'empty' has no release. Deploy it first." },
    });
  });

  it('needs an IR', async () => {
    await harness.call(portal.registerApp, ada, { app_id: 'listed', display_name: 'Listed', manifest: { version: '1.0.0' } });
    await expect(exportOf('listed')).rejects.toMatchObject({ body: { code: 'conflict', detail: expect.stringContaining('has no IR') } });
  });

  it('is signed with the public key of the installation, whose private key is sealed', async () => {
    const { public_key } = await exportOf('links');
    expect(await harness.call(portal.getReleaseKey, asUser(''), {})).toEqual({ public_key, fingerprint: fingerprintOf(public_key) });
    const [row] = await harness.query('select * from release_key');
    expect(row).toMatchObject({ public_key });
    expect(String(row!['private_key'])).not.toContain('PRIVATE KEY');
  });
});

describe('importing a release file', () => {
  it('of this installation makes a release of the developer’s own app', async () => {
    const file = await exportOf('links', ada, 1);
    expect(await importOf(file, ada)).toMatchObject({ app_id: 'links', ir_version: '1.0.0', revision: 3, submission: null });
    expect(await releaseOf('links', ada)).toMatchObject({ version: '1.0.0', manifest: { webhooks } });
  });

  it('of another installation creates the app as a draft, if the caller names the fingerprint of its key', async () => {
    const file = foreignFile('foreign');
    const receipt = await importOf(file, bob, fingerprintOf(file.public_key));
    expect(receipt).toMatchObject({ app_id: 'foreign', revision: 1 });
    expect(await harness.call(portal.getApp, bob, { app_id: 'foreign' })).toMatchObject({
      ...texts,
      status: 'draft',
      pricing_model: 'free',
    });
    expect(await releaseOf('foreign', bob)).toMatchObject({ ir: { app: { id: 'foreign' } }, manifest: { webhooks } });
    expect(await importOf(file, bob, fingerprintOf(file.public_key))).toMatchObject({ revision: 1 });
  });

  it('signed by a key that the caller has not named is refused, with its fingerprint', async () => {
    const file = foreignFile('unknown');
    const refused = {
      body: { code: 'release_key_not_trusted', status: 422, detail: expect.stringContaining(fingerprintOf(file.public_key)) },
    };
    await expect(importOf(file)).rejects.toMatchObject(refused);
    await expect(importOf(file, bob, fingerprintOf(foreignFile('unknown').public_key))).rejects.toMatchObject(refused);
    await expect(harness.call(portal.getApp, bob, { app_id: 'unknown' })).rejects.toMatchObject(notFound);
  });

  it.each<[string, (file: ReleaseFile) => Partial<ReleaseFile>]>([
    ['a function', ({ release }) => ({ release: { ...release, ir: irOf('changed', '9.9.9') } })],
    ['the manifest', ({ release }) => ({ release: { ...release, manifest: { app_id: 'changed', version: '1.0.0' } } })],
    ['a text', ({ release }) => ({ release: { ...release, name: 'Bank' } })],
    ['a field that nobody reads', ({ release }) => ({ release: { ...release, more: 1 } })],
    ['the key', () => ({ public_key: foreignFile('changed').public_key })],
    ['the signature', () => ({ signature: foreignFile('changed').signature })],
  ])('that was changed after its export is refused, and changes nothing: %s', async (_, change) => {
    const file = foreignFile('changed');
    const changed = { ...file, ...change(file) };
    await expect(importOf(changed, bob, fingerprintOf(changed.public_key))).rejects.toMatchObject({
      body: { code: 'release_file_changed', status: 422, detail: expect.stringContaining('changed after its export') },
    });
    await expect(harness.call(portal.getApp, bob, { app_id: 'changed' })).rejects.toMatchObject(notFound);
  });

  it('of an app of another developer is refused', async () => {
    const file = await exportOf('links');
    await expect(importOf(file, bob)).rejects.toMatchObject({ body: { code: 'app_id_taken' } });
  });

  it('is for developers, and for the app of the file', async () => {
    const file = foreignFile('for-developers');
    const fingerprint = fingerprintOf(file.public_key);
    await expect(importOf(file, asUser('eve'), fingerprint)).rejects.toMatchObject({ body: { code: 'not_a_developer' } });
    await expect(harness.call(portal.importRelease, bob, { app_id: 'other', file, fingerprint })).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc: ['app_id'], msg: "The file is a release of 'for-developers'. Import it as that" }] },
    });
  });

  it('whose signed content is not valid names the field', async () => {
    const nameless = foreignFile('nameless', { name: '' });
    await expect(importOf(nameless, bob, fingerprintOf(nameless.public_key))).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [expect.objectContaining({ loc: ['file', 'release', 'name'] })] },
    });
    const broken = foreignFile('broken', { ir: { ir_version: '1.0', app: { id: 'broken', version: '1.0.0', title: 'Broken' } } });
    await expect(importOf(broken, bob, fingerprintOf(broken.public_key))).rejects.toMatchObject({ body: { code: 'invalid_ir' } });
  });

  it('with the same Idempotency-Key happens once', async () => {
    const file = foreignFile('once');
    const once = asUser('bob', { idempotencyKey: 'import-once' });
    const receipt = await importOf(file, once, fingerprintOf(file.public_key));
    expect(await importOf(file, once, fingerprintOf(file.public_key))).toEqual(receipt);
  });
});
