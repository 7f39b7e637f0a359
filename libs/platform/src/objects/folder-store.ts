import { NotFound } from '@skep/contracts';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ByteRange, FoundObject, ObjectStore } from './object-store.js';

/** Bytes that are read or written at once. */
const WRITE_BYTES = 1 << 20;
const READ_BYTES = 256 << 10;
/** The ending of a file that is being written. */
const UNFINISHED = '.part';

const isMissing = (error: unknown) => (error as { code?: unknown }).code === 'ENOENT';

/** Objects as files: `<root>/<context>/<first two digits>/<digits>`. */
export class FolderStore implements ObjectStore {
  private readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  async write(id: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.pathOf(id);
    const unfinished = `${path}${UNFINISHED}`;
    const created = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Opened first: a stream that is destroyed while it opens its file creates it later.
    const file = await open(unfinished, 'wx', 0o600);
    try {
      await pipeline(bytes, file.createWriteStream({ flush: true, highWaterMark: WRITE_BYTES }));
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    // A name is durable once its folder is on the disk, and so is a new folder's.
    const last = dirname(created ?? path);
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      await syncFolder(folder);
      if (folder === last) break;
    }
  }

  async read(id: string, range?: ByteRange): Promise<Readable> {
    const file = await open(this.pathOf(id)).catch((error: unknown) => {
      throw isMissing(error) ? NotFound() : error;
    });
    return file.createReadStream({ ...range, highWaterMark: READ_BYTES });
  }

  remove(id: string): Promise<void> {
    return rm(this.pathOf(id), { force: true });
  }

  async *list(context: string): AsyncIterable<FoundObject> {
    for await (const { path, modified } of this.files(context))
      if (!path.endsWith(UNFINISHED)) yield { id: `${context}/${basename(path)}`, modified };
  }

  async removeUnfinished(context: string, before: Date): Promise<void> {
    for await (const { path, modified } of this.files(context))
      if (path.endsWith(UNFINISHED) && modified < before) await rm(path, { force: true });
  }

  private async *files(context: string): AsyncIterable<{ path: string; modified: Date }> {
    const folders = await namesIn(join(this.root, context));
    for (const folder of folders)
      for (const name of await namesIn(join(this.root, context, folder))) {
        const path = join(this.root, context, folder, name);
        const found = await stat(path).catch(() => undefined);
        if (found) yield { path, modified: found.mtime };
      }
  }

  private pathOf(id: string): string {
    const [context = '', digits = ''] = id.split('/');
    return join(this.root, context, digits.slice(0, 2), digits);
  }
}

const namesIn = (folder: string) =>
  readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
