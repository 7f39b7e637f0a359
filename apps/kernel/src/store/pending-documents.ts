import { newId } from '../id.js';
import { IrError } from '../ir/ir-error.js';
import type { JsonObject } from '../ir/ir.js';
import type { DocumentSelector, Verbs } from '../ir/verbs.js';
import type { Changes } from './changes.js';
import { DOCUMENT_BYTES_MAX } from './document-sql.js';

type Store = Verbs['store'];
type Filter = Parameters<Store['list']>[1];

/** A document as a call sees it. */
export type OwnDocument = { id: string; collection: string; data: JsonObject; created_at: string; updated_at: string };

/** What a call has changed of its documents: those that it has written, and the ids of these and of those that it has deleted. */
export interface Overlay {
  own: readonly OwnDocument[];
  changed: readonly string[];
}

/** What the pending documents of an owner stand on. */
export interface Committed {
  /** Reads as `Verbs['store'].list` does, with the overlay in place of what it has changed. */
  list(kind: string, filter: Filter, overlay: Overlay): Promise<OwnDocument[]>;
  /** Bytes that the owner may use; negative for no limit. It is asked for before the transaction of the changes, in which no service is called. */
  getQuota(): Promise<number>;
  create(kind: string, id: string, data: JsonObject, quota: number): Promise<void>;
  update(kind: string, ids: string[], set: JsonObject, quota: number): Promise<unknown>;
  delete(kind: string, ids: string[], quota: number): Promise<unknown>;
}

/** How many documents a call may select at once for a change, and how many bytes its changes may have before they are made. */
const SELECTED_MAX = 1_000;
const PENDING_BYTES_MAX = 4 * 1024 * 1024;

const NOTHING: Overlay = { own: [], changed: [] };

/** The store verbs of one call of code: what it writes is added to its changes, and only the call itself sees it until they are made. */
export class PendingDocuments implements Store {
  /** By id; null for a deleted one. */
  private readonly documents = new Map<string, OwnDocument | null>();
  private bytes = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly committed: Committed,
    private readonly changes: Changes,
  ) {}

  create(kind: string, data: JsonObject, id: string = newId('doc')): Promise<{ id: string }> {
    return this.inTurn(async () => {
      const quota = await this.committed.getQuota();
      const now = new Date().toISOString();
      this.keep({ id, collection: kind, data, created_at: now, updated_at: now });
      this.changes.add(() => this.committed.create(kind, id, data, quota));
      return { id };
    });
  }

  get(kind: string, id: string): Promise<JsonObject | null> {
    return this.inTurn(async () => (await this.select(kind, { ids: [id], limit: 1 }))[0] ?? null);
  }

  list(kind: string, filter: Filter): Promise<(JsonObject & { id: string })[]> {
    return this.inTurn(() => this.select(kind, filter));
  }

  update(kind: string, selector: DocumentSelector, set: JsonObject): Promise<string[]> {
    return this.inTurn(async () => {
      const quota = await this.committed.getQuota();
      const selected = await this.selectToChange(kind, selector);
      const now = new Date().toISOString();
      for (const document of selected) this.keep({ ...document, data: { ...document.data, ...set }, updated_at: now });
      const ids = selected.map(({ id }) => id);
      if (ids.length) this.changes.add(() => this.committed.update(kind, ids, set, quota));
      return ids;
    });
  }

  delete(kind: string, selector: DocumentSelector): Promise<number> {
    return this.inTurn(async () => {
      const quota = await this.committed.getQuota();
      const ids = (await this.selectToChange(kind, selector)).map(({ id }) => id);
      for (const id of ids) this.documents.set(id, null);
      if (ids.length) this.changes.add(() => this.committed.delete(kind, ids, quota));
      return ids.length;
    });
  }

  private async select(kind: string, filter: Filter): Promise<OwnDocument[]> {
    const { ids, where, limit } = filter;
    const changed = [...this.documents.keys()];
    const ownOf = (documents: Iterable<OwnDocument | null | undefined>) =>
      [...documents].filter((one) => one?.collection === kind) as OwnDocument[];
    if (where || !ids) return this.committed.list(kind, filter, { own: ownOf(this.documents.values()), changed });
    const rest = ids.filter((id) => !this.documents.has(id));
    const found = rest.length ? await this.committed.list(kind, { ids: rest, limit }, NOTHING) : [];
    const own = ownOf(ids.map((id) => this.documents.get(id)));
    return [...found, ...own].toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
  }

  private async selectToChange(kind: string, selector: DocumentSelector): Promise<OwnDocument[]> {
    const selected = await this.select(kind, { ...selector, limit: SELECTED_MAX + 1 });
    if (selected.length > SELECTED_MAX)
      throw new IrError('EXT_UNSTRUCTURED_ERROR', `one request of code changes at most ${SELECTED_MAX} documents: select fewer`);
    return selected;
  }

  /** @throws IrError VALIDATION_TYPE_ERROR for a document over 1 MiB; EXT_UNSTRUCTURED_ERROR for too many */
  private keep(document: OwnDocument): void {
    const bytes = Buffer.byteLength(JSON.stringify(document.data));
    if (bytes > DOCUMENT_BYTES_MAX) throw new IrError('VALIDATION_TYPE_ERROR', 'a document must not be larger than 1 MiB');
    if ((this.bytes += bytes) > PENDING_BYTES_MAX)
      throw new IrError('EXT_UNSTRUCTURED_ERROR', `a call of code writes at most ${PENDING_BYTES_MAX / 1024 / 1024} MiB of documents`);
    this.documents.set(document.id, document);
  }

  /** One after the other, so that each sees what those before it have changed. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }
}
