import { type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const APP = 'link-saver';
const WRITERS = 4;
const MIB = 1024 * 1024;
/** A body goes out in pieces, so that the death of a process falls into it. */
const PIECE = MIB;
const PAUSE_MS = 10;

let skep: Skep;
beforeAll(async () => {
  skep = await startSkep({ split: true, env: { SKEP_APP_STORAGE_BYTES: '-1' } });
});
afterAll(() => skep?.close());

const scope = { extension_id: APP, tenant_id: 'default' };
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const service = () => ({ 'x-service-token': skep.serviceToken });

/** Uploads a file slowly. @returns whether it was acknowledged */
async function upload(path: string, bytes: Buffer): Promise<boolean> {
  const form = new FormData();
  for (const [key, value] of Object.entries({ ...scope, path })) form.set(key, value);
  form.set('file', new Blob([bytes as unknown as Uint8Array<ArrayBuffer>]), 'some.bin');
  const whole = new Response(form);
  const type = whole.headers.get('content-type')!;
  const body = Buffer.from(await whole.arrayBuffer());
  const pieces = async function* () {
    for (let at = 0; at < body.length; at += PIECE, await sleep(PAUSE_MS)) yield body.subarray(at, at + PIECE);
  };
  const request = { method: 'POST', headers: { ...service(), 'content-type': type }, body: ReadableStream.from(pieces()), duplex: 'half' };
  const answer = await fetch(`${skep.url}/v1/internal/storage/upload`, request as RequestInit).catch(() => undefined);
  await answer?.text().catch(() => undefined);
  return answer?.status === 200;
}

const objectsOf = async (context: string) =>
  (await readdir(join(skep.infra.folder, 'objects', context), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

/** Lets work continue until some of it was done, while a service is killed and started again, twice. */
async function killDuring(name: string, done: () => number): Promise<void> {
  for (let kill = 0; kill < 2; kill++) {
    const before = done();
    await waitUntil('work to continue', () => done() >= before + WRITERS, 20_000);
    await sleep(20 + Math.random() * 60);
    await skep.killApp(name);
    await skep.startApp(name);
  }
  const before = done();
  await waitUntil('work to continue', () => done() >= before + WRITERS, 20_000);
}

it.each(['kernel', 'api-gateway'])(
  'a %s that is killed during uploads loses no acknowledged file, and leaves no bytes behind',
  async (name) => {
    /** By path: the hash that was acknowledged, and those of later uploads without an answer. */
    const files = new Map<string, string[]>();
    let acknowledged = 0;
    let ended = false;
    const write = async (writer: number) => {
      for (let n = 0; !ended; n++) {
        const path = `${name}/${writer}-${n % 2}`;
        const bytes = randomBytes(MIB * 5 + Math.floor(Math.random() * 3 * MIB));
        const isAcknowledged = await upload(path, bytes);
        if (isAcknowledged) acknowledged++;
        else await sleep(100);
        files.set(path, [...(isAcknowledged ? [] : (files.get(path) ?? [''])), hash(bytes)]);
      }
    };
    const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer));
    await killDuring(name, () => acknowledged);
    ended = true;
    await Promise.all(writers);

    for (const [path, hashes] of files) {
      const query = new URLSearchParams({ ...scope, path }).toString();
      const answer = await fetch(`${skep.url}/v1/internal/storage/download?${query}`, { headers: service() });
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect([path, hashes]).toEqual([path, expect.arrayContaining([answer.status === 404 ? '' : hash(bytes)])]);
    }
    const [stored] = await skep.infra.query('kernel', 'select sum(size)::int as bytes, count(*)::int as files from app_file');
    expect(await usageOf(`app:${APP}`)).toEqual([
      { app_id: '', bytes: stored!['bytes'] },
      { app_id: APP, bytes: stored!['bytes'] },
    ]);
    expect(await skep.infra.query('kernel', 'select from stored_object where removed_at is null')).toHaveLength(Number(stored!['files']));
    // What an hour has made old is swept at the start.
    const old = new Date(Date.now() - 2 * 3_600_000);
    for (const { parentPath, name: file } of await objectsOf('')) await utimes(join(parentPath, file), old, old);
    await skep.killApp('kernel');
    await skep.startApp('kernel');
    await waitUntil('the sweep', async () => (await objectsOf('')).length === Number(stored!['files']), 10_000);
  },
  90_000,
);

const usageOf = (user: string) =>
  skep.infra.query('kernel', 'select app_id, bytes::int from storage_usage where user_id = $1 order by app_id', [user]);

it('a kernel that is killed during writes with Idempotency-Keys loses none, and makes none twice', async () => {
  const user_id = 'imp_u_writer';
  const created = new Map<number, string>();
  let n = 0;
  let ended = false;
  const create = async (mine: number) => {
    const headers = { ...service(), 'idempotency-key': randomUUID() };
    for (let attempt = 0; attempt < 200; attempt++) {
      const body = { ...scope, collection: 'note', user_id, data: { n: mine, text: 'x'.repeat(mine % 100) } };
      const answer = await skep.http('POST', '/v1/internal/store', { headers, body }).catch(() => undefined);
      if (answer?.status === 201) return void created.set(mine, String(answer.json['id']));
      await sleep(50);
    }
    throw new Error('a create had no answer');
  };
  const writers = Array.from({ length: 8 }, async () => {
    while (!ended) await create(n++);
  });
  await killDuring('kernel', () => created.size / 20);
  ended = true;
  await Promise.all(writers);
  const documents = await skep.infra.query('kernel', `select id, (data ->> 'n')::int as n from document where user_id = $1 order by n`, [
    user_id,
  ]);
  expect(documents).toEqual([...created].toSorted(([a], [b]) => a - b).map(([number, id]) => ({ id, n: number })));
  const [sum] = await skep.infra.query('kernel', 'select sum(bytes)::int as bytes from document where user_id = $1', [user_id]);
  expect(await usageOf(user_id)).toEqual([
    { app_id: '', ...sum },
    { app_id: APP, ...sum },
  ]);
});
