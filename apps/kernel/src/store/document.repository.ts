import { StorageQuotaExceeded } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { newId } from '../id.js';
import { IrError } from '../ir/ir-error.js';
import type { JsonObject } from '../ir/ir.js';
import type { Chosen, Verbs } from '../ir/verbs.js';
import type { DocumentEntity } from './document.entity.js';

/** Whose documents: one person's, in one app. */
export type Owner = Pick<DocumentEntity, 'tenant_id' | 'user_id' | 'app_id'>;

const DOCUMENT_BYTES_MAX = 1024 * 1024;
/** Of one list: what takes long to read holds up everybody. A call answers 256 KiB at the most. */
const LIST_BYTES_MAX = 1024 * 1024;

const OWNED = 'tenant_id = $1 and user_id = $2 and app_id = $3 and collection = $4 and deleted_at is null';
/** By ids ($5) and by equal top-level fields ($6). Containment alone would also find `["a", "b"]` for `["a"]`. */
const CHOSEN = `($5::text[] is null or id = any($5))
  and ($6::jsonb is null or (data @> $6 and not exists (select from jsonb_each($6) w where data -> w.key is distinct from w.value)))`;

/** Whether a write fits into what its owner may use, and what is used without it. */
interface Room {
  fits: boolean;
  used: number;
}
const CREATE = statement<Room>(`
  with room as materialized (select * from take_storage($1, $2, $3, $7::integer, $8)),
       made as (insert into document (tenant_id, user_id, app_id, collection, id, data, bytes)
                select $1, $2, $3, $4, $5, $6::jsonb, $7 from room where fits)
  select * from room`);
const GET = statement<DocumentEntity>(`select id, collection, data, created_at, updated_at from document where ${OWNED} and id = $5`);
const LIST = statement<DocumentEntity & { data: JsonObject | null }>(`
  select id, collection, created_at, updated_at, case when running <= $8 then data end as data
    from (select *, sum(bytes) over (order by id desc) as running
            from (select * from document where ${OWNED} and ${CHOSEN} order by id desc limit $7) page) measured
   order by id desc`);
/** Before any document is locked, so that two who write more than one cannot wait for each other. */
const locked = (allowed: string) => `materialized (select case when ${allowed}::bigint is not null then lock_storage($1, $2) end)`;
const UPDATE = statement<Room & { too_large: boolean; ids: string[] | null }>(`
  with mine as ${locked('$9')},
       chosen as (select id, bytes as before, data || $7::jsonb as merged from mine, document d where ${OWNED} and ${CHOSEN} order by id for update of d),
       measured as (select id, before, merged, octet_length(merged::text) as bytes from chosen),
       growth as (select coalesce(bool_or(bytes > $8), false) as too_large, coalesce(sum(bytes - before), 0)::bigint as by from measured),
       room as materialized (
         select g.too_large, t.* from growth g cross join lateral take_storage($1, $2, $3, case when g.too_large then 0 else g.by end, $9) t),
       done as (update document d set data = m.merged, bytes = m.bytes, updated_at = now() from measured m, room
                 where d.id = m.id and room.fits and not room.too_large returning d.id)
  select room.*, (select array_agg(id order by id desc) from done) as ids from room`);
const DELETE = statement<{ count: number }>(`
  with mine as ${locked('$7')},
       chosen as (select id, bytes from mine, document d where ${OWNED} and ${CHOSEN} order by id for update of d),
       done as (update document d set deleted_at = now() from chosen where d.id = chosen.id returning d.id),
       room as materialized (select * from take_storage($1, $2, $3, (select -coalesce(sum(bytes), 0)::bigint from chosen), $7))
  select (select count(*) from done) as count from room`);
const USED = statement<{ bytes: number }>(`select bytes from storage_usage where tenant_id = $1 and user_id = $2 and app_id = ''`);

/** Documents, newest first. Every statement names tenant, user and app. */
@Injectable()
export class DocumentRepository {
  constructor(private readonly db: Database) {}

  /** Bytes of all documents of a person. */
  async usedBy({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>): Promise<number> {
    return (await this.db.row(USED, [tenant, user]))?.bytes ?? 0;
  }

  /**
   * The store verbs for one owner. They throw IrError VALIDATION_TYPE_ERROR for a document over 1 MiB, and Problem
   * `storage_quota_exceeded`. `allowed` tells how many bytes the person may use in all apps, below 0 for no limit; without it nothing is
   * counted, for what is undone anyway.
   */
  of({ tenant_id, user_id, app_id }: Owner, allowed: () => Promise<number | null> = () => Promise.resolve(null)): Verbs['store'] {
    const owned = (kind: string) => [tenant_id, user_id, app_id, kind];
    return {
      create: async (kind, data) => {
        const id = newId('doc');
        const text = JSON.stringify(data);
        const bytes = Buffer.byteLength(text);
        if (bytes > DOCUMENT_BYTES_MAX) throw tooLarge();
        const most = await allowed();
        mustFit(await this.db.row(CREATE, [...owned(kind), id, text, bytes, most]), most);
        return { id };
      },
      get: async (kind, id) => {
        const document = await this.db.row(GET, [...owned(kind), id]);
        return document ? asJson(document) : null;
      },
      list: async (kind, { where, ids, limit }) => {
        const found = await this.db.rows(LIST, [...owned(kind), ids ?? null, textOf(where), limit, LIST_BYTES_MAX]);
        if (found.some(({ data }) => data === null))
          throw new IrError('EXT_UNSTRUCTURED_ERROR', `the list of '${kind}' is larger than 1 MiB: ask for less at a time`);
        return found.map(asJson);
      },
      update: async (kind, chosen, set) => {
        const most = await allowed();
        const done = await this.db.row(UPDATE, [...owned(kind), ...choice(chosen), JSON.stringify(set), DOCUMENT_BYTES_MAX, most]);
        if (done?.too_large) throw tooLarge();
        mustFit(done, most);
        return done?.ids ?? [];
      },
      delete: async (kind, chosen) => (await this.db.row(DELETE, [...owned(kind), ...choice(chosen), await allowed()]))?.count ?? 0,
    };
  }
}

const textOf = (where?: JsonObject) => (where ? JSON.stringify(where) : null);
const choice = (chosen: Chosen) => ('ids' in chosen ? [chosen.ids, null] : [null, textOf(chosen.where)]);
const tooLarge = () => new IrError('VALIDATION_TYPE_ERROR', 'a document may not be larger than 1 MiB');

/** @throws Problem `storage_quota_exceeded` */
function mustFit(room: Room | undefined, allowed: number | null): void {
  if (!room || room.fits) return;
  throw StorageQuotaExceeded(
    `Your documents use ${room.used} of the ${allowed} bytes that your plan allows, and this would need more. Delete documents, or take a larger plan: POST /v1/billing/change-plan.`,
  );
}

const asJson = ({ id, collection, data, created_at, updated_at }: DocumentEntity) => ({
  id,
  collection,
  data,
  created_at: created_at.toISOString(),
  updated_at: updated_at.toISOString(),
});
