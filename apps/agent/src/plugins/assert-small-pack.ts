import { inflateSync } from 'node:zlib';
import { PLUGIN_BYTES_MAX, PluginError } from './plugin-files.js';

const OBJECTS_MAX = 5_000;
const HEAD_BYTES = 12;
const OFFSET_DELTA = 6;
const BASE_DELTA = 7;
const HASH_BYTES = 20;

/**
 * Refuses a pack of git that is too large when it is unpacked. A few bytes can stand for many, compressed or as a difference to another object; git
 * libraries unpack objects whatever their size.
 * @throws PluginError
 */
export function assertSmallPack(pack: Buffer): void {
  try {
    const objects = pack.readUInt32BE(8);
    if (objects > OBJECTS_MAX) throw new PluginError(`The repository has more than ${OBJECTS_MAX} objects.`);
    let left = PLUGIN_BYTES_MAX;
    for (let at = HEAD_BYTES, n = 0; n < objects; n++) {
      const type = (pack.readUInt8(at) >> 4) & 7;
      at = skipNumber(pack, at);
      if (type === OFFSET_DELTA) at = skipNumber(pack, at);
      if (type === BASE_DELTA) at += HASH_BYTES;
      // With `info`, the answer has the engine, which knows where the object ends.
      const { buffer, engine } = inflateSync(pack.subarray(at), { maxOutputLength: left, info: true }) as unknown as Inflated;
      at += engine.bytesWritten;
      left -= type === OFFSET_DELTA || type === BASE_DELTA ? Math.max(buffer.length, resultSize(buffer)) : buffer.length;
      if (left <= 0) throw tooLarge();
    }
  } catch (error) {
    if (error instanceof PluginError) throw error;
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : new PluginError('The repository is damaged.');
  }
}

interface Inflated {
  buffer: Buffer;
  engine: { bytesWritten: number };
}

const tooLarge = () => new PluginError(`The repository is larger than ${PLUGIN_BYTES_MAX} bytes. Only its newest commit is read.`);

/** The place after a number whose bytes have the highest bit set, but for the last. */
function skipNumber(bytes: Buffer, at: number): number {
  while (bytes.readUInt8(at) & 0x80) at++;
  return at + 1;
}

/** How large an object is of which this is the difference: the second number in it. */
function resultSize(delta: Buffer): number {
  let size = 0;
  for (let at = skipNumber(delta, 0), factor = 1; ; at++, factor *= 128) {
    const byte = delta.readUInt8(at);
    size += (byte & 0x7f) * factor;
    if (!(byte & 0x80)) return size;
  }
}
