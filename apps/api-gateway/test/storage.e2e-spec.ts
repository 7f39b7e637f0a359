import { type Answer, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createExtensionToken } from './extension-token.js';
import { publishPaidApp } from './paid-app.js';

const APP = 'link-saver';
const STORAGE = '/v1/internal/storage';
const APP_BYTES = 1_000_000;

let skep: Skep;
let bob: TestUser;
let byService: Record<string, string>;
let byApp: Record<string, string>;
beforeAll(async () => {
  skep = await startSkep({ env: { SKEP_APP_STORAGE_BYTES: String(APP_BYTES), SKEP_FILE_MAX_BYTES: '5000000' } });
  ({ bob } = await publishPaidApp(skep, 1));
  byService = { authorization: `Bearer ${skep.serviceToken}` };
  byApp = { 'x-service-token': await createExtensionToken(skep, APP) };
});
afterAll(() => skep?.close());

const query = (values: Record<string, string>) => new URLSearchParams({ extension_id: APP, tenant_id: 'default', ...values }).toString();
const ask = (method: string, path: string, values: Record<string, string>, headers = byService): Promise<Answer> =>
  skep.http(method, `${STORAGE}${path}?${query(values)}`, { headers });
async function upload(path: string, content: Uint8Array | string, more: Record<string, string> = {}, headers = byService) {
  const form = new FormData();
  for (const [key, value] of Object.entries({ extension_id: APP, tenant_id: 'default', path, ...more })) form.set(key, value);
  form.set('file', new Blob([content as string]), 'whatever.bin');
  const answer = await fetch(`${skep.url}${STORAGE}/upload`, { method: 'POST', headers, body: form });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}
const download = async (path: string, values: Record<string, string> = {}, headers = byService) => {
  const answer = await fetch(`${skep.url}${STORAGE}/download?${query({ path, ...values })}`, { headers });
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
};
const objects = async () =>
  (await readdir(join(skep.infra.folder, 'objects'), { recursive: true, withFileTypes: true }).catch(() => [])).filter((entry) =>
    entry.isFile(),
  );
const usedBytes = async (user: string) =>
  Number(
    (await skep.infra.query('kernel', `select bytes from storage_usage where user_id = $1 and app_id = ''`, [user]))[0]?.['bytes'] ?? 0,
  );

describe('files of apps', () => {
  it('are stored and downloaded by a service and by the app, as attachments, and are theirs together', async () => {
    const bytes = randomBytes(200_000);
    for (const [who, headers] of Object.entries({ service: byService, app: byApp })) {
      const stored = await upload(`both/${who}.bin`, bytes, {}, headers);
      expect([stored.status, stored.json]).toEqual([
        200,
        {
          ...{ path: `both/${who}.bin`, size: bytes.length, content_type: 'application/octet-stream' },
          ...{ created_at: expect.any(String), url: expect.stringContaining(`path=both%2F${who}.bin`) },
        },
      ]);
      const copy = await download(`both/${who}.bin`, {}, headers === byApp ? byService : byApp);
      expect(copy.bytes.equals(bytes)).toBe(true);
      expect(copy.headers.get('content-disposition')).toBe(`attachment; filename=${who}.bin`);
    }
    for (const path of ['both/service.bin', 'both/app.bin']) expect((await ask('DELETE', '', { path })).status).toBe(200);
  });

  it('are listed by the beginning of their paths, page by page', async () => {
    for (const path of ['list/b', 'list/a', 'list/c', 'lisu', 'list']) await upload(path, path);
    const seen: unknown[] = [];
    for (let cursor = ''; ;) {
      const { json } = await ask('GET', '/list', { prefix: 'list/', limit: '2', ...(cursor && { cursor }) });
      expect(json['total']).toBe(3);
      seen.push(...(json['files'] as unknown as { path: string }[]).map(({ path }) => path));
      cursor = String(json['cursor']);
      if (String(json['has_more']) === 'false') break;
    }
    expect(seen).toEqual(['list/a', 'list/b', 'list/c']);
  });

  it('are replaced by a file with the same path, and the storage of the old one is free', async () => {
    const before = (await objects()).length;
    const used = await usedBytes(`app:${APP}`);
    await upload('same', 'x'.repeat(1_000));
    await Promise.all(Array.from({ length: 5 }, (_, n) => upload('same', String(n).repeat(100 + n))));
    const copy = await download('same');
    expect(copy.bytes.length).toBe(100 + Number(String(copy.bytes)[0]));
    expect((await usedBytes(`app:${APP}`)) - used).toBe(copy.bytes.length);
    await waitUntil('one object', async () => (await objects()).length === before + 1);
    expect((await ask('DELETE', '', { path: 'same' })).json).toEqual({ path: 'same', status: 'deleted' });
    expect((await ask('DELETE', '', { path: 'same' })).status).toBe(404);
    await waitUntil('no object', async () => (await objects()).length === before);
    expect(await usedBytes(`app:${APP}`)).toBe(used);
  });

  it('of a user, of the app itself, of another app and of another tenant are apart', async () => {
    const asBob = { ...byService, 'x-acting-user': bob.id };
    await upload('mine', 'of bob', {}, asBob);
    expect(String((await download('mine', {}, asBob)).bytes)).toBe('of bob');
    expect(await usedBytes(bob.id)).toBe(6);
    for (const [values, headers] of [
      [{}, byService],
      [{ extension_id: 'another-app' }, asBob],
      [{ tenant_id: 'another' }, byService],
    ] as const)
      expect((await download('mine', values, headers)).status).toBe(404);
    expect((await ask('GET', '/list', {})).text).not.toContain('mine');
  });

  it('beyond the storage of the app are refused, and leave nothing', async () => {
    const before = (await objects()).length;
    const refused = await upload('large', randomBytes(APP_BYTES + 1));
    expect([refused.status, refused.json['code']]).toEqual([403, 'storage_quota_exceeded']);
    await waitUntil('no object', async () => (await objects()).length === before);
  });

  it('that name another app than the token, or no path, are refused, and leave nothing', async () => {
    const before = (await objects()).length;
    const foreign = await upload('x', 'y', { extension_id: 'another-app' }, byApp);
    expect([foreign.status, foreign.json['code']]).toEqual([403, 'forbidden']);
    const nameless = await upload('', 'y');
    expect([nameless.status, JSON.stringify(nameless.json['detail'])]).toEqual([422, expect.stringContaining('"path"')]);
    expect((await upload('x', 'y', {}, { authorization: `Bearer ${bob.access}` })).status).toBe(403);
    expect((await upload('x', 'y', {}, {})).status).toBe(401);
    await waitUntil('no object', async () => (await objects()).length === before);
  });
});
