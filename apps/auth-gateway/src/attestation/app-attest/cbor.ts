import { type CBORType, decodeCBOR, decodePartialCBOR } from '@levischuck/tiny-cbor';
import { malformed } from './attestation-fault.js';

/** Decodes bytes that are one item of CBOR (RFC 8949). @throws AttestationFault `malformed`, also for one that is nested too deeply */
export function decode(bytes: Uint8Array): CBORType {
  return attempt(() => decodeCBOR(copyOf(bytes)));
}

/** The number of bytes that the item of CBOR at `index` has. @throws AttestationFault `malformed` */
export function lengthOf(bytes: Uint8Array, index: number): number {
  return attempt(() => decodePartialCBOR(copyOf(bytes), index)[1]);
}

/** What a map has under a name, if it is one. */
export const member = (value: unknown, name: string): unknown =>
  value instanceof Map ? (value as Map<unknown, unknown>).get(name) : undefined;

/** The bytes that a map has under a name. @throws AttestationFault `malformed` if it has none */
export function bytesIn(value: unknown, name: string): Buffer {
  const found = member(value, name);
  return found instanceof Uint8Array ? Buffer.from(found) : malformed(`${name} is missing or not bytes`);
}

/** The decoder reads from the beginning of the memory behind a view. */
const copyOf = (bytes: Uint8Array) => new Uint8Array(bytes);

/** Whatever the decoder throws, the stack that is exhausted too, the bytes are at fault. */
function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch {
    return malformed('is not well-formed CBOR');
  }
}
