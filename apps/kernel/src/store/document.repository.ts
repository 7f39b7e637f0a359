import { as, type Ctx, Database, type RowOf, statement, unprepared } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { newId } from '../id.js';
import { IrError } from '../ir/ir-error.js';
import type { JsonObject } from '../ir/ir.js';
import type { DocumentSelector, Verbs } from '../ir/verbs.js';
import type { DocumentEntity } from './document.entity.js';
import {
  CHANGED_AT,
  CREATING,
  DELETE_DOCUMENTS,
  DOCUMENT_BYTES_MAX,
  type DocumentOwner,
  LOCKED_USAGE,
  LOOKED_THROUGH_MAX,
  OWNED_ROWS,
  QUOTA_CHECK,
  SELECTED_ROWS,
} from './document-sql.js';
import type { Changes } from './changes.js';
import { type Committed, type Overlay, type OwnDocument, PendingDocuments } from './pending-documents.js';
import { quotaExceeded } from './quota-exceeded.js';
import { StorageUsageEntity } from './storage-usage.entity.js';
import { type ConditionValues, NO_CONDITIONS, toConditions, WhereFault } from './where.js';

type DocumentWithData = Pick<DocumentEntity, 'id' | 'collection' | 'created_at' | 'updated_at'> & { data: JsonObject };
type Filter = Parameters<Verbs['store']['list']>[1];
const NO_OVERLAY: Overlay = { own: [], changed: [] };
/** Bounds one list, because reading a long one blocks other work. A call's result is at most 256 KiB. */
const LIST_BYTES_MAX = 1024 * 1024;

const DOCUMENT = {
  id: 'text',
  collection: 'text',
  data: as<JsonObject>('jsonb'),
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
} as const;

const CREATE = statement(`${CREATING} select * from quota`, QUOTA_CHECK);
const GET = statement(`select id, collection, data, created_at, updated_at from document where ${OWNED_ROWS} and id = :id`, DOCUMENT);
/** Documents newest first, without the data of those after the first megabyte. */
const listOf = (found: string) => `
  select id, collection, created_at, updated_at, case when running <= ${LIST_BYTES_MAX} then data end as data, is_beyond
    from (select *, sum(bytes) over (order by id desc) as running from (${found} order by id desc limit :limit) page) measured
   order by id desc`;
const LISTED = { ...DOCUMENT, data: as<JsonObject | null>('jsonb'), is_beyond: 'bool' } as const;
const LIST = statement(
  listOf(`select *, false as is_beyond from document where ${OWNED_ROWS} and (:ids::text[] is null or id = any(:ids))`),
  LISTED,
);
/** The row `is_beyond` shows that the maximum was looked through before enough was found. */
const LIST_WHERE = unprepared(
  listOf(`
    select * from (
      select *, row_number() over (order by id desc) > ${LOOKED_THROUGH_MAX} as is_beyond
        from (select * from document where ${OWNED_ROWS} order by id desc limit ${LOOKED_THROUGH_MAX + 1}) newest) looked
     where is_beyond or (${SELECTED_ROWS})`),
  LISTED,
);
/** The same with the documents of an overlay, and without the committed ones that it has changed. */
const LIST_OVERLAID = unprepared(
  listOf(`
    select * from (
      select *, row_number() over (order by id desc) > ${LOOKED_THROUGH_MAX} as is_beyond
        from ((select id, collection, data, bytes, created_at, updated_at from document
                where ${OWNED_ROWS} and id <> all(:changed) order by id desc limit ${LOOKED_THROUGH_MAX + 1})
              union all
              select id, collection, data, octet_length(data::text), created_at, updated_at
                from jsonb_to_recordset(:own::jsonb) own(id text, collection text, data jsonb, created_at timestamptz, updated_at timestamptz)) newest) looked
     where is_beyond or (${SELECTED_ROWS})`),
  LISTED,
);
const UPDATE = statement(
  `with usage as ${LOCKED_USAGE},
        selected as (select id, bytes as before, data || :set::jsonb as merged from usage, document d where ${OWNED_ROWS} and ${SELECTED_ROWS} order by id for update of d),
        measured as (select id, before, merged, octet_length(merged::text) as bytes from selected),
        growth as (select coalesce(bool_or(bytes > ${DOCUMENT_BYTES_MAX}), false) as too_large, coalesce(sum(bytes - before), 0)::bigint as by from measured),
        quota as materialized (
          select g.too_large, r.* from growth g
           cross join lateral reserve_storage(:tenant_id, :user_id, :app_id, case when g.too_large then 0 else g.by end, :quota) r),
        updated as (update document d set data = m.merged, bytes = m.bytes, updated_at = ${CHANGED_AT} from measured m, quota
                     where d.id = m.id and quota.fits and not quota.too_large returning d.id)
   select quota.*, (select array_agg(id order by id desc) from updated) as ids from quota`,
  QUOTA_CHECK,
  { ids: 'text[]?' },
);
/** Documents, newest first. Every statement filters by tenant, user and app. */
@Injectable()
export class DocumentRepository {
  constructor(private readonly db: Database) {}

