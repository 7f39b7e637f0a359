import { DeadlineExceeded, TooManyRequests } from '@skep/contracts';
import { type Ctx, newCtx } from '@skep/platform';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { PasswordDone, PasswordTask } from './argon2-thread.js';
import { refuseCommon } from './common-passwords.js';

const THREADS = Math.min(availableParallelism(), 3);
const QUEUE = 64;

/**
 * Hashes and verifies passwords, a few at a time: the memory and the processor of many at once would stop everything else. Threads
 * of their own with a lower priority leave the processor, and libuv's threads, to whatever else waits for them.
 */
@Injectable()
export class Passwords implements OnApplicationShutdown {
  private readonly threads = new Set<Worker>();
  private readonly idle: Worker[] = [];
  private readonly waiting: ((thread: Worker) => void)[] = [];
  /** Verified in place of a hash that is not there, so that it takes as long. */
  private readonly dummy = this.inTurn<string>(newCtx(), { password: randomBytes(32).toString('hex') });

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
    await Promise.all([...this.threads].map((thread) => thread.terminate()));
  }

  private async inTurn<T extends string | boolean>(ctx: Ctx, task: PasswordTask): Promise<T> {
    const thread = await this.free();
    try {
      if (ctx.deadline < Date.now()) throw DeadlineExceeded();
      thread.postMessage(task);
      const [done] = (await once(thread, 'message')) as [PasswordDone];
      if ('error' in done) throw new Error(done.error);
      return done.result as T;
    } finally {
      this.release(thread);
    }
  }

  private async free(): Promise<Worker> {
    const idle = this.idle.pop();
    if (idle && this.threads.has(idle)) return idle;
    if (this.threads.size < THREADS) return this.start();
    if (this.waiting.length >= QUEUE) throw TooManyRequests(undefined, 2);
    return new Promise<Worker>((turn) => this.waiting.push(turn));
  }

  private release(thread: Worker): void {
    // One that has died has left the set, and another one takes its place.
    const good = this.threads.has(thread) ? thread : this.start();
    const next = this.waiting.shift();
    if (next) next(good);
    else this.idle.push(good);
  }

  private start(): Worker {
    const thread = new Worker(new URL('./argon2-thread.js', import.meta.url));
    this.threads.add(thread);
    for (const end of ['error', 'exit']) thread.once(end, () => this.threads.delete(thread));
    thread.unref();
    return thread;
  }
}
