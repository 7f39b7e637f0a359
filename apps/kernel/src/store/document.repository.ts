import { StorageQuotaExceeded } from '@skep/contracts/kernel';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { newId } from '../id.js';
import { IrError } from '../ir/ir-error.js';
import type { JsonObject } from '../ir/ir.js';
import type { DocumentSelector, Verbs } from '../ir/verbs.js';
import type { DocumentEntity } from './document.entity.js';

/** One user in one app. */
export type DocumentOwner = Pick<DocumentEntity, 'tenant_id' | 'user_id' | 'app_id'>;

const DOCUMENT_BYTES_MAX = 1024 * 1024;
/** Bounds one list, because reading a long one blocks other work. A call's result is at most 256 KiB. */
const LIST_BYTES_MAX = 1024 * 1024;

const OWNED_ROWS = 'tenant_id = $1 and user_id = $2 and app_id = $3 and collection = $4 and deleted_at is null';
/** Selects by ids ($5) and by equal top-level fields ($6). Containment alone would also match `["a", "b"]` with `["a"]`. */
const SELECTED_ROWS = `($5::text[] is null or id = any($5))
  and ($6::jsonb is null or (data @> $6 and not exists (select from jsonb_each($6) w where data -> w.key is distinct from w.value)))`;

/** Whether a write fits into the user's quota, how many bytes they use without it, and whether a document would be over 1 MiB. */
interface QuotaCheck {
  fits: boolean;
  used: number;
  too_large: boolean;
}
const CREATE = statement<QuotaCheck>(`
  with measured as materialized (select data, octet_length(data::text) as bytes from (select $6::jsonb as data) document),
       quota as materialized (
         select bytes > $7 as too_large, r.* from measured
          cross join lateral reserve_storage($1, $2, $3, case when bytes > $7 then 0 else bytes end, $8) r),
       inserted as (insert into document (tenant_id, user_id, app_id, collection, id, data, bytes)
                    select $1, $2, $3, $4, $5, data, bytes from measured, quota where fits and not too_large)
  select * from quota`);
const GET = statement<DocumentEntity>(`select id, collection, data, created_at, updated_at from document where ${OWNED_ROWS} and id = $5`);
const LIST = statement<DocumentEntity & { data: JsonObject | null }>(`
  select id, collection, created_at, updated_at, case when running <= $8 then data end as data
    from (select *, sum(bytes) over (order by id desc) as running
            from (select * from document where ${OWNED_ROWS} and ${SELECTED_ROWS} order by id desc limit $7) page) measured
   order by id desc`);
/** Locks the user's usage before any document, so that two writes of several documents cannot deadlock. */
const usageLockedIf = (allowed: string) => `materialized (select case when ${allowed}::bigint is not null then lock_storage($1, $2) end)`;
const UPDATE = statement<QuotaCheck & { ids: string[] | null }>(`
  with usage as ${usageLockedIf('$9')},
       selected as (select id, bytes as before, data || $7::jsonb as merged from usage, document d where ${OWNED_ROWS} and ${SELECTED_ROWS} order by id for update of d),
       measured as (select id, before, merged, octet_length(merged::text) as bytes from selected),
       growth as (select coalesce(bool_or(bytes > $8), false) as too_large, coalesce(sum(bytes - before), 0)::bigint as by from measured),
       quota as materialized (
         select g.too_large, r.* from growth g cross join lateral reserve_storage($1, $2, $3, case when g.too_large then 0 else g.by end, $9) r),
       updated as (update document d set data = m.merged, bytes = m.bytes, updated_at = now() from measured m, quota
                    where d.id = m.id and quota.fits and not quota.too_large returning d.id)
  select quota.*, (select array_agg(id order by id desc) from updated) as ids from quota`);