  /** Bytes of all documents of a user. */
  async getUsedBytes({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>): Promise<number> {
    const sum = { tenant_id: tenant, user_id: user, app_id: '' };
    return (await this.db.repository(StorageUsageEntity).findOneBy(sum))?.bytes ?? 0;
  }

  /**
   * The store verbs for one owner. `getQuota` returns how many bytes the user may use in all apps, a negative number for no limit, or
   * null (the default) to count nothing, for writes that are rolled back.
   * The verbs throw IrError VALIDATION_TYPE_ERROR for a document over 1 MiB, IrError EXT_UNSTRUCTURED_ERROR for a list over 1 MiB or with a
   * `where` that looks through over 100,000 documents, and
   * Problem `storage_quota_exceeded`.
   */
  storeFor(owner: DocumentOwner, getQuota: () => Promise<number | null> = () => Promise.resolve(null)): Verbs['store'] {
    return {
      create: async (kind, data) => {
        const id = newId('doc');
        await this.create(owner, kind, id, data, await getQuota());
        return { id };
      },
      get: async (kind, id) => {
        const document = await this.db.row(GET, { ...owner, collection: kind, id });
        return document ? toJson(document) : null;
      },
      list: (kind, filter) => this.list(owner, kind, filter),
      update: async (kind, selector, set) => this.update(owner, kind, selector, set, await getQuota()),
      delete: async (kind, selector) => this.delete(owner, kind, selector, await getQuota()),
    };
  }

  /** The store verbs for code: what it writes is added to `changes`, and only the call sees it until these are made. They throw the same. */
  pendingFor(owner: DocumentOwner, getQuota: () => Promise<number>, changes: Changes): PendingDocuments {
    const committed: Committed = {
      getQuota,
      list: (kind, filter, overlay) => this.list(owner, kind, filter, overlay),
      create: (kind, id, data, quota) => this.create(owner, kind, id, data, quota),
      update: (kind, ids, set, quota) => this.update(owner, kind, { ids }, set, quota),
      delete: (kind, ids, quota) => this.delete(owner, kind, { ids }, quota),
    };
    return new PendingDocuments(committed, changes);
  }

  private async create(owner: DocumentOwner, kind: string, id: string, data: JsonObject, quota: number | null): Promise<void> {
    assertFits(await this.db.row(CREATE, { ...owner, collection: kind, id, data: JSON.stringify(data), quota }), quota);
  }

  private async list(owner: DocumentOwner, kind: string, { where, ids, limit }: Filter, { own, changed }: Overlay = NO_OVERLAY) {
    const selected = { ...owner, collection: kind, ids, ...conditionsOf(where), limit };
    const found = changed.length
      ? await this.db.rows(LIST_OVERLAID, { ...selected, changed: [...changed], own: JSON.stringify(own) })
      : await this.db.rows(where ? LIST_WHERE : LIST, selected);
    if (found.some(({ is_beyond }) => is_beyond)) throw tooManyToLookThrough(kind);
    if (found.some(({ data }) => data === null)) throw listTooLarge(kind);
    return found.map((document) => toJson(document as DocumentWithData));
  }

  private async update(owner: DocumentOwner, kind: string, selector: DocumentSelector, set: JsonObject, quota: number | null) {
    const selected = { ...owner, collection: kind, ...toSelection(selector) };
    const updated = await this.db.row(UPDATE, { ...selected, set: JSON.stringify(set), quota });
    assertFits(updated, quota);
    return updated?.ids ?? [];
  }

  private async delete(owner: DocumentOwner, kind: string, selector: DocumentSelector, quota: number | null): Promise<number> {
    return (await this.db.row(DELETE_DOCUMENTS, { ...owner, collection: kind, ...toSelection(selector), quota }))?.count ?? 0;
  }
}

/** @throws IrError VALIDATION_TYPE_ERROR for a `where` with faults */
function conditionsOf(where: JsonObject | undefined): ConditionValues {
  try {
    return toConditions(where);
  } catch (error) {
    throw error instanceof WhereFault
      ? new IrError('VALIDATION_TYPE_ERROR', `${['where', ...error.path].join('.')} ${error.message}`)
      : error;
  }
}
const toSelection = (selector: DocumentSelector) =>
  'ids' in selector ? { ids: selector.ids, ...NO_CONDITIONS } : { ids: null, ...conditionsOf(selector.where) };

const listTooLarge = (kind: string) =>
  new IrError('EXT_UNSTRUCTURED_ERROR', `the listed '${kind}' documents are larger than 1 MiB together: use a smaller limit`);
const tooManyToLookThrough = (kind: string) =>
  new IrError(
    'EXT_UNSTRUCTURED_ERROR',
    `'where' looked through the newest ${LOOKED_THROUGH_MAX} '${kind}' documents and found fewer than the limit: use a smaller limit, or keep several kinds`,
  );

/** @throws IrError VALIDATION_TYPE_ERROR, Problem `storage_quota_exceeded` */
function assertFits(check: RowOf<[typeof QUOTA_CHECK]> | undefined, quota: number | null): void {
  if (check?.too_large) throw new IrError('VALIDATION_TYPE_ERROR', 'a document must not be larger than 1 MiB');
  if (!check || check.fits) return;
  throw quotaExceeded(check.used, quota);
}

const toJson = ({ id, collection, data, created_at, updated_at }: DocumentWithData): OwnDocument => ({
  id,
  collection,
  data,
  created_at: created_at.toISOString(),
  updated_at: updated_at.toISOString(),
});
