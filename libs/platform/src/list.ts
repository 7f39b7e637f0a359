import { InvalidInput, type Page, type PageNumber } from '@skep/contracts';
import { MAX_ANSWER_BYTES } from './compile-writer.js';
import { LRUCache } from 'lru-cache';
import { afterCursor, cursorColumns, fromCursor, orderBy, type Order, toCursor } from './keyset.js';
import { sealedTableOf } from './sealing/sealed-columns.js';
import { type RowOf, type Shape, statement, type Values } from './statement.js';

/** A list of rows in one of several orders. */
export interface List<Row = object, Name extends string = string> {
  readonly select: string;
  readonly from: string;
  readonly orders: Readonly<Record<Name, Order>>;
  /** How many of its rows, which may be large, are read at once: so many rows that an answer is full, and no more. */
  readonly atOnce?: number | undefined;
  /** Whether its statements are prepared. For lists whose conditions leave Postgres one index: the others are planned for their values. */
  readonly prepared?: boolean | undefined;
  /** Never set: only carries the type. */
  readonly row?: Row;
}

/** The rows of a page whose list has no limit in its contract. */
const LIMIT = 1_000;

/** What a caller asks for: a number of rows (1,000 by default), and from where on. A cursor overrides the offset. */
export interface Paging {
  limit?: number;
  offset?: number;
  cursor?: string | undefined;
}

/** Where the rows of a numbered page are. */
export const toPaging = ({ page, per_page, cursor }: PageNumber & Pick<Paging, 'cursor'>): Paging => ({
  limit: per_page,
  offset: (page - 1) * per_page,
  cursor,
});

/** What an answer with numbered pages says beside its rows: no total after a cursor. */
export function toPageFields({ rows, total, total_capped = false, has_more, cursorAt }: Page<unknown>, { page, per_page }: PageNumber) {
  const next_cursor = has_more ? cursorAt!(rows.length - 1) : null;
  return { ...(total !== undefined && { total }), total_capped, next_cursor, page, per_page };
}

/** Totals are exact up to this number, and offsets may not exceed it: a longer list continues with cursors. */
export const COUNTED_MAX = 10_000;

/** How many rows the conditions that no index serves look through. */
const LOOKED_THROUGH = 10_000;

/**
 * Defines a list. Each of its orders has an index that gives its rows in this order, which a test reads in the plans. The conditions of one
 * request are given to `db.page`.
 * @param select the columns of a row @param from the tables, with their joins
 */
export function defineList<const S extends readonly Shape[], Name extends string>(
  { select, from, orders, atOnce, prepared }: Omit<List<object, Name>, 'row'>,
  ...shapes: S
): List<RowOf<S>, Name> {
  if (shapes.some(sealedTableOf)) throw new Error('a list cannot contain sealed columns: select the other ones');
  // Compared with the database like every other statement, though never run in this form.
  for (const order of Object.values<Order>(orders)) {
    const cursor = Object.fromEntries(order.map((_, i) => [`cursor_${i}`, 'text?' as const]));
    statement(`select ${select}, ${cursorColumns(order)} from ${from} order by ${orderBy(order)} limit 1`, ...shapes, cursor);
  }
  return { select, from, orders, atOnce, prepared };
}

type Conditions = readonly (string | false | undefined)[];

/** Which rows of a list a request asks for, in which order. */
export interface Selection<Name extends string = string> {
  order: Name;
  /** SQL conditions, joined by `and`; left out where false or undefined, so that Postgres plans for those that are there. */
  where: Conditions;
  /** Further conditions, which no index serves: the list then consists of matches among the first 10,000 rows that match `where`. */
  filters?: Conditions;
  values: Values;
  /** Counts the rows where a counter knows their number; by default they are counted, up to 10,000. */
  total?: () => Promise<number>;
}

/** Runs a query of a list. */
type Run = (sql: string, values: Values) => Promise<Record<string, unknown>[]>;

/**
 * Which lists were longer than 10,000 rows within the last minute, by what was counted. So a long list is counted once a minute, and not for
 * each page. A list that became shorter is called capped for a minute at most.
 */
export class LongLists {
  private readonly known: LRUCache<string, true>;

  constructor(rememberMs = 60_000) {
    this.known = new LRUCache({ max: 1_000, ttl: rememberMs });
  }

