import { Conflict, IdempotencyConflict, IdempotencyInProgress, type Operation } from '@skep/contracts';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ctx } from './context.js';
import { type Database, statement } from './database.js';
import { LEASE, Lease } from './lease.js';
import type { Log } from './log.js';
import { SlotMap } from './slot-map.js';
import { leases, shortOperation } from './transaction.js';
import type { WrittenAnswer } from './writer.js';

/** Only one transaction at a time works under a key: whoever finds the lock taken gives the connection back and asks again later. */
const BEGIN = statement<{ key: string }>(`
  insert into idempotency (key, input_hash, user_id) select $1, $2, $3 where pg_try_advisory_xact_lock(hashtextextended($1, 0))
  on conflict do nothing returning key`);
const END = statement('update idempotency set answer = $2, total = $3 where key = $1');
/** The first condition spares a row that is in use its lock. */
const CLAIM = statement<{ since: Date; fresh: boolean }>(`
  insert into idempotency as claimed (key, input_hash, user_id, owner, lease_until)
  select $1, $2, $3, $4::uuid, now() + ${LEASE}
   where not exists (select from idempotency where key = $1 and (lease_until is null or lease_until > now()))
  on conflict (key) do update set owner = excluded.owner, lease_until = excluded.lease_until
   where claimed.lease_until < now() and claimed.input_hash = excluded.input_hash
  returning created_at as since, xmax = 0 as fresh`);
const PARTS = statement<{ part: string; answer: string }>('select part, answer from idempotency_part where key = $1');
const READ = statement<{ input_hash: string; in_progress: boolean; answer: string | null; total: number | null }>(
  'select input_hash, lease_until is not null as in_progress, answer, total from idempotency where key = $1',
);

const RENEWAL_MS = 1_500;
/** How long a repeat waits before it looks again, at first and at the most. */
const POLL_MS = { first: 20, most: 500 };
/** What is kept of the deadline for telling a repeat that the first request is still in progress. */
const REST_MS = 150;

const hash = (text: string) => createHash('sha256').update(text).digest('base64url');

/** A request as its key stands for it. */
interface Keyed {
  operation: Operation;
  key: string;
  user: string;
  inputHash: string;
  handle: () => Promise<unknown>;
  write: (output: unknown) => WrittenAnswer;
}

/**
 * Does the work of an operation once for an Idempotency-Key of a caller, and gives the stored answer to whoever repeats the request.
 * A short operation commits in one transaction with its key. One that spans calls works under a lease instead, and holds neither
 * connection nor transaction. A repeat that comes meanwhile waits, and holds nothing either.
 */
export class Idempotency {
  private readonly held = new SlotMap<Lease>();
  private readonly renewal = setInterval(() => this.renew(), RENEWAL_MS).unref();

  constructor(
    private readonly db: Database,
    private readonly log: Log,
  ) {}

  /** @throws Problem `idempotency_conflict` when the key was used with another input; `idempotency_in_progress` at the deadline. */
  async once(operation: Operation, ctx: Ctx, input: string, answer: Keyed['handle'], write: Keyed['write']): Promise<WrittenAnswer> {
    const { spansCalls, subject } = operation;
    const handle = spansCalls ? answer : () => shortOperation.run(subject, answer);
    if (!ctx.idempotencyKey || !(ctx.user || ctx.actor.startsWith('service:'))) return write(await handle());
    const key = hash(JSON.stringify([ctx.tenant, ctx.user, ctx.actor, operation.subject, ctx.idempotencyKey]));
    const keyed = { operation, key, user: ctx.user, inputHash: hash(input), handle, write };
    for (let pause = POLL_MS.first; ; pause = Math.min(2 * pause, POLL_MS.most)) {
      const written = operation.spansCalls ? await this.underLease(keyed) : await this.inTransaction(keyed);
      if (written) return written;
      if (Date.now() + pause + REST_MS > ctx.deadline) throw IdempotencyInProgress();
      await sleep(pause);
    }
  }

  stop(): void {
    clearInterval(this.renewal);
  }

  /** Key, effect and answer commit together. Undefined while another request works under the key, as of `underLease`. */
  private inTransaction(keyed: Keyed): Promise<WrittenAnswer | undefined> {
    const { operation, key, user, inputHash, handle, write } = keyed;
    return this.db.transaction(async () => {
      if (!(await this.db.row(BEGIN, [key, inputHash, user]))) return this.earlier(keyed);
      const written = write(await handle());
      await this.db.rows(END, [key, operation.secret ? null : written.json, written.total ?? null]);
      return written;
    });
  }

  private async underLease(keyed: Keyed): Promise<WrittenAnswer | undefined> {
    const { operation, key, user, inputHash, handle, write } = keyed;
    const owner = randomUUID();
    const claimed = await this.db.row(CLAIM, [key, inputHash, user, owner]);
    if (!claimed) return this.earlier(keyed);
    const parts = claimed.fresh ? [] : await this.db.rows(PARTS, [key]);
    const known = new Map(parts.map(({ part, answer }) => [part, answer]));
    const lease = new Lease(this.db, key, owner, claimed.since, known, write, operation.secret);
    const slot = this.held.insert(lease);
    try {
      return await lease.answer(await leases.run(lease, handle));
    } catch (error) {
      await lease
        .release()
        .catch((failure: unknown) => this.log.warn({ error: failure }, 'an Idempotency-Key stays claimed until its lease expires'));
      throw error;
    } finally {
      this.held.remove(slot);
    }
  }

  /** The answer of a request that has ended. @throws Problem `idempotency_conflict`; `conflict` where the answer was a secret. */
  private async earlier({ key, inputHash }: Keyed): Promise<WrittenAnswer | undefined> {
    const request = await this.db.row(READ, [key]);
    if (!request) return undefined;
    if (request.input_hash !== inputHash) throw IdempotencyConflict();
    if (request.in_progress) return undefined;
    if (request.answer === null) throw Conflict('This was done before, and its answer was shown once.');
    return { json: request.answer, total: request.total ?? undefined };
  }

  private renew(): void {
    const failed = (error: unknown) => this.log.warn({ error }, 'the lease of an Idempotency-Key could not be renewed');
    for (const [, lease] of this.held) void lease.renew().catch(failed);
  }
}
