import { Problem, TooManyRequests } from '@skep/contracts';
import type { OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { PublishedKeys } from '../auth/published-keys.js';
import type { Revocations } from '../auth/revocations.js';
import { SseStream } from './sse-stream.js';

const HEARTBEAT_MS = 15_000;

/** Who opened a stream, and for how long they may read it. */
export interface StreamOwner {
  /** '' for a service, whose streams are not limited. */
  user: string;
  session?: string | undefined;
  /** @throws Problem 401 or 403 if the credential is no longer valid */
  verify(): unknown;
}

/** The open streams of this gateway: limits them per user, keeps them alive, and closes them when their credential is no longer valid. */
export class OpenStreams implements OnModuleDestroy {
  private readonly owners = new Map<SseStream, StreamOwner>();
  private readonly countOf = new Map<string, number>();
  private readonly heartbeat = setInterval(() => this.sendHeartbeats(), HEARTBEAT_MS).unref();

  /** @param maxPerUser how many streams a user may have at once */
  constructor(
    private readonly maxPerUser: number,
    revocations: Revocations,
    keys: PublishedKeys,
  ) {
    revocations.onRevoked((revoked) => {
      for (const [stream, { session }] of this.owners) if (session === revoked) stream.close();
    });
    keys.onWithdrawn(() => this.verifyAll());
  }

  /** Closes all streams at shutdown: clients reconnect to another gateway with their Last-Event-ID. */
  onModuleDestroy(): void {
    clearInterval(this.heartbeat);
    for (const stream of this.owners.keys()) stream.close();
  }

  /** Counts a stream that will be opened. @returns a function that stops counting it @throws Problem `too_many_requests` if the user has too many */
  reserve(user: string): () => void {
    const count = this.countOf.get(user) ?? 0;
    if (user && count >= this.maxPerUser)
      throw TooManyRequests(`You already have ${count} open event streams, which is the maximum. Close one first.`, 30);
    this.countOf.set(user, count + 1);
    return () => {
      const left = this.countOf.get(user)! - 1;
      if (left) this.countOf.set(user, left);
      else this.countOf.delete(user);
    };
  }

  /** Begins the answer. @param release what `reserve` returned @throws Problem `too_many_requests`, without a reservation */
  open(reply: FastifyReply, owner: StreamOwner, release = this.reserve(owner.user)): SseStream {
    const stream = SseStream.open(reply);
    this.owners.set(stream, owner);
    const forget = () => {
      this.owners.delete(stream);
      release();
    };
    stream.signal.addEventListener('abort', forget, { once: true });
    return stream;
  }

  private sendHeartbeats(): void {
    for (const stream of this.owners.keys()) stream.sendComment('heartbeat');
    this.verifyAll();
  }

  private verifyAll(): void {
    for (const [stream, owner] of this.owners) void verify(stream, owner);
  }
}

/** Closes the stream if its credential is no longer valid. One that cannot be checked now stays. */
async function verify(stream: SseStream, owner: StreamOwner): Promise<void> {
  try {
    await owner.verify();
  } catch (error) {
    if (error instanceof Problem && error.body.status < 500) stream.close();
  }
}
