import { DeadlineExceeded, TooManyRequests } from '@skep/contracts';
import { type Ctx, newCtx } from '@skep/platform';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Argon2Task } from './argon2-thread.js';
import { assertNotCommon } from './common-passwords.js';

const MAX_THREADS = Math.min(availableParallelism(), 3);
const MAX_QUEUED = 64;
/** Hashing takes tens of milliseconds and other work about one, so other work goes first. A higher value would starve logins on a busy machine. */
const NICE_INCREMENT = 5;

/**
 * Hashes and verifies passwords on a few low-priority threads. This bounds memory and CPU use and keeps libuv's thread pool free for
 * other work.
 */
@Injectable()
export class Passwords implements OnApplicationShutdown {
  private readonly threads = new Piscina<Argon2Task, string | boolean | undefined>({
    filename: fileURLToPath(new URL('./argon2-thread.js', import.meta.url)),
    minThreads: 0,
    maxThreads: MAX_THREADS,
    idleTimeout: Infinity,
    niceIncrement: NICE_INCREMENT,
  });
  /** Verified if there is no hash, so that it takes as long. */
  private readonly dummyHash = this.runInThread<string>(newCtx(), { password: randomBytes(32).toString('hex') });

  constructor() {
    // If the service stops during its start, this promise is rejected and not awaited.
    this.dummyHash.catch(() => undefined);
  }

  /**
   * Hashes a new password.
   * @param field name of the input field, for the error
   * @throws Problem `invalid_input` for a common password; `too_many_requests` if the queue is full; `deadline_exceeded` if no thread
   *   is free before the deadline
   */
  async hash(ctx: Ctx, password: string, field = 'password'): Promise<string> {
    await assertNotCommon(field, password);
    return this.runInThread(ctx, { password });
  }

  /** Returns false if there is no hash, after the same work. @throws Problem `too_many_requests`, `deadline_exceeded` */
  async verify(ctx: Ctx, password: string, hash: string | null | undefined): Promise<boolean> {
    const expected_hash = hash ?? (await this.dummyHash);
    return (await this.runInThread<boolean>(ctx, { password, expected_hash })) && Boolean(hash);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.threads.destroy();
  }

  private async runInThread<T extends string | boolean>(ctx: Ctx, task: Omit<Argon2Task, 'deadline'>): Promise<T> {
    if (this.threads.queueSize >= MAX_QUEUED) throw TooManyRequests(undefined, 2);
    const result = await this.threads.run({ ...task, deadline: ctx.deadline });
    if (result === undefined) throw DeadlineExceeded();
    return result as T;
  }
}
