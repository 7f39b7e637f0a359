import { auth } from '@skep/contracts/auth';
import { kernel } from '@skep/contracts/kernel';
import { Objects, openLog, OwnedObjects, tablesOf } from '@skep/platform';
import { asService, codeOf, openTestDatabase, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { service, start } from '../src/main.js';

const APP_BYTES = 1_000;

let harness: ServiceHarness;
let objects: Objects;
beforeAll(async () => {
  harness = await startService('kernel', start, { env: { SKEP_APP_STORAGE_BYTES: String(APP_BYTES) } });
  objects = await Objects.open(`file:${join(harness.infra.folder, 'objects')}`);
});
afterAll(() => harness?.close());

const asApp = (user = '', tenant = '') => ({ ...asService('mail'), tenant, user });
const ref = { extension_id: 'mail', tenant_id: 'default' };

/** Stores the content as the gateway does, and returns its object. */
async function put(text: string) {
  async function* content() {
    yield Buffer.from(text);
  }
  return { ...(await objects.write('kernel', content(), 10_000)), name: 'x' };
}
const save = async (path: string, text: string, ctx = asApp(), more: Partial<typeof ref> = {}) => {
  const file = await put(text);
  return { file, stored: await harness.call(kernel.storeFile, ctx, { ...ref, ...more, path, file }) };
};
const find = (path: string, ctx = asApp(), more: Partial<typeof ref> = {}) => harness.call(kernel.getFile, ctx, { ...ref, ...more, path });
const exists = async (object_id: string) => {
  for await (const { id } of objects.list('kernel')) if (id === object_id) return true;
  return false;
};
const used = async (user: string) =>
  Number((await harness.query(`select bytes from storage_usage where user_id = $1 and app_id = ''`, [user]))[0]?.['bytes'] ?? 0);

it('a file that is replaced frees its storage and its object, however many replace it at once', async () => {
  const { file: first } = await save('a', 'x'.repeat(500));
  const saved = await Promise.all(['1', '22', '333'].map((text) => save('a', text)));
  const now = await find('a');
  expect(await used('app:mail')).toBe(now.size);
  const gone = [first, ...saved.map(({ file }) => file)].filter(({ object_id }) => object_id !== now.object_id);
  await waitUntil('the old objects to go', async () => !(await Promise.all(gone.map(({ object_id }) => exists(object_id)))).some(Boolean));
  expect(await exists(now.object_id)).toBe(true);
});

it('a deleted file frees its storage and its object', async () => {
  const before = await used('app:mail');
  const { file } = await save('b', 'x'.repeat(100));
  expect(await used('app:mail')).toBe(before + 100);
  await harness.call(kernel.deleteFile, asApp(), { ...ref, path: 'b' });
  expect([await used('app:mail'), await codeOf(find('b'))]).toEqual([before, 'file_not_found']);
  await waitUntil('its object to go', async () => !(await exists(file.object_id)));
  expect(await codeOf(harness.call(kernel.deleteFile, asApp(), { ...ref, path: 'b' }))).toBe('file_not_found');
});

it('the storage of an app is bounded, also when files come at once; a refused file replaces nothing', async () => {
  const { file } = await save('kept', 'x');
  const saved = await Promise.allSettled(Array.from({ length: 5 }, (_, n) => save(`large ${n}`, 'x'.repeat(400))));
  expect(saved.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(3);
  expect(await codeOf(save('kept', 'x'.repeat(APP_BYTES + 1)))).toBe('storage_quota_exceeded');
  expect((await find('kept')).object_id).toBe(file.object_id);
  expect(await used('app:mail')).toBeLessThanOrEqual(APP_BYTES);
});

it('files of a user, of the app, of another app and of another tenant are apart', async () => {
  await save('own', 'of ada', asApp('ada'));
  for (const [ctx, more] of [
    [asApp(), {}],
    [asApp('bob'), {}],
    [asApp('ada'), { extension_id: 'notes' }],
    [asApp('ada'), { tenant_id: 'second' }],
    [asApp('ada', 'second'), {}],
  ] as const) {
    expect(await codeOf(find('own', ctx, more))).toBe('file_not_found');
    expect((await harness.call(kernel.listFiles, ctx, { ...ref, ...more, prefix: 'own', limit: 10 })).files).toEqual([]);
  }
  expect((await find('own', asApp('ada'))).size).toBe(6);
});

it('a file outlives the sweep of its store, and the content of an erased user does not', async () => {
  const { file: kept } = await save('stays', 'y');
  const { file: erased } = await save('gone', 'x', asApp('imp_u_gone'));
  const { object_id: orphan } = await put('handed to no one');
  const db = await openTestDatabase(await tablesOf(service), harness.env);
  try {
    const owned = new OwnedObjects('kernel', objects, db, openLog('test', 'silent'));
    await owned.sweep(0);
    expect([await exists(kept.object_id), await exists(erased.object_id), await exists(orphan)]).toEqual([true, true, false]);
    await harness.publish(auth.userErased, { tenant_id: 'default', user_id: 'imp_u_gone' });
    await waitUntil('the erasure', async () => !(await harness.query(`select from app_file where user_id = 'imp_u_gone'`)).length);
    await owned.sweep(0);
    expect([await exists(kept.object_id), await exists(erased.object_id)]).toEqual([true, false]);
  } finally {
    await db.close();
  }
});

it('a list returns the files whose paths begin with a text, in their order', async () => {
  const user = asApp('lister');
  for (const path of ['p/ä', 'p/a', 'p/z', 'p', 'q', 'p0', 'p/\u{10fffe}']) await save(path, 'x', user);
  const list = (more: { limit: number; cursor?: string }) => harness.call(kernel.listFiles, user, { ...ref, prefix: 'p/', ...more });
  const { files, has_more, cursor, total } = await list({ limit: 3 });
  expect([files.map(({ path }) => path), has_more, total]).toEqual([['p/a', 'p/z', 'p/ä'], true, 4]);
  expect((await list({ limit: 3, cursor: cursor! })).files.map(({ path }) => path)).toEqual(['p/\u{10fffe}']);
});
