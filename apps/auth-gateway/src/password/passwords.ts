import { DeadlineExceeded, TooManyRequests } from '@skep/contracts';
import { type Ctx, newCtx } from '@skep/platform';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Argon2Task } from './argon2-thread.js';
import { refuseCommon } from './common-passwords.js';

const THREADS = Math.min(availableParallelism(), 3);
const QUEUE = 64;
/** Others' next step takes a millisecond, a password tens of them: they go first. Not by more, or a busy machine would let nobody in. */
const NICER_BY = 5;

/**
 * Hashes and verifies passwords, a few at a time: the memory and the processor of many at once would stop everything else. Threads
 * of their own with a lower priority leave the processor, and libuv's threads, to whatever else waits for them.
 */
@Injectable()
export class Passwords implements OnApplicationShutdown {
  private readonly threads = new Piscina<Argon2Task, string | boolean | undefined>({
    filename: fileURLToPath(new URL('./argon2-thread.js', import.meta.url)),
    minThreads: 0,
    maxThreads: THREADS,
    idleTimeout: Infinity,
    niceIncrement: NICER_BY,
  });
  /** Verified in place of a hash that is not there, so that it takes as long. */
  private readonly dummy = this.inTurn<string>(newCtx(), { password: randomBytes(32).toString('hex') });

  constructor() {
    // A service that stops at once, as one that cannot start does, no longer waits for it.
    this.dummy.catch(() => undefined);
  }

  /**
   * Hashes a password that somebody chooses.
   * @param field where it stands in the input
   * @throws Problem `invalid_input` for one of the most used; `too_many_requests` when the queue is full; `deadline_exceeded` when
   *   its turn comes too late
   */
  async hash(ctx: Ctx, password: string, field = 'password'): Promise<string> {
    await refuseCommon(field, password);
    return this.inTurn(ctx, { password });
  }

  /** False without a hash, after the same work. @throws Problem `too_many_requests`, `deadline_exceeded` */
  async verify(ctx: Ctx, password: string, hashed: string | null | undefined): Promise<boolean> {
    const against = hashed ?? (await this.dummy);
    return (await this.inTurn<boolean>(ctx, { password, against })) && Boolean(hashed);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.threads.destroy();
  }

  private async inTurn<T extends string | boolean>(ctx: Ctx, task: Omit<Argon2Task, 'deadline'>): Promise<T> {
    if (this.threads.queueSize >= QUEUE) throw TooManyRequests(undefined, 2);
    const result = await this.threads.run({ ...task, deadline: ctx.deadline });
    if (result === undefined) throw DeadlineExceeded();
    return result as T;
  }
}
