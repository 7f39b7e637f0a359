import { DeadlineExceeded, TooManyRequests } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';

/** argon2id, version 1.3; 19 MiB, two passes: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** One of libuv's four threads stays free for files, DNS and signatures. */
const WORKERS = Math.min(availableParallelism(), 3);
const QUEUE = 64;

/** Hashes and verifies passwords, a few at a time: the memory and the processor of many at once would stop everything else. */
@Injectable()
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** Verified in place of a hash that is not there, so that it takes as long. */
  private readonly dummy = hash(randomBytes(32), PARAMETERS);

  /** @throws Problem `too_many_requests` when the queue is full; `deadline_exceeded` when its turn comes too late. */
  hash(ctx: Ctx, password: string): Promise<string> {
    return this.inTurn(ctx, () => hash(password, PARAMETERS));
  }

  /** False without a hash, after the same work. Same problems as `hash`. */
  async verify(ctx: Ctx, password: string, hashed: string | null | undefined): Promise<boolean> {
    const against = hashed ?? (await this.dummy);
    return (await this.inTurn(ctx, () => verify(against, password))) && Boolean(hashed);
  }

  private async inTurn<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
    if (this.running < WORKERS) this.running++;
    else if (this.waiting.length < QUEUE) await new Promise<void>((turn) => this.waiting.push(turn));
    else throw TooManyRequests(undefined, 2);
    try {
      if (ctx.deadline < Date.now()) throw DeadlineExceeded();
      return await work();
    } finally {
      // The place passes to the next one; only without one it is free.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