  /** Counts rows, up to one more than 10,000. @param scope the tenant whose rows the connection sees */
  async count(matching: string, run: Run, scope: string | undefined, values: Values): Promise<number> {
    const key = JSON.stringify([scope, matching, values]);
    if (this.known.has(key)) return COUNTED_MAX + 1;
    const [row] = await run(`select count(*)::int4 as total from (select ${matching} limit ${COUNTED_MAX + 1}) counted`, values);
    const total = Number(row?.['total']);
    if (total > COUNTED_MAX) this.known.set(key, true);
    return total;
  }
}

/** How a list is read and counted. */
interface Reader {
  run: Run;
  count: (matching: string, values: Values) => Promise<number>;
}

/** Reads a page of a list. @throws Problem `invalid_input` for an offset beyond 10,000, and for a cursor of another list */
export async function readPage<Row extends object, Name extends string>(
  reader: Reader,
  list: List<Row, Name>,
  selection: Selection<Name>,
  { limit = LIMIT, ...start }: Paging,
): Promise<Page<Row>> {
  const { atOnce = limit } = list;
  const page = await readRows(reader, list, selection, { ...start, limit: Math.min(limit, atOnce) });
  const { rows, cursorAt } = page;
  let [read, bytes] = [page, 0];
  while (read.has_more && rows.length < limit && (bytes += JSON.stringify(read.rows).length) < MAX_ANSWER_BYTES) {
    read = await readRows(reader, list, selection, { limit: Math.min(limit - rows.length, atOnce), cursor: cursorAt(rows.length - 1) });
    rows.push(...read.rows);
  }
  return { ...page, has_more: read.has_more };
}

async function readRows<Row extends object, Name extends string>(
  { run, count }: Reader,
  list: List<Row, Name>,
  { order: name, where, filters = [], values, total }: Selection<Name>,
  { limit, offset = 0, cursor }: Paging & { limit: number },
): Promise<Page<Row> & Required<Pick<Page<Row>, 'cursorAt' | 'has_more'>>> {
  const after = cursor === undefined ? undefined : fromCursor(name, list.orders[name], cursor);
  if (!after) assertOffset(offset);
  const { select, from, order, conditions } = filters.some(Boolean)
    ? lookThrough(list, name, where, filters)
    : { ...list, order: list.orders[name], conditions: where };
  const found = await run(
    `select ${select}, ${cursorColumns(order)} from ${from}${whereClause([...conditions, after && afterCursor(order)])}
      order by ${orderBy(order)} limit :page_limit offset :page_offset`,
    { ...values, ...after, page_limit: limit + 1, page_offset: after ? 0 : offset },
  );
  const rows = found.slice(0, limit);
  const has_more = found.length > limit;
  const cursorAt = (index: number) => toCursor(name, order, rows[index] ?? {});
  const page = { rows: rows as Row[], has_more, cursorAt };
  if (after) return page;
  if (!has_more && (rows.length || !offset)) return { ...page, total: offset + rows.length };
  const counted = total ? await total() : await count(`from ${from}${whereClause(conditions)}`, values);
  return { ...page, total: Math.min(counted, COUNTED_MAX), total_capped: counted > COUNTED_MAX };
}

/** The first 10,000 rows of an order as a table, each with its keys and whether it matches the filters. */
function lookThrough<Name extends string>(
  { select, from, orders }: List<object, Name>,
  name: Name,
  where: Conditions,
  filters: Conditions,
) {
  const order = orders[name];
  const keys = order.map(([expression], i) => `${expression} as key_${i}`).join(', ');
  const looked = `select ${select}, ${keys}, ${filters.filter(Boolean).join(' and ')} as is_match
    from ${from}${whereClause(where)} order by ${orderBy(order)} limit ${LOOKED_THROUGH}`;
  const orderOfKeys = order.map(([, type, direction], i) => [`key_${i}`, type, direction] as const);
  return { select: '*', from: `(${looked}) looked`, order: orderOfKeys, conditions: ['is_match'] };
}

const whereClause = (conditions: Conditions): string => {
  const present = conditions.filter(Boolean);
  return present.length ? ` where ${present.join(' and ')}` : '';
};

function assertOffset(offset: number): void {
  if (offset <= COUNTED_MAX) return;
  const msg = `must not be greater than ${COUNTED_MAX}; continue with the cursor in the Link header of the previous page`;
  throw InvalidInput([{ loc: ['offset'], msg, type: 'max' }]);
}
