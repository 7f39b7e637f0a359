import { IdempotencyInProgress } from '@skep/contracts';
import { type Database, statement } from './database.js';
import type { WrittenAnswer } from './writer.js';

/**
 * How long a key stays claimed by a process that has stopped renewing its lease. A lease that expires too early does no harm: the
 * late owner can no longer write.
 */
export const LEASE = `interval '5 seconds'`;

/** `for share` holds off whoever wants to take the lease over until this transaction has ended. */
const NOTE = statement<{ part: string }>(`
  insert into idempotency_part (key, part, answer)
  select key, $3, $4 from idempotency where key = $1 and owner = $2 for share returning part`);
const ANSWER = statement<{ key: string }>(`
  with answered as (
    update idempotency set answer = $3, total = $4, owner = null, lease_until = null where key = $1 and owner = $2 returning key
  ), forgotten as (
    delete from idempotency_part part using answered where part.key = answered.key
  )
  select key from answered`);
const RENEW = statement<{ key: string }>(
  `update idempotency set lease_until = now() + ${LEASE} where key = $1 and owner = $2 returning key`,
);
const EXPIRE = statement(`update idempotency set lease_until = '-infinity' where key = $1 and owner = $2`);
const DROP = statement('delete from idempotency where key = $1 and owner = $2');

/** The claim of one request to its Idempotency-Key, and what is known of the parts of the work that are done. */
export class Lease {
  private readonly fence: readonly [key: string, owner: string];
  private ended = false;
  private open = false;
  private bound = false;

  /** @param parts what earlier owners noted, as JSON, by part; `since`: when the key was first used */
  constructor(
    private readonly db: Database,
    key: string,
    owner: string,
    readonly since: Date,
    private readonly parts: Map<string, string>,
    private readonly write: (output: unknown) => WrittenAnswer,
    private readonly secret: boolean,
  ) {
    this.fence = [key, owner];
  }

  /** What a part was answered, if it was noted. */
  recall<T>(part: string): T | undefined {
    const json = this.parts.get(part);
    return json === undefined ? undefined : (JSON.parse(json) as T);
  }

  /**
   * Notes the answer of a part (plain JSON), in the transaction of its effect, so that it is not done again.
   * @throws Problem `idempotency_in_progress` when another process has taken the lease over: then this transaction must roll back
   */
  async note(part: string, answer: unknown): Promise<void> {
    const json = JSON.stringify(answer);
    if (!(await this.db.row(NOTE, [...this.fence, part, json]))) throw IdempotencyInProgress();
    this.db.afterCommit(() => this.parts.set(part, json));
  }

  /** The answer may be another one when the request is repeated: it is given to the caller, and not stored. */
  leaveOpen(): void {
    this.open = true;
  }

  /** Writes the answer and, unless it was left open, stores it. Only the first answer counts. @throws Problem like `note` */
  async answer(output: unknown): Promise<WrittenAnswer> {
    const written = this.write(output);
    if (this.ended) return written;
    if (this.open) await this.release();
    else if (!(await this.db.row(ANSWER, [...this.fence, this.secret ? null : written.json, written.total ?? null])))
      throw IdempotencyInProgress();
    this.ended = true;
    return written;
  }

  /** Something was done elsewhere under the key: though nothing is noted here, it stays bound to its input if the work fails. */
  bind(): void {
    this.bound = true;
  }

  /** Gives the key back. What was noted stays noted; where nothing was done, the key is as good as new, for any input. */
  async release(): Promise<void> {
    await this.db.rows(this.bound || this.open || this.parts.size ? EXPIRE : DROP, this.fence);
  }

  /** Renews the lease; false when it belongs to somebody else, or has ended. */
  async renew(): Promise<boolean> {
    return (await this.db.row(RENEW, this.fence)) !== undefined;
  }
}