const DELETE = statement<{ count: number }>(`
  with usage as ${usageLockedIf('$7')},
       selected as (select id, bytes from usage, document d where ${OWNED_ROWS} and ${SELECTED_ROWS} order by id for update of d),
       deleted as (update document d set deleted_at = now() from selected where d.id = selected.id returning d.id),
       quota as materialized (select * from reserve_storage($1, $2, $3, (select -coalesce(sum(bytes), 0)::bigint from selected), $7))
  select (select count(*) from deleted) as count from quota`);
const GET_USED_BYTES = statement<{ bytes: number }>(
  `select bytes from storage_usage where tenant_id = $1 and user_id = $2 and app_id = ''`,
);

/** Documents, newest first. Every statement filters by tenant, user and app. */
@Injectable()
export class DocumentRepository {
  constructor(private readonly db: Database) {}

  /** Bytes of all documents of a user. */
  async getUsedBytes({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>): Promise<number> {
    return (await this.db.row(GET_USED_BYTES, [tenant, user]))?.bytes ?? 0;
  }

  /**
   * The store verbs for one owner. `getQuota` returns how many bytes the user may use in all apps, a negative number for no limit, or
   * null (the default) to count nothing, for writes that are rolled back.
   * The verbs throw IrError VALIDATION_TYPE_ERROR for a document over 1 MiB, IrError EXT_UNSTRUCTURED_ERROR for a list over 1 MiB, and
   * Problem `storage_quota_exceeded`.
   */
  storeFor(
    { tenant_id, user_id, app_id }: DocumentOwner,
    getQuota: () => Promise<number | null> = () => Promise.resolve(null),
  ): Verbs['store'] {
    const owned = (kind: string) => [tenant_id, user_id, app_id, kind];
    return {
      create: async (kind, data) => {
        const id = newId('doc');
        const quota = await getQuota();
        assertFits(await this.db.row(CREATE, [...owned(kind), id, JSON.stringify(data), DOCUMENT_BYTES_MAX, quota]), quota);
        return { id };
      },
      get: async (kind, id) => {
        const document = await this.db.row(GET, [...owned(kind), id]);
        return document ? toJson(document) : null;
      },
      list: async (kind, { where, ids, limit }) => {
        const found = await this.db.rows(LIST, [...owned(kind), ids ?? null, toJsonText(where), limit, LIST_BYTES_MAX]);
        if (found.some(({ data }) => data === null))
          throw new IrError('EXT_UNSTRUCTURED_ERROR', `the listed '${kind}' documents are larger than 1 MiB together: use a smaller limit`);
        return found.map(toJson);
      },
      update: async (kind, selector, set) => {
        const quota = await getQuota();
        const updated = await this.db.row(UPDATE, [
          ...owned(kind),
          ...toSelectorParams(selector),
          JSON.stringify(set),
          DOCUMENT_BYTES_MAX,
          quota,
        ]);
        assertFits(updated, quota);
        return updated?.ids ?? [];
      },
      delete: async (kind, selector) =>
        (await this.db.row(DELETE, [...owned(kind), ...toSelectorParams(selector), await getQuota()]))?.count ?? 0,
    };
  }
}

const toJsonText = (where?: JsonObject) => (where ? JSON.stringify(where) : null);
const toSelectorParams = (selector: DocumentSelector) => ('ids' in selector ? [selector.ids, null] : [null, toJsonText(selector.where)]);

/** @throws IrError VALIDATION_TYPE_ERROR, Problem `storage_quota_exceeded` */
function assertFits(check: QuotaCheck | undefined, quota: number | null): void {
  if (check?.too_large) throw new IrError('VALIDATION_TYPE_ERROR', 'a document must not be larger than 1 MiB');
  if (!check || check.fits) return;
  throw StorageQuotaExceeded(
    `Your documents use ${check.used} of the ${quota} bytes that your plan allows, and this write needs more. Delete documents, or upgrade your plan: POST /v1/billing/change-plan.`,
  );
}

const toJson = ({ id, collection, data, created_at, updated_at }: DocumentEntity) => ({
  id,
  collection,
  data,
  created_at: created_at.toISOString(),
  updated_at: updated_at.toISOString(),
});
