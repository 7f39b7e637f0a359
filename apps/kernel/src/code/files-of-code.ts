import { Problem } from '@skep/contracts';
import { FileNotFound } from '@skep/contracts/kernel';
import { type Ctx, OwnedObjects } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IrError } from '../ir/ir-error.js';
import type { Json } from '../ir/ir.js';
import { type FileOwner, FileRepository } from '../files/file.repository.js';
import { StorageLimits } from '../store/storage-limits.js';
import type { FileTextInput } from './request-inputs.js';

const TEXT_BYTES_MAX = 1024 * 1024;
const FILES_MAX = 1_000;

/** The texts that code keeps as files of the app for its user: the same files as those of the API. */
@Injectable()
export class FilesOfCode {
  constructor(
    private readonly files: FileRepository,
    private readonly objects: OwnedObjects,
    private readonly limits: StorageLimits,
  ) {}

  async list(owner: FileOwner, prefix: string): Promise<Json> {
    const found = await this.files.list(owner, prefix, '', FILES_MAX);
    return found.map(({ path, size, media_type }) => ({ path, size, content_type: media_type }));
  }

  /** Null if there is none. @throws IrError for a file that is not a text, or is too large */
  async read(owner: FileOwner, path: string): Promise<Json> {
    const file = await this.files.find(owner, path).catch(nullIfMissing);
    if (!file) return null;
    if (file.size > TEXT_BYTES_MAX) throw new IrError('EXT_UNSTRUCTURED_ERROR', `'${path}' is larger than 1 MiB: code reads smaller texts`);
    const bytes = Buffer.concat((await (await this.objects.read(file.object_id)).toArray()) as Buffer[]);
    const text = bytes.toString();
    if (text.includes('\ufffd')) throw new IrError('EXT_UNSTRUCTURED_ERROR', `'${path}' is not a text`);
    return text;
  }

  /** @param payer whose plan the file counts against @throws Problem `storage_quota_exceeded` */
  async write(owner: FileOwner, payer: Ctx, { path, text, content_type }: FileTextInput): Promise<Json> {
    const stored = await this.objects.write(bytesOf(text), TEXT_BYTES_MAX);
    const file = { ...stored, media_type: content_type, name: '' };
    const { size } = await this.files.save(owner, path, file, await this.limits.getLimit(payer));
    return { path, size, content_type };
  }

  /** Whether there was one. */
  async delete(owner: FileOwner, path: string): Promise<Json> {
    return this.files.delete(owner, path).then(
      () => true,
      (error: unknown) => nullIfMissing(error) ?? false,
    );
  }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function nullIfMissing(error: unknown): null {
  if (error instanceof Problem && error.body.code === FileNotFound.code) return null;
  throw error;
}
