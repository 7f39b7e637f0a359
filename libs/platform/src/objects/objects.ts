import { NotFound, OBJECT_ID, type StoredFile, TooLarge, Unavailable } from '@skep/contracts';
import { createHash, randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { FolderStore } from './folder-store.js';
import { HEAD_BYTES, mediaTypeOf } from './media-type.js';
import type { ByteRange, FoundObject, ObjectStore } from './object-store.js';

/** What is known of content once it is stored. */
export type StoredContent = Omit<StoredFile, 'name'>;

/** The contents of files, as immutable objects: in a folder, or in a bucket of S3. */
export class Objects {
  private constructor(private readonly store: ObjectStore) {}

  /** @param url `file:` and a folder, or `s3://bucket`; see `S3Store`. It connects to nothing. */
  static async open(url: string): Promise<Objects> {
    if (!url.startsWith('s3:')) return new Objects(new FolderStore(url.replace(/^file:(\/\/)?/, '')));
    // Loaded when it is used: the SDK of AWS is large.
    const { S3Store } = await import('./s3-store.js');
    return new Objects(new S3Store(new URL(url)));
  }

  /**
   * Stores content as it arrives. If `bytes` throws, or is longer than allowed, nothing is left.
   * @param context the context that will own the object
   * @throws Problem `too_large`; `unavailable` if the disk is full; what `bytes` throws
   */
  async write(context: string, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredContent> {
    const object_id = `${context}/${randomBytes(16).toString('hex')}`;
    const content = new Measured(bytes, maxBytes);
    try {
      await this.store.write(object_id, content.pass());
    } catch (error) {
      // The SDK of AWS reports another error than the one that ended the content.
      throw content.failure ?? (isFull(error) ? Unavailable('The disk for files is full.') : error);
    }
    return { object_id, ...(await content.describe()) };
  }

  /** Opens the content of an object. @throws Problem `not_found` */
  async read(object_id: string, range?: ByteRange): Promise<Readable> {
    if (!OBJECT_ID.test(object_id)) throw NotFound();
    return this.store.read(object_id, range);
  }

  /** Removes an object. A read in progress may be interrupted. Idempotent. */
  remove(object_id: string): Promise<void> {
    return this.store.remove(object_id);
  }

  /** All objects of a context. */
  list(context: string): AsyncIterable<FoundObject> {
    return this.store.list(context);
  }

  /** Removes what writes of processes that died have left, if they began before this time. */
  removeUnfinished(context: string, before: Date): Promise<void> {
    return this.store.removeUnfinished(context, before);
  }
}

/** Content that is measured while it passes. */
class Measured {
  private readonly hash = createHash('sha256');
  private head: Uint8Array = new Uint8Array();
  private size = 0;
  /** The error that ended the content. */
  failure: unknown;

  constructor(
    private readonly bytes: AsyncIterable<Uint8Array>,
    private readonly maxBytes: number,
  ) {}

  async *pass(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.bytes) {
        this.size += chunk.length;
        if (this.size > this.maxBytes) throw TooLarge(`A file may have at most ${this.maxBytes} bytes.`);
        if (this.head.length < HEAD_BYTES) this.head = Buffer.concat([this.head, chunk.subarray(0, HEAD_BYTES - this.head.length)]);
        this.hash.update(chunk);
        yield chunk;
      }
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  async describe(): Promise<Omit<StoredContent, 'object_id'>> {
    return { size: this.size, sha256: this.hash.digest('hex'), media_type: await mediaTypeOf(this.head) };
  }
}

const isFull = (error: unknown) => ['ENOSPC', 'EDQUOT'].includes(String((error as { code?: unknown }).code));
