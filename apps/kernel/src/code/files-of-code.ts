import { Problem } from '@skep/contracts';
import { FileNotFound } from '@skep/contracts/kernel';
import { type Ctx, OwnedObjects } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IrError } from '../ir/ir-error.js';
import type { Json } from '../ir/ir.js';
import { type FileOwner, FileRepository } from '../files/file.repository.js';
import type { Changes } from '../store/changes.js';
import { StorageLimits } from '../store/storage-limits.js';
import type { FileTextInput } from './request-inputs.js';

const TEXT_BYTES_MAX = 1024 * 1024;
const FILES_MAX = 1_000;

interface FilesCall {
  owner: FileOwner;
  changes?: Changes | undefined;
}
interface ChangingCall {
  owner: FileOwner;
  /** Whose plan the files count against. */
  payer: Ctx;
  changes: Changes;
}

/** The texts that code keeps as files of the app for its user: the same files as those of the API. */
@Injectable()
export class FilesOfCode {
  constructor(
    private readonly files: FileRepository,
    private readonly objects: OwnedObjects,
    private readonly limits: StorageLimits,
  ) {}

  async list({ owner, changes }: FilesCall, prefix: string): Promise<Json> {
    const committed = await this.files.list(owner, prefix, '', FILES_MAX);
    const files = new Map(committed.map(({ path, size, media_type }) => [path, { path, size, content_type: media_type }]));
    for (const [path, file] of changes?.files ?? [])
      if (!file) files.delete(path);
      else if (path.startsWith(prefix)) files.set(path, { path, size: file.size, content_type: file.content_type });
    return [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, FILES_MAX);
  }

  /** Null if there is none. @throws IrError for a file that is not a text, or is too large */
  async read({ owner, changes }: FilesCall, path: string): Promise<Json> {
    const own = changes?.files.get(path);
    if (own !== undefined) return own && own.text;
    const file = await this.files.find(owner, path).catch(nullIfMissing);
    if (!file) return null;
    if (file.size > TEXT_BYTES_MAX) throw new IrError('EXT_UNSTRUCTURED_ERROR', `'${path}' is larger than 1 MiB: code reads smaller texts`);
    const bytes = Buffer.concat((await (await this.objects.read(file.object_id)).toArray()) as Buffer[]);
    const text = bytes.toString();
    if (text.includes('\ufffd')) throw new IrError('EXT_UNSTRUCTURED_ERROR', `'${path}' is not a text`);
    return text;
  }

  /** Stores the content; the file is made with the other changes of the call. */
  async write({ owner, payer, changes }: ChangingCall, { path, text, content_type }: FileTextInput): Promise<Json> {
    const stored = await this.objects.write(bytesOf(text), TEXT_BYTES_MAX);
    const file = { ...stored, media_type: content_type, name: '' };
    const limit = await this.limits.getLimit(payer);
    changes.files.set(path, { text, size: stored.size, content_type });
    changes.add(() => this.files.save(owner, path, file, limit));
    return { path, size: stored.size, content_type };
  }

  /** Whether there was one. */
  async delete({ owner, changes }: ChangingCall, path: string): Promise<Json> {
    const own = changes.files.get(path);
    const exists = own === undefined ? Boolean(await this.files.find(owner, path).catch(nullIfMissing)) : own !== null;
    if (!exists) return false;
    changes.files.set(path, null);
    changes.add(() => this.files.delete(owner, path).catch(nullIfMissing));
    return true;
  }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function nullIfMissing(error: unknown): null {
  if (error instanceof Problem && error.body.code === FileNotFound.code) return null;
  throw error;
}
