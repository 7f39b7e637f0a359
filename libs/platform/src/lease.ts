import { IdempotencyInProgress } from '@skep/contracts';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database } from './database.js';
import { statement } from './statement.js';
import type { WrittenAnswer } from './compile-writer.js';

/**
 * How long a lease is valid after its last renewal. A lease that expires too early is harmless: its previous owner can no longer
 * write.
 */
export const LEASE = `interval '5 seconds'`;

/** `for share` blocks a takeover of the lease until this transaction ends. */
const ADD_PART = statement(
  `insert into idempotency_part (key, part, answer)
   select key, :part, :answer from idempotency where key = :key and owner = :owner for share returning part`,
  { part: 'text' },
);
const STORE_ANSWER = statement(
  `with answered as (
     update idempotency set answer = :answer, total = :total, owner = null, lease_until = null where key = :key and owner = :owner returning key
   ), deleted_parts as (
     delete from idempotency_part part using answered where part.key = answered.key
   )
   select key from answered`,
  { key: 'text' },
);
const HELD = 'idempotency join jsonb_to_recordset(:leases) as lease (key text, owner uuid) using (key, owner)';
/** Waits for no lock: a locked row stores its answer or a part at the moment. Returns it if its lease is held. */
const RENEW = statement(
  `with free as (
     select key from ${HELD} for update of idempotency skip locked
   ), renewed as (
     update idempotency set lease_until = now() + ${LEASE} from free where idempotency.key = free.key
   )
   select key from ${HELD}`,
  { key: 'text' },
);
const EXPIRE = statement(`update idempotency set lease_until = '-infinity' where key = :key and owner = :owner`);
const DELETE_KEY = statement('delete from idempotency where key = :key and owner = :owner');

/** The result of a part, for a statement that records it while `owner` holds the lease of `key`, whose row it locks `for share`. */
export interface LeasedPart {
  readonly key: string;
  readonly owner: string;
  readonly part: string;
  /** As JSON. */
  readonly answer: string;
}

/**
 * The right of one process to work on a request with an Idempotency-Key, until it expires, and the recorded results of the parts
 * of that work.
 */
export class Lease {
  private readonly fence: { readonly key: string; readonly owner: string };
  private answered = false;
  private retryable = false;
  private isKeyKept = false;

  /**
   * @param since when the key was first used
   * @param parts the results that this and earlier owners recorded, as JSON, by part
   */
  constructor(
    private readonly db: Database,
    key: string,
    owner: string,
    readonly since: Date,
    private readonly parts: Map<string, string>,
    private readonly write: (output: unknown) => WrittenAnswer,
    private readonly secret: boolean,
  ) {
    this.fence = { key, owner };
  }

  /** The recorded result of a part, if any. */
  findPart<T>(part: string): T | undefined {
    const json = this.parts.get(part);
    return json === undefined ? undefined : (JSON.parse(json) as T);
  }

  /**
   * Records the result of a part (plain JSON) in the transaction of its effect, so that the part does not run again.
   * @throws Problem `idempotency_in_progress` if another process took over the lease: then this transaction must roll back
   */
  async recordPart(part: string, answer: unknown): Promise<void> {
    const json = JSON.stringify(answer);
    if (!(await this.db.row(ADD_PART, { ...this.fence, part, answer: json }))) throw IdempotencyInProgress();
    this.db.afterCommit(() => this.parts.set(part, json));
  }

  /** A part's result (plain JSON) for a statement that records it as `recordPart` would; once it has committed, `addPart` is called. */
  preparePart(part: string, answer: unknown): LeasedPart {
    return { ...this.fence, part, answer: JSON.stringify(answer) };
  }

  addPart({ part, answer }: LeasedPart): void {
    this.parts.set(part, answer);
  }

  /** Returns the answer to the caller without storing it: a repeated request may get another one. */
  skipStoringAnswer(): void {
    this.retryable = true;
  }

  /** Serialises the answer and stores it, unless `skipStoringAnswer` was called. Only the first call stores anything. @throws Problem like `recordPart` */
  async storeAnswer(output: unknown): Promise<WrittenAnswer> {
    const written = this.write(output);
    if (this.answered) return written;
    if (this.retryable) await this.release();
    else {
      const answer = this.secret ? null : written.json;
      if (!(await this.db.row(STORE_ANSWER, { ...this.fence, answer, total: written.total }))) throw IdempotencyInProgress();
    }
    this.answered = true;
    return written;
  }

  /** A key for work elsewhere that a later owner of this lease joins: it has the same text as long as the Idempotency-Key is kept. */
  get joinKey(): string {
    return `${this.fence.key} ${this.since.toISOString()}`;
  }

  /** Keeps the key bound to its input if the work fails: for effects elsewhere that no part records. */
  keepKeyOnFailure(): void {
    this.isKeyKept = true;
  }

  /** Releases the lease. Recorded parts stay. If nothing was done, the key is deleted and may be used with another input. */
  async release(): Promise<void> {
    await this.db.rows(this.isKeyKept || this.retryable || this.parts.size ? EXPIRE : DELETE_KEY, this.fence);
  }

  /** Renews the lease. False if another process owns it, or the answer is stored. */
  async renew(): Promise<boolean> {
    return (await Lease.renewAll(this.db, [this])) === 1;
  }

  /** Renews leases, and returns how many of them are still held. */
  static async renewAll(db: Database, leases: Lease[]): Promise<number> {
    return (await db.rows(RENEW, { leases: JSON.stringify(leases.map(({ fence }) => fence)) })).length;
  }
}

/** The lease that the current work runs under. */
export const leaseStorage = new AsyncLocalStorage<Lease | undefined>();

/** The lease that the current work runs under. Undefined without an Idempotency-Key, or in an operation without `spansCalls`. */
export const currentLease = (): Lease | undefined => leaseStorage.getStore();

/** Runs the last transaction of an operation with `spansCalls`: under an Idempotency-Key it stores the output as the answer. */
export function commitWithAnswer<T>(db: Database, work: () => Promise<T>): Promise<T> {
  return db.transaction(async () => {
    const output = await work();
    await currentLease()?.storeAnswer(output);
    return output;
  });
}
