import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { codeOf } from '../setup/fault.mjs';
import { step } from '../setup/progress.mjs';
import { stopSignal } from '../setup/stop-signal.mjs';
import { checkSpaceFor, inMegabytes } from '../start/disk.ts';

const AT_ONCE = 8;
const REPORT_MS = 5_000;

/** The folders and files in a folder, as paths relative to it. */
export interface Tree {
  folders: string[];
  /** Their sizes. */
  files: Record<string, number>;
}

/**
 * Reads what a folder contains. Other programs may remove files at the same time.
 * @param includes whether a path is to be read
 */
export function readTree(root: string, includes: (path: string) => boolean = () => true): Tree {
  const tree: Tree = { folders: [], files: {} };
  const read = (folder: string) => {
    for (const name of readdirSync(join(root, folder))) {
      const path = join(folder, name);
      const found = includes(path) && ifExists(() => statSync(join(root, path)));
      if (!found) continue;
      if (!found.isDirectory()) tree.files[path] = found.size;
      else {
        tree.folders.push(path);
        read(path);
      }
    }
  };
  read('');
  return tree;
}

const sizeOf = ({ files }: Tree): number => Object.values(files).reduce((sum, bytes) => sum + bytes, 0);

/**
 * Copies a tree to folders that only their owner can read. A file that another program removes at the same time is left out.
 * @throws Fault if the disk has too little space
 */
export async function copyTree(title: string, tree: Tree, from: string, to: string): Promise<void> {
  for (const folder of ['', ...tree.folders]) mkdirSync(join(to, folder), { recursive: true, mode: 0o700 });
  checkSpaceFor(sizeOf(tree), to);
  await forEachFile(`Copying ${title}`, tree, async (path) => {
    await copyFile(join(from, path), join(to, path)).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
    });
  });
}

/** The SHA-256 of every file of a tree, in hexadecimal. */
export async function checksums(title: string, tree: Tree, root: string): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  await forEachFile(`Reading ${title}`, tree, async (path) => {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(root, path), { highWaterMark: 2 ** 20 }), hash);
    sums[path] = hash.digest('hex');
  });
  return sums;
}

/** Works on several files at once, and reports the progress of long work. */
function forEachFile(title: string, tree: Tree, work: (path: string) => Promise<void>): Promise<void> {
  return step(`${title} (${inMegabytes(sizeOf(tree))})`, async () => {
    let done = 0;
    const report = setInterval(() => console.log(`  ${inMegabytes(done)} of ${inMegabytes(sizeOf(tree))}`), REPORT_MS);
    try {
      const files = Object.entries(tree.files);
      for (let i = 0; i < files.length; i += AT_ONCE) {
        stopSignal.throwIfAborted();
        const batch = files.slice(i, i + AT_ONCE);
        const results = await Promise.allSettled(batch.map(([path]) => work(path)));
        for (const result of results) if (result.status === 'rejected') throw result.reason;
        for (const [, bytes] of batch) done += bytes;
      }
    } finally {
      clearInterval(report);
    }
  });
}

function ifExists<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
