import type { OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { PublishedKeys } from '../auth/published-keys.js';
import type { Revocations } from '../auth/revocations.js';
import { type Connection, type ConnectionOwner, OpenConnections } from './open-connections.js';
import { SseStream } from './sse-stream.js';

const HEARTBEAT_MS = 15_000;

/** A stream that is open. */
export interface OpenStream extends Connection {
  /** Aborted when the stream has ended. */
  readonly signal: AbortSignal;
  close(): void;
}

/** The open event streams of this gateway. */
export class OpenStreams implements OnModuleDestroy {
  private readonly streams: OpenConnections<OpenStream>;

  /** @param perUser how many streams a user may have at once */
  constructor(perUser: number, revocations: Revocations, keys: PublishedKeys) {
    this.streams = new OpenConnections({ perUser, name: 'event streams', beatMs: HEARTBEAT_MS }, revocations, keys);
  }

  /** Closes all streams at shutdown: clients reconnect to another gateway with their Last-Event-ID. */
  onModuleDestroy(): void {
    this.streams.stop();
    for (const stream of [...this.streams]) stream.close();
  }

  /** Counts a stream that will be opened. @returns a function that stops counting it @throws Problem `too_many_requests` if the user has too many */
  reserve(user: string): () => void {
    return this.streams.reserve(user);
  }

  /** Begins the answer. @param release what `reserve` returned @throws Problem `too_many_requests`, without a reservation */
  open(reply: FastifyReply, owner: ConnectionOwner, release = this.reserve(owner.user)): SseStream {
    const stream = SseStream.open(reply);
    this.add(stream, owner, release);
    return stream;
  }

  /** Keeps a stream from now on. @param release what `reserve` returned */
  add(stream: OpenStream, owner: ConnectionOwner, release: () => void): void {
    this.streams.set(stream, owner);
    const forget = () => {
      this.streams.delete(stream);
      release();
    };
    stream.signal.addEventListener('abort', forget, { once: true });
  }
}
