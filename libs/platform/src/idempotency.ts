import { Conflict, IdempotencyConflict, IdempotencyInProgress, type Operation, uploadsOf } from '@skep/contracts';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ctx } from './context.js';
import type { Database } from './database.js';
import { FairQueue } from './fair-queue.js';
import { Interval } from './interval.js';
import { statement } from './statement.js';
import { LEASE, Lease, leaseStorage } from './lease.js';
import type { Log } from './log.js';
import { SlotMap } from './slot-map.js';
import { operationWithoutCalls } from './transaction.js';
import type { WrittenAnswer } from './compile-writer.js';

/** Only one transaction at a time works under a key. A transaction that does not get the lock ends, frees its connection and is retried later. */
const INSERT_KEY = statement(
  `insert into idempotency (key, input_hash, user_id)
   select :key, :inputHash, :user where pg_try_advisory_xact_lock(hashtextextended(:key, 0))
   on conflict do nothing returning key`,
  { key: 'text' },
);
const STORE_ANSWER = statement('update idempotency set answer = :answer, total = :total where key = :key');
/** Waits for no lock: a process may freeze while it stores an answer, and repeats that waited for it would hold connections. */
const CLAIM = statement(
  `with expired as (
     select key from idempotency where key = :key and input_hash = :inputHash and lease_until < now() for update skip locked
   ), taken_over as (
     update idempotency set owner = :owner, lease_until = now() + ${LEASE} from expired where idempotency.key = expired.key
     returning created_at
   ), added as (
     insert into idempotency (key, input_hash, user_id, owner, lease_until)
     select :key, :inputHash, :user, :owner, now() + ${LEASE}
      where not exists (select from idempotency where key = :key) and pg_try_advisory_xact_lock(hashtextextended(:key, 0))
     on conflict do nothing returning created_at
   )
   select created_at as first_used_at, false as is_new from taken_over union all select created_at, true from added`,
  { first_used_at: 'timestamptz', is_new: 'bool' },
);
const READ_PARTS = statement('select part, answer from idempotency_part where key = :key', { part: 'text', answer: 'text' });
const READ = statement('select input_hash, lease_until is not null as in_progress, answer, total from idempotency where key = :key', {
  input_hash: 'text',
  in_progress: 'bool',
  answer: 'text?',
  total: 'int8?',
});

const RENEWAL_MS = 1_500;
/** How long a waiting repeat pauses between two attempts: at first, and at most. */
const POLL_MS = { first: 20, max: 500 };
/** The time reserved before the deadline to answer `idempotency_in_progress`. */
const REPLY_MS = 150;

const hash = (text: string) => createHash('sha256').update(text).digest('base64url');

/** What a repeated request has in common with the first one: its input, but another object with the content of an uploaded file. */
function comparable({ input: type }: Operation, input: string): string {
  const uploads = uploadsOf(type);
  if (!uploads.length) return input;
  const json = JSON.parse(input) as Record<string, object>;
  return JSON.stringify({ ...json, ...Object.fromEntries(uploads.map((key) => [key, { ...json[key], object_id: undefined }])) });
}

/** A request with an Idempotency-Key. */
interface KeyedRequest {
  operation: Operation;
  key: string;
  user: string;
  inputHash: string;
  handle: () => Promise<unknown>;
  write: (output: unknown) => WrittenAnswer;
}

/**
 * Runs an operation once per Idempotency-Key of a caller, and returns the stored answer to repeated requests.
 * An operation commits in one transaction with its key, unless it has `spansCalls`: then it works under a lease, and holds neither a
 * connection nor a transaction. A repeat that arrives meanwhile waits, and holds neither.
 */
export class Idempotency {
  private readonly leases = new SlotMap<Lease>();
  private readonly renewal = new Interval(RENEWAL_MS, () => this.renewLeases());
  /** Of the repeats that wait for one request, one asks Postgres, and the others wait for their turn. */
  private readonly turns = new FairQueue(Infinity, 1);

  constructor(
    private readonly db: Database,
    private readonly log: Log,
  ) {
    this.renewal.start();
  }

