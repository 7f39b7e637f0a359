import { RangeNotSatisfiable, type StoredFile, TooLarge, UnsupportedMediaType } from '@skep/contracts';
import type { Objects, StoredContent } from '@skep/platform';
import { create, parse } from 'content-disposition';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import parseRange from 'range-parser';
import { matchesEtag } from '../http/etag.js';
import { bytesOf } from '../http/request-bytes.js';
import { receiveForm } from './receive-form.js';
import type { AcceptedFiles } from './accepted-files.js';

/** What a form may add to the bytes of its file. */
const FORM_BYTES = 1 << 20;
/** A transfer of which no byte moves for so long is broken off. */
const IDLE_MS = 30_000;
const MAX_NAME_LENGTH = 255;

/** A file that arrived, and the other fields of its form. */
export interface ReceivedFile {
  file: StoredFile;
  fields: Record<string, unknown>;
}

/** Passes the contents of files between clients and the store of objects. Of a file, only some chunks are in memory. */
export class FileTransfer {
  /** @param maxBytes the bytes that an uploaded file may have */
  constructor(
    private readonly objects: Objects,
    private readonly maxBytes: number,
  ) {}

  /**
   * Stores the file in the body of a request: all of the body, or one part of a form.
   * @param context the context that will own it
   * @param accepted the media types that the body may have beside a form, any by default; the bytes that the file may have
   * @throws Problem `too_large`, `invalid_input`, `bad_request`, `unsupported_media_type`: then nothing is stored
   */
  async receive(context: string, request: FastifyRequest, part: string, accepted: AcceptedFiles = {}): Promise<ReceivedFile> {
    const { headers, raw } = request;
    const body = request.body as Readable;
    const [type = ''] = headers['content-type']?.toLowerCase().split(/[;\s]/) ?? [];
    const isForm = type === 'multipart/form-data';
    if (!isForm && !isAccepted(type, accepted.mediaTypes))
      throw UnsupportedMediaType(
        `Send a form of the type multipart/form-data with the part ${part}, or the bytes of the file with their media type${
          accepted.mediaTypes ? `: ${accepted.mediaTypes.join(', ')}` : ''
        }.`,
      );
    const maxBytes = Math.min(this.maxBytes, accepted.maxBytes ?? Infinity);
    if (Number(headers['content-length']) > maxBytes + (isForm ? FORM_BYTES : 0))
      throw TooLarge(`A file may have at most ${maxBytes} bytes.`);
    const store = (bytes: AsyncIterable<Uint8Array>) => this.objects.write(context, bytes, maxBytes);
    raw.setTimeout(IDLE_MS, () => raw.destroy(new Error('no byte arrived')));
    try {
      if (isForm) {
        const { fields, name, stored } = await receiveForm(body, headers, part, store, (content) => this.remove(content));
        return { fields, file: { ...stored, name: toName(name) } };
      }
      const stored = await store(bytesOf(body));
      return { fields: {}, file: { ...stored, name: toName(nameIn(headers['content-disposition'])) } };
    } catch (error) {
      // Reads the rest of the body, so that the client, which may still be sending, gets the answer.
      body.resume();
      throw error;
    } finally {
      raw.setTimeout(0);
    }
  }

  /** Removes a file that was received and is not wanted. */
  remove({ object_id }: StoredContent): Promise<void> {
    return this.objects.remove(object_id);
  }

  /**
   * Sends a file, or the part of it that the request asks for (RFC 9110 §14). Never for display: it comes from users.
   * @throws Problem `not_found`; `range_not_satisfiable`
   */
  async send({ headers, method }: FastifyRequest, reply: FastifyReply, file: StoredFile): Promise<void> {
    const etag = `"${file.sha256}"`;
    void reply.headers({
      etag,
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    if (matchesEtag(headers['if-none-match'], etag)) return void (await reply.code(304).send());
    const range = rangeOf(headers, file.size, etag);
    if (range === 'none') {
      void reply.header('content-range', `bytes */${file.size}`);
      throw RangeNotSatisfiable();
    }
    const content = method === 'HEAD' ? Readable.from([]) : await this.objects.read(file.object_id, range);
    void reply.headers({
      'content-type': file.media_type,
      'content-disposition': create(file.name),
      'content-length': range ? range.end - range.start + 1 : file.size,
      ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${file.size}` }),
    });
    const { raw } = reply;
    raw.setTimeout(IDLE_MS, () => raw.destroy());
    await reply.code(range ? 206 : 200).send(content);
  }
}

const isAccepted = (type: string, mediaTypes: readonly string[] | undefined): boolean =>
  mediaTypes ? mediaTypes.includes(type) : type !== '' && type !== 'application/x-www-form-urlencoded';

/** The range that a request asks for; undefined for all bytes, also if it asks for several ranges. `none`: there is no byte in it. */
function rangeOf({ range, 'if-range': ifRange }: FastifyRequest['headers'], size: number, etag: string) {
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return undefined;
  const ranges = parseRange(size, range);
  if (ranges === -1) return 'none';
  return ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1 ? undefined : ranges[0];
}

function nameIn(disposition: string | undefined): string {
  try {
    return disposition ? (parse(disposition).parameters['filename'] ?? '') : '';
  } catch {
    return '';
  }
}

/** A name of a file without folders and control characters; `file` if nothing is left. */
function toName(given: string): string {
  const [name = ''] = given.split(/[/\\]/).slice(-1);
  const printable = name.replace(/[^\P{Cc}\x80-\x9f]/gu, '').trim();
  return [...(/^\.*$/.test(printable) ? 'file' : printable)].slice(0, MAX_NAME_LENGTH).join('');
}
