import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';

/** A file of a skill. */
export interface SkillFile {
  path: string;
  bytes: Buffer;
}

/** Why an archive is not taken: a name for programs and a sentence. */
export class ArchiveError extends Error {
  constructor(
    readonly fault: 'format' | 'size' | 'path' | 'link',
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

export const ARCHIVE_BYTES_MAX = 2_000_000;
/** Of all files, unpacked. */
const BYTES_MAX = 2_000_000;
const FILES_MAX = 200;
const PATH_MAX = 200;

const ZIP = Buffer.from('PK');
const FILE_TYPE = 0o170000;
const LINK = 0o120000;
/** Names are checked below, more strictly, and sizes while they are read. */
const OPTIONS = { lazyEntries: true, decodeStrings: false, validateEntrySizes: false };

/**
 * The files of a zip archive, or of a bare SKILL.md. An archive that is too large when unpacked, has links, or names a file outside its folder is
 * refused as a whole.
 * @throws ArchiveError
 */
export async function readArchive(bytes: Buffer): Promise<SkillFile[]> {
  if (bytes.length > ARCHIVE_BYTES_MAX) throw new ArchiveError('size', '', `The archive is larger than ${ARCHIVE_BYTES_MAX} bytes.`);
  if (!bytes.subarray(0, 2).equals(ZIP)) return [{ path: 'SKILL.md', bytes }];
  try {
    return withoutFolder(await readEntries(bytes));
  } catch (error) {
    throw error instanceof ArchiveError ? error : new ArchiveError('format', '', 'The archive is damaged, or encrypted.');
  }
}

async function readEntries(bytes: Buffer): Promise<SkillFile[]> {
  const archive = await fromBufferPromise(bytes, OPTIONS);
  if (archive.entryCount > FILES_MAX) throw new ArchiveError('size', '', `The archive has more than ${FILES_MAX} files.`);
  const files = new Map<string, Buffer>();
  let left = BYTES_MAX;
  for await (const entry of archive.eachEntry()) {
    const path = entry.fileNameRaw.toString();
    if (((entry.externalFileAttributes >>> 16) & FILE_TYPE) === LINK)
      throw new ArchiveError('link', path, `The archive has a link: ${path}`);
    assertInside(path);
    if (path.endsWith('/')) continue;
    if (files.has(path)) throw new ArchiveError('format', path, `The archive has ${path} twice.`);
    const content = await readContent(archive, entry, path, left);
    left -= content.length;
    files.set(path, content);
  }
  return Array.from(files, ([path, content]) => ({ path, bytes: content }));
}

/** @param left how many bytes it may have */
async function readContent(archive: ZipFile, entry: Entry, path: string, left: number): Promise<Buffer> {
  // What an entry says of its size is not believed.
  const limit = Math.min(entry.uncompressedSize, left);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of await archive.openReadStreamPromise(entry)) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > limit) throw new ArchiveError('size', path, `The archive has more than ${BYTES_MAX} bytes when it is unpacked.`);
  }
  return Buffer.concat(parts);
}

/** @throws ArchiveError for a path that leads out of the folder, whichever system reads it */
function assertInside(path: string): void {
  const parts = path.replace(/\/$/, '').split('/');
  const isInside =
    path.length <= PATH_MAX && !/[\\:\p{Cc}]/u.test(path) && parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isInside) throw new ArchiveError('path', path, `The archive has a file outside its folder: ${path}`);
}

/** Archives often have one folder that contains everything. */
function withoutFolder(files: SkillFile[]): SkillFile[] {
  if (files.some(({ path }) => path === 'SKILL.md')) return files;
  const folders = new Set(files.map(({ path }) => path.slice(0, path.indexOf('/') + 1)));
  const [folder = ''] = folders;
  return folders.size === 1 && folder ? files.map(({ path, bytes }) => ({ path: path.slice(folder.length), bytes })) : files;
}
