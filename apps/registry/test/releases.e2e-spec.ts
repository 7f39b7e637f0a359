import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approval, openRegistry, type RegistryHarness, release } from './registry.js';

let harness: RegistryHarness;
const ada = asUser('ada');
const bob = asUser('bob');
const publish = (...given: Parameters<typeof release>) => harness.call(registry.publishRelease, given[1], release(...given));
const approve = (...given: Parameters<typeof approval>) => harness.publish(portal.appApproved, approval(...given));
const install = (ctx: typeof ada, app_id: string) => harness.call(registry.installApp, ctx, { app_id, revision: 1 });

beforeAll(async () => {
  harness = await openRegistry();
});
afterAll(() => harness?.close());

describe('a developer who publishes', () => {
  it('gets releases numbered from 1', async () => {
    expect(await publish('numbers', ada)).toEqual({ app_id: 'numbers', revision: 1 });
    expect(await publish('numbers', ada, { version: '1.1.0' })).toEqual({ app_id: 'numbers', revision: 2 });
  });

  it('gets the same release for the same content, in any order of keys', async () => {
    await publish('again', ada, { manifest: { a: 1, b: { c: 2, d: 3 } }, ir: { x: 1 } });
    expect(await publish('again', ada, { manifest: { b: { d: 3, c: 2 }, a: 1 }, ir: { x: 1 } })).toMatchObject({ revision: 1 });
    expect(await publish('again', ada, { manifest: { a: 1, b: { c: 2, d: 4 } }, ir: { x: 1 } })).toMatchObject({ revision: 2 });
  });

  it('gets a new release for the content of an earlier one', async () => {
    await publish('back', ada, { version: '1.0.0' });
    await publish('back', ada, { version: '1.1.0' });
    expect(await publish('back', ada, { version: '1.0.0' })).toMatchObject({ revision: 3 });
    expect(await harness.runs(ada, 'back')).toBe(3);
  });

  it('gets a separate revision for each of several concurrent releases', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, (_, n) => publish('at-once', ada, { version: `1.0.${n}` })));
    expect(all.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
  });

  it('cannot publish under the id of another developer’s approved app, nor with the developer’s user id in another tenant', async () => {
    await harness.live('taken');
    await expect(publish('taken', bob)).rejects.toMatchObject({ body: { code: 'conflict', status: 409 } });
    await expect(publish('taken', asUser('ada', { tenant: 'imp_t_other' }))).rejects.toMatchObject({ body: { code: 'conflict' } });
    expect(await harness.runs(bob, 'taken')).toBe('app_not_installed');
  });

  it('takes over an id installKey app was deleted before it was ever approved', async () => {
    await publish('freed', ada);
    expect(await publish('freed', bob, { version: '2.0.0' })).toMatchObject({ revision: 2 });
    expect([await harness.runs(bob, 'freed'), await harness.runs(ada, 'freed')]).toEqual([2, 'app_not_installed']);
  });

  it('cannot publish under a reserved id', async () => {
    await expect(publish('billing', ada)).rejects.toMatchObject({ body: { code: 'conflict' } });
  });

  it('gets a fault for each invalid field', async () => {
    await expect(publish('No Such Id', ada, { manifest: [] as never })).rejects.toMatchObject({
      body: {
        code: 'invalid_input',
        detail: expect.arrayContaining([expect.objectContaining({ loc: ['app_id'] }), expect.objectContaining({ loc: ['manifest'] })]),
      },
    });
  });
});

describe('a release', () => {
  it('reads as it was published', async () => {
    const content = release('reads', ada, { ir: { ir_version: '1.0', app: { id: 'reads' } } });
    await harness.call(registry.publishRelease, ada, content);
    const read = await harness.call(registry.getRelease, bob, { app_id: 'reads', revision: 1 });
    const { version, ir, manifest, functions } = content;
    expect(read).toEqual({ app_id: 'reads', revision: 1, version, ir, manifest, functions });
  });

  it('that does not exist is not found', async () => {
    await publish('reads-not', ada);
    const wanted = [
      { app_id: 'reads-not', revision: 2 },
      { app_id: 'no-such-app', revision: 1 },
    ];
    for (const ref of wanted)
      await expect(harness.call(registry.getRelease, ada, ref)).rejects.toMatchObject({ body: { code: 'not_found', status: 404 } });
    await expect(harness.call(registry.getRelease, ada, { app_id: 'reads-not', revision: 0 })).rejects.toMatchObject({
      body: { status: 422 },
    });
  });

  it('is immutable, even for the database owner', async () => {
    await publish('fixed', ada);
    const changes = [`update release set version = '9'`, 'delete from release', 'truncate release'];
    for (const sql of changes) await expect(harness.query(sql)).rejects.toThrow(/immutable/);
  });
});

describe('an approval', () => {
  it('gives users the approved release; the developer runs the latest one', async () => {
    await publish('pinned', ada);
    await install(bob, 'pinned');
    expect(await harness.runs(bob, 'pinned')).toBe('app_not_installed');
    await approve('pinned', ada, 1);
    await waitUntil('the approval', async () => (await harness.runs(bob, 'pinned')) === 1);
    await publish('pinned', ada, { version: '2.0.0' });
    expect([await harness.runs(bob, 'pinned'), await harness.runs(ada, 'pinned')]).toEqual([1, 2]);
  });

  it('can arrive before the release', async () => {
    await approve('early', ada, 1);
    await waitUntil('the approval', async () => install(bob, 'early'));
    expect(await harness.runs(bob, 'early')).toBe('app_not_installed');
    expect(await harness.runs(ada, 'early')).toBe('app_not_installed');
    await publish('early', ada);
    await install(bob, 'early');
    expect(await harness.runs(bob, 'early')).toBe(1);
  });

  it('changes nothing if it is older than the known one, or arrives twice', async () => {
    await publish('order', ada);
    await publish('order', ada, { version: '2.0.0' });
    await install(bob, 'order');
    const [older, newer] = [new Date(Date.now() - 60_000), new Date()];
    const consumed = async () => Number((await harness.query('select count(*) as n from inbox'))[0]?.['n']);
    const before = await consumed();
    await approve('order', ada, 2, { approved_at: newer });
    await waitUntil('the newer one', async () => (await consumed()) === before + 1);
    await approve('order', ada, 1, { approved_at: older });
    await approve('order', ada, 2, { approved_at: newer });
    await waitUntil('the others', async () => (await consumed()) === before + 3);
    expect(await harness.runs(bob, 'order')).toBe(2);
  });

  it('can make an earlier release live again', async () => {
    await publish('rollback', ada);
    await publish('rollback', ada, { version: '2.0.0' });
    await install(bob, 'rollback');
    await approve('rollback', ada, 2, { approved_at: new Date(Date.now() - 1000) });
    await waitUntil('the second release', async () => (await harness.runs(bob, 'rollback')) === 2);
    await approve('rollback', ada, 1);
    await waitUntil('the first release again', async () => (await harness.runs(bob, 'rollback')) === 1);
  });
});
