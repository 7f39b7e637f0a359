import { InvalidInput, type Page } from '@skep/contracts';
import { StoredDocument } from '@skep/contracts/kernel';
import { as, Database, defineList, type Paging, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { Collection } from './collection.repository.js';
import { COLLECTION_ROWS, LOOKED_THROUGH_MAX, OWNED_ROWS, storedColumns } from './document-sql.js';
import { type ConditionValues, MEETS_CONDITIONS } from './where.js';

/** Larger documents are read once it is known that they fit into the page. */
const SMALL_BYTES = 8 * 1024;
/** Bounds the documents of a page, as Postgres writes them. */
const PAGE_BYTES_MAX = 2 * 1024 * 1024;
/** What an answer says of a document beside its data. */
const OVERHEAD_BYTES = 512;

/** The beginning of a text, so that cursors stay short. Never null in SQL. */
const FIELD = `case jsonb_typeof(data -> :field::text)
  when 'string' then to_jsonb(left(data ->> :field, 200)) when 'object' then 'null' when 'array' then 'null' else coalesce(data -> :field, 'null') end`;
const orderedBy = (expression: string, type: string, direction: 'asc' | 'desc') =>
  [
    [expression, type, direction],
    ['id', 'text', direction],
  ] as const;

const LISTED = {
  select: `${storedColumns(`case when bytes <= ${SMALL_BYTES} then data end`)}, bytes`,
  // So many small documents are at most as large as a page.
  atOnce: PAGE_BYTES_MAX / SMALL_BYTES,
  prepared: true,
};
const ROW = { data: as<Record<string, unknown> | null>('jsonb'), bytes: 'int4' } as const;
const ALL = defineList(
  {
    ...LISTED,
    from: 'document',
    orders: {
      // With tenant, user, app and collection, the index document_owner.
      newest: [['id', 'text', 'desc']],
      // With tenant, app and collection, the index document_collection.
      user: [
        ['user_id', 'text', 'asc'],
        ['id', 'text', 'asc'],
      ],
    },
  },
  StoredDocument,
  ROW,
);
/** No index serves conditions and other orders. */
const NEWEST = defineList(
  {
    ...LISTED,
    from: `(select * from document where ${OWNED_ROWS} order by id desc limit ${LOOKED_THROUGH_MAX}) looked`,
    orders: {
      newest: [['id', 'text', 'desc']],
      created_at: orderedBy('created_at', 'timestamptz', 'asc'),
      '-created_at': orderedBy('created_at', 'timestamptz', 'desc'),
      updated_at: orderedBy('updated_at', 'timestamptz', 'asc'),
      '-updated_at': orderedBy('updated_at', 'timestamptz', 'desc'),
      field: orderedBy(FIELD, 'jsonb', 'asc'),
      '-field': orderedBy(FIELD, 'jsonb', 'desc'),
    },
  },
  StoredDocument,
  ROW,
);
type OrderName = keyof (typeof NEWEST)['orders'];
type Listed = Omit<StoredDocument, 'data'> & { data: Record<string, unknown> | null; bytes: number };

const FIND_LARGE = statement(`select ${storedColumns()} from document where ${COLLECTION_ROWS} and id = any(:ids)`, StoredDocument);

/** Pages of documents, in as many bytes as an answer may have. */
@Injectable()
export class CollectionPages {
  constructor(private readonly db: Database) {}

  /** Documents of a user that meet the conditions. @throws Problem `invalid_input` for a cursor of another list or order */
  async query(
    owner: Collection & { user_id: string },
    { conditions, order_by }: { conditions: ConditionValues; order_by?: string | undefined },
    paging: Paging,
  ): Promise<Page<StoredDocument>> {
    const { order, field } = readOrder(order_by);
    const values = { ...owner, ...conditions, field };
    const hasConditions = conditions.op_0 !== null;
    const found =
      order === 'newest' && !hasConditions
        ? this.db.page(ALL, { order, where: [OWNED_ROWS], values }, paging)
        : this.db.page(NEWEST, { order, where: [hasConditions && MEETS_CONDITIONS], values }, paging);
    return this.load(owner, await found.catch(rejectCursor));
  }

  /** Documents of all users of a collection. @throws Problem `invalid_input` for a cursor of another list */
  async listAll(collection: Collection, paging: Paging): Promise<Page<StoredDocument>> {
    return this.load(collection, await this.db.page(ALL, { order: 'user', where: [COLLECTION_ROWS], values: collection }, paging));
  }

  /** Takes the documents that fit, and reads the large ones. One that was deleted meanwhile is left out. */
  private async load(collection: Collection, { rows, has_more, ...page }: Page<Listed>): Promise<Page<StoredDocument>> {
    const fitting = rows.slice(0, Math.max(1, countFitting(rows)));
    const ids = fitting.flatMap(({ id, data }) => (data === null ? [id] : []));
    const large = ids.length ? await this.db.rows(FIND_LARGE, { ...collection, ids }) : [];
    const byId = new Map(large.map((document) => [document.id, document]));
    const { cursorAt } = page;
    return {
      ...page,
      rows: fitting.flatMap((row) => (row.data === null ? (byId.get(row.id) ?? []) : (row as StoredDocument))),
      has_more: has_more || fitting.length < rows.length,
      cursorAt: () => cursorAt!(fitting.length - 1),
    };
  }
}

function countFitting(rows: readonly Listed[]): number {
  let bytes = 0;
  const beyond = rows.findIndex((row) => (bytes += row.bytes + OVERHEAD_BYTES) > PAGE_BYTES_MAX);
  return beyond < 0 ? rows.length : beyond;
}

/** @throws Problem `invalid_input` */
function readOrder(order_by: string | undefined): { order: OrderName; field: string } {
  if (order_by === undefined) return { order: 'newest', field: '' };
  const [, minus, field] = /^(-?)(.*)$/s.exec(order_by) as unknown as [string, '-' | '', string];
  if (!field) throw InvalidInput([{ loc: ['order_by'], msg: 'must name a field', type: 'order' }]);
  return { order: `${minus}${field === 'created_at' || field === 'updated_at' ? field : 'field'}`, field };
}

/** SQLSTATEs of values that have not the type of their key: a cursor that Skep did not make. */
const WRONG_VALUE = /^22/;

function rejectCursor(error: unknown): never {
  const isWrong = error instanceof pg.DatabaseError && WRONG_VALUE.test(error.code ?? '');
  throw isWrong ? InvalidInput([{ loc: ['cursor'], msg: 'is not a cursor of this list and order', type: 'cursor' }]) : error;
}
