import type { Readable } from 'node:stream';

/** A part of an object: the first and the last byte. */
export interface ByteRange {
  start: number;
  end: number;
}

/** An object in a store, and when it was written. */
export interface FoundObject {
  id: string;
  modified: Date;
}

/** Where the bytes of objects are. The part of an id before the `/` is the context that owns the object. */
export interface ObjectStore {
  /** Stores an object completely and durably, or not at all: if `bytes` throws, nothing is left. */
  write(id: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** @throws Problem `not_found` */
  read(id: string, range?: ByteRange): Promise<Readable>;
  /** Idempotent. */
  remove(id: string): Promise<void>;
  /** All objects of a context. */
  list(context: string): AsyncIterable<FoundObject>;
  /** Removes what writes of processes that died have left, if they began before this time. */
  removeUnfinished(context: string, before: Date): Promise<void>;
}
