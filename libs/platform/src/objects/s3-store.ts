import { NotFound } from '@skep/contracts';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  NoSuchKey,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import type { ByteRange, FoundObject, ObjectStore } from './object-store.js';

/** A write holds at most this many parts of this size in memory. */
const PARTS_AT_ONCE = 2;
const PART_BYTES = 8 << 20;

/** Objects in a bucket, with their id as key, below a prefix. */
export class S3Store implements ObjectStore {
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly prefix: string;

  /** @param url `s3://bucket/prefix?endpoint=https://…&region=…`; the credentials come from the environment, as for every AWS SDK */
  constructor({ host, pathname, searchParams }: URL) {
    const endpoint = searchParams.get('endpoint');
    const region = searchParams.get('region');
    this.bucket = host;
    this.prefix = pathname.replace(/^\/|\/$/g, '').replace(/.$/, '$&/');
    this.client = new S3Client({
      ...(region && { region }),
      // Other servers than AWS have no host name for each bucket, and may know no checksums.
      ...(endpoint && { endpoint, forcePathStyle: true }),
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async write(id: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const params = { ...this.at(id), Body: Readable.from(bytes) };
    await new Upload({ client: this.client, params, queueSize: PARTS_AT_ONCE, partSize: PART_BYTES }).done();
  }

  async read(id: string, range?: ByteRange): Promise<Readable> {
    const part = range && { Range: `bytes=${range.start}-${range.end}` };
    const { Body } = await this.client.send(new GetObjectCommand({ ...this.at(id), ...part })).catch((error: unknown) => {
      throw error instanceof NoSuchKey ? NotFound() : error;
    });
    return Body as Readable;
  }

  async remove(id: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand(this.at(id)));
  }

  async *list(context: string): AsyncIterable<FoundObject> {
    const { Bucket, Key: Prefix } = this.at(`${context}/`);
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.client }, { Bucket, Prefix }))
      for (const { Key = '', LastModified = new Date() } of Contents) yield { id: Key.slice(this.prefix.length), modified: LastModified };
  }

  async removeUnfinished(context: string, before: Date): Promise<void> {
    const { Bucket, Key: Prefix } = this.at(`${context}/`);
    // Aborted ones leave the list: a list that is too long for one answer is worked off by the next calls.
    const { Uploads = [] } = await this.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
    for (const { Key, UploadId, Initiated } of Uploads)
      if (Initiated && Initiated < before) await this.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  }

  private at(id: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: this.prefix + id };
  }
}