  /**
   * Runs the handler, or returns the stored answer. Without a key, and for a caller who is not signed in, it just runs the handler.
   * @throws Problem `idempotency_conflict` if the key was used with another input; `idempotency_in_progress` at the deadline
   */
  async once(
    operation: Operation,
    ctx: Ctx,
    input: string,
    answer: KeyedRequest['handle'],
    write: KeyedRequest['write'],
  ): Promise<WrittenAnswer> {
    const { spansCalls, subject } = operation;
    const handle = spansCalls ? answer : () => operationWithoutCalls.run(subject, answer);
    if (!ctx.idempotencyKey || !(ctx.user || /^(service|extension):/.test(ctx.actor))) return write(await handle());
    const key = hash(JSON.stringify([ctx.tenant, ctx.user, ctx.actor, operation.subject, ctx.idempotencyKey]));
    const request = { operation, key, user: ctx.user, inputHash: hash(comparable(operation, input)), handle, write };
    return (await this.attempt(request)) ?? this.repeat(request, ctx.deadline - REPLY_MS);
  }

  stop(): Promise<void> {
    return this.renewal.stop();
  }

  /** Runs the handler, or finds the stored answer. Undefined while another request works under the key. */
  private attempt(request: KeyedRequest): Promise<WrittenAnswer | undefined> {
    return request.operation.spansCalls ? this.underLease(request) : this.inTransaction(request);
  }

  /** Repeats `attempt` while another request works under the key. */
  private async repeat(request: KeyedRequest, until: number): Promise<WrittenAnswer> {
    const { key } = request;
    await this.turns.enter(key, until - Date.now())?.catch(() => Promise.reject(IdempotencyInProgress()));
    try {
      for (let pause = POLL_MS.first; ; pause = Math.min(2 * pause, POLL_MS.max)) {
        const written = await this.attempt(request);
        if (written) return written;
        if (Date.now() + pause > until) throw IdempotencyInProgress();
        await sleep(pause);
      }
    } finally {
      this.turns.leave(key);
    }
  }

  /** Commits key, effect and answer together. Undefined while another request works under the key. */
  private inTransaction(request: KeyedRequest): Promise<WrittenAnswer | undefined> {
    const { operation, key, handle, write } = request;
    return this.db.transaction(async () => {
      if (!(await this.db.row(INSERT_KEY, request))) return this.findStoredAnswer(request);
      const written = write(await handle());
      await this.db.rows(STORE_ANSWER, { key, answer: operation.secret ? null : written.json, total: written.total });
      return written;
    });
  }

  /** Runs the handler under a lease of the key. Undefined while another request holds the lease. */
  private async underLease(request: KeyedRequest): Promise<WrittenAnswer | undefined> {
    const { operation, key, handle, write } = request;
    const owner = randomUUID();
    const claimed = await this.db.row(CLAIM, { ...request, owner });
    if (!claimed) return this.findStoredAnswer(request);
    const parts = claimed.is_new ? [] : await this.db.rows(READ_PARTS, { key });
    const doneParts = new Map(parts.map(({ part, answer }) => [part, answer]));
    const lease = new Lease(this.db, key, owner, claimed.first_used_at, doneParts, write, operation.secret);
    const slot = this.leases.insert(lease);
    try {
      return await lease.storeAnswer(await leaseStorage.run(lease, handle));
    } catch (error) {
      await lease
        .release()
        .catch((failure: unknown) =>
          this.log.warn({ error: failure }, 'could not release an Idempotency-Key; it stays claimed until its lease expires'),
        );
      throw error;
    } finally {
      this.leases.remove(slot);
    }
  }

  /** The answer of a finished request with the same key. @throws Problem `idempotency_conflict`; `conflict` if the answer was secret */
  private async findStoredAnswer({ key, inputHash }: KeyedRequest): Promise<WrittenAnswer | undefined> {
    const stored = await this.db.row(READ, { key });
    if (!stored) return undefined;
    if (stored.input_hash !== inputHash) throw IdempotencyConflict();
    if (stored.in_progress) return undefined;
    if (stored.answer === null)
      throw Conflict('This request was already completed. Its response contained a secret, which is shown only once.');
    return { json: stored.answer, total: stored.total ?? undefined };
  }

  private async renewLeases(): Promise<void> {
    const leases = Array.from(this.leases, ([, lease]) => lease);
    if (!leases.length) return;
    await Lease.renewAll(this.db, leases).catch((error: unknown) =>
      this.log.warn({ error }, 'could not renew the leases of Idempotency-Keys'),
    );
  }
}
