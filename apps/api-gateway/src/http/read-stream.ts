import { TooLarge } from '@skep/contracts';
import type { FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { bytesOf } from './request-bytes.js';

/** Reads a body of any media type, which the server has left unread. @throws Problem `too_large`; `bad_request` if the request is interrupted */
export async function readStream(request: FastifyRequest, maxBytes: number): Promise<Buffer> {
  const body = request.body as Readable | undefined;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of body ? bytesOf(body) : []) {
      parts.push(part);
      if ((bytes += part.length) > maxBytes) throw TooLarge();
    }
  } catch (error) {
    body?.resume();
    throw error;
  }
  return Buffer.concat(parts);
}
