import { DocumentChanged, DocumentNotFound, DocumentTooLarge, StoredDocument } from '@skep/contracts/kernel';
import { Database, type RowOf, statement, unprepared } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { newId } from '../id.js';
import {
  CHANGED_AT,
  COLLECTION_ROWS,
  CREATING,
  DELETE_DOCUMENTS,
  DOCUMENT_BYTES_MAX,
  type DocumentOwner,
  ETAG,
  LOCKED_USAGE,
  LOOKED_THROUGH_MAX,
  OWNED_ROWS,
  QUOTA_CHECK,
  storedColumns,
} from './document-sql.js';
import { quotaExceeded } from './quota-exceeded.js';
import { type ConditionValues, MEETS_CONDITIONS, NO_CONDITIONS } from './where.js';

/** The documents of one app in one tenant, by collection. */
export type Collection = Omit<DocumentOwner, 'user_id'> & { collection: string };
type OwnedCollection = Collection & { user_id: string };

const CREATE = statement(
  `${CREATING} select quota.*, ${storedColumns()} from quota left join inserted on true`,
  StoredDocument,
  QUOTA_CHECK,
);
/** Read by its key also while Postgres has no statistics of the table: the index of its collection seems as good then. */
const BY_ID = `(select * from document where id = :id offset 0) document where ${COLLECTION_ROWS}`;
const GET = statement(`select ${storedColumns()} from ${BY_ID} and :user_id in ('', user_id)`, StoredDocument);
const FIND_USER = statement(`select user_id from ${BY_ID} and :user_id in ('', user_id)`, { user_id: 'text' });
const UPDATE = statement(
  `with usage as ${LOCKED_USAGE},
        selected as (select id, bytes as before, data || :set::jsonb as merged, ${ETAG} as current_etag
                       from usage, document d where ${OWNED_ROWS} and id = :id for update of d),
        measured as (select *, octet_length(merged::text) as bytes, current_etag is distinct from coalesce(:if_match, current_etag) as is_stale from selected),
        quota as materialized (
          select m.current_etag, m.is_stale, m.bytes > ${DOCUMENT_BYTES_MAX} as too_large, r.* from measured m
           cross join lateral reserve_storage(:tenant_id, :user_id, :app_id, case when is_stale or bytes > ${DOCUMENT_BYTES_MAX} then 0 else bytes - before end, :quota) r),
        updated as (update document d set data = m.merged, bytes = m.bytes, updated_at = ${CHANGED_AT} from measured m, quota
                     where d.id = m.id and not quota.is_stale and quota.fits and not quota.too_large returning d.*)
   select quota.*, ${storedColumns()} from quota left join updated on true`,
  StoredDocument,
  QUOTA_CHECK,
  { current_etag: 'text', is_stale: 'bool' },
);
const COUNT = unprepared(
  `select count(*) from (
     select data from document where ${OWNED_ROWS} order by id desc limit case when :op_0::text is not null then ${LOOKED_THROUGH_MAX} end) looked
    where ${MEETS_CONDITIONS}`,
  { count: 'int8' },
);
/** Jumps in the index from user to user. */
const LIST_USERS = unprepared(
  `with recursive owner as (
     (select user_id from document where ${COLLECTION_ROWS} and user_id > :after order by user_id limit 1)
     union all
     select (select user_id from document where ${COLLECTION_ROWS} and user_id > owner.user_id order by user_id limit 1) from owner where owner.user_id is not null)
   select user_id from owner where user_id is not null limit :limit`,
  { user_id: 'text' },
);

/** The store for the code of apps: documents of one app in one tenant, of all its users. */
@Injectable()
export class CollectionRepository {
  constructor(private readonly db: Database) {}

  /** @param quota how many bytes the user may use, negative for no limit @throws Problem `document_too_large`, `storage_quota_exceeded` */
  async create(owner: OwnedCollection, data: object, quota: number): Promise<StoredDocument> {
    const created = (await this.db.row(CREATE, { ...owner, id: newId('doc'), data: JSON.stringify(data), quota }))!;
    assertFits(created, quota);
    return created;
  }

  /** @param user_id '' for any user @throws Problem `document_not_found` */
  async get(collection: Collection, id: string, user_id: string): Promise<StoredDocument> {
    const found = await this.db.row(GET, { ...collection, id, user_id });
    if (!found) throw DocumentNotFound();
    return found;
  }

  /** The user of a document. @param user_id '' for any user @throws Problem `document_not_found` */
  async findUser(collection: Collection, id: string, user_id: string): Promise<string> {
    const found = await this.db.row(FIND_USER, { ...collection, id, user_id });
    if (!found) throw DocumentNotFound();
    return found.user_id;
  }

  /** Merges fields into a document. @throws Problem `document_not_found`, `document_changed`, `document_too_large`, `storage_quota_exceeded` */
  async update(owner: OwnedCollection, id: string, set: object, quota: number, if_match?: string): Promise<StoredDocument> {
    const updated = await this.db.row(UPDATE, { ...owner, id, set: JSON.stringify(set), quota, if_match });
    if (!updated) throw DocumentNotFound();
    const { is_stale, current_etag } = updated;
    if (is_stale) throw DocumentChanged({ current_etag });
    assertFits(updated, quota);
    return updated;
  }

  /** @throws Problem `document_not_found` */
  async delete(owner: OwnedCollection, id: string): Promise<void> {
    const deleted = await this.db.row(DELETE_DOCUMENTS, { ...owner, ids: [id], ...NO_CONDITIONS, quota: NO_LIMIT });
    if (!deleted?.count) throw DocumentNotFound();
  }

  async count(owner: OwnedCollection, conditions: ConditionValues): Promise<number> {
    return (await this.db.row(COUNT, { ...owner, ...conditions }))!.count;
  }

  /** Users who have documents in a collection, in the order of their ids. */
  async listUsers(collection: Collection, after: string, limit: number): Promise<string[]> {
    return (await this.db.rows(LIST_USERS, { ...collection, after, limit })).map(({ user_id }) => user_id);
  }
}

/** Only deletes: their bytes are counted, whatever the limit is. */
const NO_LIMIT = -1;

function assertFits({ fits, used, too_large }: RowOf<[typeof QUOTA_CHECK]>, quota: number): void {
  if (too_large) throw DocumentTooLarge();
  if (!fits) throw quotaExceeded(used, quota);
}
