import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import S3rver from '@20minutes/s3rver';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FoundObject } from './object-store.js';
import { Objects } from './objects.js';

const MAX = 40_000_000;

let folder: string;
let server: S3rver;
let urls: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skep-objects-'));
  server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    // It calculates the signature of a list with a prefix wrongly.
    allowMismatchedSignatures: true,
    directory: join(folder, 's3'),
    configureBuckets: [{ name: 'files', configs: [] }],
  });
  const { port } = (await server.run()) as AddressInfo;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' });
  urls = { folder: `file:${join(folder, 'objects')}`, s3: `s3://files/skep?region=eu-west-1&endpoint=http://127.0.0.1:${port}` };
});
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function* chunksOf(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const listed = async (objects: Objects, context: string) => {
  const found: FoundObject[] = [];
  for await (const object of objects.list(context)) found.push(object);
  return found;
};
const idsOf = async (objects: Objects, context: string) => (await listed(objects, context)).map(({ id }) => id);

describe.each(['folder', 's3'])('a store in a %s', (kind) => {
  let objects: Objects;
  beforeAll(async () => void (objects = await Objects.open(urls[kind]!)));

  it.each([0, 1, 65_536, 20_000_000])('returns %d bytes unchanged, with their size and hash', async (length) => {
    const bytes = randomBytes(length);
    const { object_id, ...content } = await objects.write('kernel', chunksOf(bytes), MAX);
    expect(object_id).toMatch(/^kernel\/[0-9a-f]{32}$/);
    expect(content).toMatchObject({ size: length, sha256: createHash('sha256').update(bytes).digest('hex') });
    expect((await buffer(await objects.read(object_id))).equals(bytes)).toBe(true);
    await objects.remove(object_id);
  });

  it('returns a range', async () => {
    const { object_id } = await objects.write('kernel', chunksOf(Buffer.from('0123456789')), MAX);
    expect(String(await buffer(await objects.read(object_id, { start: 3, end: 5 })))).toBe('345');
    await objects.remove(object_id);
  });

  it('lists the objects of one context, with the time when they were written', async () => {
    const { object_id } = await objects.write('billing', chunksOf(Buffer.from('a')), MAX);
    await objects.write('other', chunksOf(Buffer.from('a')), MAX);
    const found = await listed(objects, 'billing');
    expect(found.map(({ id }) => id)).toEqual([object_id]);
    expect(Math.abs(found[0]!.modified.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('knows no object that was removed, or never written', async () => {
    const { object_id } = await objects.write('kernel', chunksOf(Buffer.from('a')), MAX);
    await objects.remove(object_id);
    await objects.remove(object_id);
    for (const id of [object_id, `kernel/${'0'.repeat(32)}`, 'kernel/../../etc/passwd'])
      await expect(objects.read(id)).rejects.toMatchObject({ body: { code: 'not_found' } });
  });

  it.each([0, 10, 20_000_000])('keeps nothing of content that ends with an error after %d bytes', async (length) => {
    async function* failing() {
      yield* chunksOf(randomBytes(length));
      throw new Error('the client went away');
    }
    await expect(objects.write('broken', failing(), MAX)).rejects.toThrow('the client went away');
    expect(await idsOf(objects, 'broken')).toEqual([]);
  });

  it('keeps nothing of content that is too large', async () => {
    await expect(objects.write('large', chunksOf(randomBytes(20_000_000)), 19_999_999)).rejects.toMatchObject({
      body: { code: 'too_large' },
    });
    expect(await idsOf(objects, 'large')).toEqual([]);
  });

  it('finds the media type in the content', async () => {
    const typeOf = async (...parts: (string | Buffer)[]) => {
      const bytes = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
      return (await objects.write('types', chunksOf(bytes), MAX)).media_type;
    };
    expect(await typeOf('<script>alert(1)</script>')).toBe('text/plain');
    expect(await typeOf('%PDF-1.7\n')).toBe('application/pdf');
    expect(await typeOf('ä'.repeat(4_000))).toBe('text/plain');
    expect(await typeOf(Buffer.from([0, 1, 2, 3]))).toBe('application/octet-stream');
    expect(await typeOf(Buffer.from([0xff, 0xfe, 0xc0]))).toBe('application/octet-stream');
  });
});

describe('a folder', () => {
  it('keeps nothing of content that ends with an error while its file is created', async () => {
    const objects = await Objects.open(urls['folder']!);
    for (let i = 0; i < 300; i++) {
      const source = new PassThrough().on('error', () => undefined);
      source.write('a');
      const written = objects.write('early', source, MAX).catch(() => undefined);
      for (let turn = i % 6; turn; turn--) await new Promise(setImmediate);
      source.destroy(new Error('the client went away'));
      await written;
    }
    const left = await readdir(join(folder, 'objects/early'), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
  });
});

describe('what a process that died has left unfinished', () => {
  it('in a folder is removed once it is old', async () => {
    const objects = await Objects.open(urls['folder']!);
    const { object_id } = await objects.write('dead', chunksOf(Buffer.from('a')), MAX);
    const place = join(folder, 'objects/dead', object_id.split('/')[1]!.slice(0, 2));
    await writeFile(join(place, `${'1'.repeat(32)}.part`), 'half');
    expect(await idsOf(objects, 'dead')).toEqual([object_id]);
    await objects.removeUnfinished('dead', new Date(Date.now() - 60_000));
    expect(await readdir(place)).toHaveLength(2);
    await objects.removeUnfinished('dead', new Date(Date.now() + 60_000));
    expect(await readdir(place)).toHaveLength(1);
  });
});
