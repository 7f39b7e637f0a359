import { Conflict, OBJECT_ID, type StoredFile } from '@skep/contracts';
import type { Readable } from 'node:stream';
import type { Ctx } from '../context.js';
import type { Database } from '../database.js';
import { Interval } from '../interval.js';
import type { Log } from '../log.js';
import { statement } from '../statement.js';
import type { ByteRange } from './object-store.js';
import type { Objects, StoredContent } from './objects.js';

const KEEP = statement(
  `insert into stored_object (id, tenant_id, user_id, size) values (:object_id, :tenant, :user, :size) on conflict do nothing returning id`,
  { id: 'text' },
);
const DISCARD = statement('delete from stored_object where id = :id and removed_at is null returning id', { id: 'text' });
/** The row says that the object was removed: `keep` fails from then on. It waits for a `keep` in progress, and leaves kept objects out. */
const CLAIM = statement(
  `insert into stored_object as o (id, tenant_id, user_id, size, removed_at) select id, '', '', 0, now() from unnest(:ids::text[]) id
   on conflict (id) do update set removed_at = o.removed_at where o.removed_at is not null returning id`,
  { id: 'text' },
);

const SWEEP_MS = 3_600_000;
/** An object that no row names is removed at this age: an upload has handed it over long before. */
const ORPHAN_MS = 3_600_000;
const BATCH = 1_000;

/**
 * The objects that belong to a service. An object is kept from the commit of the row that names it until the commit that discards it. Each
 * object has at most one row in `stored_object`, which says either that it is kept or that it is removed: whichever comes first
 * excludes the other, so that no object that a row names is removed, whatever runs at the same time.
 */
export class OwnedObjects {
  private readonly interval = new Interval(SWEEP_MS, () => this.attempt(() => this.sweep()));

  constructor(
    private readonly context: string,
    private readonly objects: Objects,
    private readonly db: Database,
    private readonly log: Log,
  ) {}

  start(): void {
    this.interval.start();
    void this.interval.run();
  }

  stop(): Promise<void> {
    return this.interval.stop();
  }

  /** Stores content. It is removed after an hour unless `keep` is called. @throws Problem like `Objects.write` */
  write(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredContent> {
    return this.objects.write(this.context, bytes, maxBytes);
  }

  /** @throws Problem `not_found` */
  read(object_id: string, range?: ByteRange): Promise<Readable> {
    return this.objects.read(object_id, range);
  }

  /**
   * Keeps an object, in the transaction of the row that names it. Each object is kept once.
   * @throws Problem `conflict` if it is kept or removed already
   */
  async keep({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>, { object_id, size }: Pick<StoredFile, 'object_id' | 'size'>): Promise<void> {
    if (!this.db.inTransaction) throw new Error('an object is kept in the transaction of the row that names it');
    if (!this.isOwn(object_id) || !(await this.db.row(KEEP, { object_id, tenant, user, size })))
      throw Conflict('This file was removed, or is in use. Upload it again.');
  }

  /** Removes an object once the current transaction has committed. Idempotent. */
  async discard(id: string): Promise<void> {
    if (await this.db.row(DISCARD, { id })) this.db.afterCommit(() => void this.attempt(() => this.objects.remove(id)));
  }

  /** Removes those of the objects that are not kept. Ids of other contexts are ignored. */
  async removeUnkept(given: readonly string[]): Promise<void> {
    const ids = given.filter((id) => this.isOwn(id));
    if (!ids.length) return;
    for (const { id } of await this.db.acrossTenants(() => this.db.rows(CLAIM, { ids }))) await this.objects.remove(id);
  }

  /** Removes the objects of this context that are older and not kept. It lists all of them. */
  async sweep(olderThanMs = ORPHAN_MS): Promise<void> {
    const before = new Date(Date.now() - olderThanMs);
    let batch: string[] = [];
    for await (const { id, modified } of this.objects.list(this.context)) {
      if (modified >= before) continue;
      batch.push(id);
      if (batch.length < BATCH) continue;
      await this.removeUnkept(batch);
      batch = [];
    }
    await this.removeUnkept(batch);
    await this.objects.removeUnfinished(this.context, before);
  }

  private isOwn(id: string): boolean {
    return OBJECT_ID.test(id) && id.startsWith(`${this.context}/`);
  }

  /** Logs a failure: the next sweep repeats the work. */
  async attempt(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => this.log.warn({ error }, 'stored objects could not be removed; the next sweep tries again'));
  }
}
