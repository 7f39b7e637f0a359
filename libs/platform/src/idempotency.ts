import { Conflict, IdempotencyConflict, type Operation } from '@skep/contracts';
import { createHash } from 'node:crypto';
import type { Ctx } from './context.js';
import { type Database, statement } from './database.js';
import type { Written } from './writer.js';

const CLAIM = statement<{ key: string }>('insert into idempotency (key, input_hash) values ($1, $2) on conflict do nothing returning key');
const READ = statement<{ input_hash: string; answer: string | null; total: number | null }>(
  'select input_hash, answer, total from idempotency where key = $1',
);
const ANSWER = statement('update idempotency set answer = $2, total = $3 where key = $1');

const hash = (text: string) => createHash('sha256').update(text).digest('base64url');

/**
 * Does the work once for an Idempotency-Key of a caller: key, effect and answer commit together. A second request with the
 * same input gets the stored answer, one that comes at the same time waits for the first.
 * @throws Problem `idempotency_conflict` when the key was used with another input.
 */
export async function once(db: Database, operation: Operation, ctx: Ctx, input: string, work: () => Promise<Written>): Promise<Written> {
  if (!ctx.idempotencyKey || !(ctx.user || ctx.actor.startsWith('service:'))) return work();
  const key = hash(JSON.stringify([ctx.tenant, ctx.user, ctx.actor, operation.subject, ctx.idempotencyKey]));
  const inputHash = hash(input);
  return db.transaction(
    async () => {
      if (await db.row(CLAIM, [key, inputHash])) {
        const written = await work();
        await db.rows(ANSWER, [key, operation.secret ? null : written.json, written.total ?? null]);
        return written;
      }
      const done = await db.row(READ, [key]);
      if (done?.input_hash !== inputHash) throw IdempotencyConflict();
      if (done.answer === null) throw Conflict('This was done before, and its answer was shown once.');
      return { json: done.answer, total: done.total ?? undefined };
    },
    { spansCalls: true },
  );
}
