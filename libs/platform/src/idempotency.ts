import { Conflict, IdempotencyConflict, type Operation, TooManyRequests } from '@skep/contracts';
import { createHash } from 'node:crypto';
import type { Ctx } from './context.js';
import { type Database, statement } from './database.js';
import type { Written } from './writer.js';

const CLAIM = statement<{ key: string }>(
  'insert into idempotency (key, user_id, input_hash) values ($1, $2, $3) on conflict do nothing returning key',
);
const READ = statement<{ input_hash: string; answer: string | null; total: number | null }>(
  'select input_hash, answer, total from idempotency where key = $1',
);
const ANSWER = statement('update idempotency set answer = $2, total = $3 where key = $1');

const hash = (text: string) => createHash('sha256').update(text).digest('base64url');

/**
 * Does work once for an Idempotency-Key of a caller: key, effect and answer commit together. A second request with the same input
 * gets the stored answer, one that comes at the same time waits for the first. Such work holds a connection for as long as it
 * takes, so half of the pool and some of that for each caller is all it gets.
 */
export class Idempotency {
  private readonly underWay = new Map<string, number>();
  private total = 0;

  constructor(
    private readonly db: Database,
    private readonly room: number,
  ) {}

  /** @throws Problem `idempotency_conflict` when the key was used with another input; `too_many_requests`. */
  async once(operation: Operation, ctx: Ctx, input: string, work: () => Promise<Written>): Promise<Written> {
    if (!ctx.idempotencyKey || !(ctx.user || ctx.actor.startsWith('service:'))) return work();
    const caller = JSON.stringify([ctx.tenant, ctx.user, ctx.actor]);
    const mine = this.underWay.get(caller) ?? 0;
    if (this.total >= this.room || mine >= Math.max(this.room - 1, 1))
      throw TooManyRequests('Too many requests with an Idempotency-Key are under way.', 1);
    this.total++;
    this.underWay.set(caller, mine + 1);
    try {
      const key = hash(JSON.stringify([ctx.tenant, ctx.user, ctx.actor, operation.subject, ctx.idempotencyKey]));
      return await this.db.transaction(() => this.claim(operation, [key, ctx.user, hash(input)], work), { spansCalls: true });
    } finally {
      this.total--;
      const left = (this.underWay.get(caller) ?? 1) - 1;
      if (left) this.underWay.set(caller, left);
      else this.underWay.delete(caller);
    }
  }

  private async claim(
    operation: Operation,
    [key, user, inputHash]: [string, string, string],
    work: () => Promise<Written>,
  ): Promise<Written> {
    if (await this.db.row(CLAIM, [key, user, inputHash])) {
      const written = await work();
      await this.db.rows(ANSWER, [key, operation.secret ? null : written.json, written.total ?? null]);
      return written;
    }
    const done = await this.db.row(READ, [key]);
    if (done?.input_hash !== inputHash) throw IdempotencyConflict();
    if (done.answer === null) throw Conflict('This was done before, and its answer was shown once.');
    return { json: done.answer, total: done.total ?? undefined };
  }
}
