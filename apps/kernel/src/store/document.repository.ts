import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { newId } from '../id.js';
import { IrError } from '../ir/ir-error.js';
import type { JsonObject } from '../ir/ir.js';
import type { Chosen, Verbs } from '../ir/verbs.js';
import type { Document } from './document.entity.js';

/** Whose documents: one person's, in one app. */
export type Owner = Pick<Document, 'tenant_id' | 'user_id' | 'app_id'>;

const DOCUMENT_BYTES_MAX = 1024 * 1024;
/** Of one list; the interpreter takes no more. */
const LIST_BYTES_MAX = 4 * 1024 * 1024;

const OWNED = 'tenant_id = $1 and user_id = $2 and app_id = $3 and collection = $4 and deleted_at is null';
/** By ids ($5) and by equal top-level fields ($6). Containment alone would also find `["a", "b"]` for `["a"]`. */
const CHOSEN = `($5::text[] is null or id = any($5))
  and ($6::jsonb is null or (data @> $6 and not exists (select from jsonb_each($6) w where data -> w.key is distinct from w.value)))`;

const CREATE = statement(`
  insert into document (tenant_id, user_id, app_id, collection, id, data, bytes) values ($1, $2, $3, $4, $5, $6, $7)`);
const GET = statement<Document>(`select id, collection, data, created_at, updated_at from document where ${OWNED} and id = $5`);
const LIST = statement<Document & { data: JsonObject | null }>(`
  select id, collection, created_at, updated_at, case when running <= $8 then data end as data
    from (select *, sum(bytes) over (order by id desc) as running
            from (select * from document where ${OWNED} and ${CHOSEN} order by id desc limit $7) page) measured
   order by id desc`);
const UPDATE = statement<{ too_large: boolean | null; ids: string[] | null }>(`
  with chosen as (select id, data || $7::jsonb as merged from document where ${OWNED} and ${CHOSEN} order by id for update),
       measured as (select id, merged, octet_length(merged::text) as bytes from chosen),
       done as (update document d set data = m.merged, bytes = m.bytes, updated_at = now() from measured m
                 where d.id = m.id and not exists (select from measured where bytes > $8) returning d.id)
  select (select bool_or(bytes > $8) from measured) as too_large, (select array_agg(id order by id desc) from done) as ids`);
const DELETE = statement<{ count: number }>(`
  with chosen as (select id from document where ${OWNED} and ${CHOSEN} order by id for update),
       done as (update document d set deleted_at = now() from chosen where d.id = chosen.id returning d.id)
  select count(*) as count from done`);

/** Documents, newest first. Every statement names tenant, user and app. */
@Injectable()
export class DocumentRepository {
  constructor(private readonly db: Database) {}

  /** The store verbs for one owner. They throw IrError VALIDATION_TYPE_ERROR for a document over 1 MiB. */
  of({ tenant_id, user_id, app_id }: Owner): Verbs['store'] {
    const owned = (kind: string) => [tenant_id, user_id, app_id, kind];
    return {
      create: async (kind, data) => {
        const id = newId('doc');
        const text = JSON.stringify(data);
        const bytes = Buffer.byteLength(text);
        if (bytes > DOCUMENT_BYTES_MAX) throw tooLarge();
        await this.db.rows(CREATE, [...owned(kind), id, text, bytes]);
        return { id };
      },
      get: async (kind, id) => {
        const document = await this.db.row(GET, [...owned(kind), id]);
        return document ? asJson(document) : null;
      },
      list: async (kind, { where, ids, limit }) => {
        const found = await this.db.rows(LIST, [...owned(kind), ids ?? null, textOf(where), limit, LIST_BYTES_MAX]);
        if (found.some(({ data }) => data === null))
          throw new IrError('EXT_UNSTRUCTURED_ERROR', `the list of '${kind}' is larger than 4 MiB`);
        return found.map(asJson);
      },
      update: async (kind, chosen, set) => {
        const done = await this.db.row(UPDATE, [...owned(kind), ...choice(chosen), JSON.stringify(set), DOCUMENT_BYTES_MAX]);
        if (done?.too_large) throw tooLarge();
        return done?.ids ?? [];
      },
      delete: async (kind, chosen) => (await this.db.row(DELETE, [...owned(kind), ...choice(chosen)]))?.count ?? 0,
    };
  }
}

const textOf = (where?: JsonObject) => (where ? JSON.stringify(where) : null);
const choice = (chosen: Chosen) => ('ids' in chosen ? [chosen.ids, null] : [null, textOf(chosen.where)]);
const tooLarge = () => new IrError('VALIDATION_TYPE_ERROR', 'a document may not be larger than 1 MiB');

const asJson = ({ id, collection, data, created_at, updated_at }: Document) => ({
  id,
  collection,
  data,
  created_at: created_at.toISOString(),
  updated_at: updated_at.toISOString(),
});
