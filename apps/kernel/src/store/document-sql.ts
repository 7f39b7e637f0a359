import { statement } from '@skep/platform';
import type { DocumentEntity } from './document.entity.js';
import { MEETS_CONDITIONS } from './where.js';

// What the statements of documents share.

/** One user in one app. */
export type DocumentOwner = Pick<DocumentEntity, 'tenant_id' | 'user_id' | 'app_id'>;

export const DOCUMENT_BYTES_MAX = 1024 * 1024;

/**
 * How many documents a list with conditions looks through. No index can serve them: under row-level security Postgres uses an index only for
 * operators that cannot leak, and those of JSON are not among them.
 */
export const LOOKED_THROUGH_MAX = 100_000;

/** The documents of a collection, of all users. */
export const COLLECTION_ROWS = 'tenant_id = :tenant_id and app_id = :app_id and collection = :collection and deleted_at is null';
export const OWNED_ROWS =
  'tenant_id = :tenant_id and user_id = :user_id and app_id = :app_id and collection = :collection and deleted_at is null';
/** Selects by ids and by conditions. */
export const SELECTED_ROWS = `(:ids::text[] is null or id = any(:ids)) and ${MEETS_CONDITIONS}`;
/** Locks the user's usage before any document, so that two writes of several documents cannot deadlock. */
export const LOCKED_USAGE = `materialized (select case when :quota::bigint is not null then lock_storage(:tenant_id, :user_id) end)`;
/** Increases with each change of a document, whose row is locked meanwhile. */
export const CHANGED_AT = `greatest(clock_timestamp(), d.updated_at + interval '1 microsecond')`;
/** Changes with each change of a document. */
export const ETAG = `to_hex((extract(epoch from updated_at) * 1000000)::bigint)`;

/** The columns of a `StoredDocument`. */
export const storedColumns = (data = 'data') =>
  `id, collection, ${data} as data, app_id as extension_id, tenant_id, user_id, ${ETAG} as etag, created_at, updated_at`;

/** Whether a write fits into the user's quota, how many bytes they use without it, and whether a document would be over 1 MiB. */
export const QUOTA_CHECK = { fits: 'bool', used: 'int8?', too_large: 'bool' } as const;
/** Inserts a document, if it fits. */
export const CREATING = `
  with measured as materialized (select data, octet_length(data::text) as bytes from (select :data::jsonb as data) document),
       quota as materialized (
         select bytes > ${DOCUMENT_BYTES_MAX} as too_large, r.* from measured
          cross join lateral reserve_storage(:tenant_id, :user_id, :app_id, case when bytes > ${DOCUMENT_BYTES_MAX} then 0 else bytes end, :quota) r),
       inserted as (insert into document (tenant_id, user_id, app_id, collection, id, data, bytes)
                    select :tenant_id, :user_id, :app_id, :collection, :id, data, bytes from measured, quota where fits and not too_large
                    returning *)`;
/** Deletes the selected documents of an owner and frees their bytes. */
export const DELETE_DOCUMENTS = statement(
  `with usage as ${LOCKED_USAGE},
        selected as (select id, bytes from usage, document d where ${OWNED_ROWS} and ${SELECTED_ROWS} order by id for update of d),
        deleted as (update document d set deleted_at = now() from selected where d.id = selected.id returning d.id),
        quota as materialized (
          select * from reserve_storage(:tenant_id, :user_id, :app_id, (select -coalesce(sum(bytes), 0)::bigint from selected), :quota))
   select (select count(*) from deleted) as count from quota`,
  { count: 'int8' },
);
