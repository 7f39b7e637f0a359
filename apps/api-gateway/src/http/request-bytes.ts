import { BadRequest } from '@skep/contracts';
import type { Readable } from 'node:stream';

/**
 * The bytes of a body, as they arrive. A reader that stops leaves the connection open for the answer: it resumes the body afterwards, since the
 * client may still be sending.
 * @throws Problem `bad_request` if the client stops sending
 */
export async function* bytesOf(body: Readable): AsyncIterable<Uint8Array> {
  try {
    yield* body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  } catch {
    throw BadRequest('The upload was interrupted.');
  }
}
