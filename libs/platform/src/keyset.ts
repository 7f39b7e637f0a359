import { InvalidInput } from '@skep/contracts';

/** One column by which a list is ordered: an SQL expression that is never null, its type in Postgres, and its direction. */
export type Key = readonly [expression: string, type: string, direction: 'asc' | 'desc'];

/** An order of a list. Its last column is unique, so that every row has one place; an index has the same columns and directions. */
export type Order = readonly Key[];

/** The columns that a cursor is made of: the keys as text, so that a timestamp keeps its microseconds. */
export const cursorColumns = (order: Order): string => order.map(([expression], i) => `(${expression})::text as cursor_${i}`).join(', ');

export const orderBy = (order: Order): string => order.map(([expression, , direction]) => `${expression} ${direction}`).join(', ');

/**
 * The condition for the rows after a row, whose keys are the parameters `:cursor_0`, `:cursor_1`, … The keys up to the first that changes the
 * direction are compared as a row, which Postgres takes as the begin of a range of the index. The rest of the condition, where there are
 * further keys, skips the rows of that range that are not after the row.
 */
export function afterCursor(order: Order): string {
  const value = (i: number) => `:cursor_${i}::${order[i]![1]}`;
  const operator = (i: number) => (order[i]![2] === 'asc' ? '>' : '<');
  const turn = order.findIndex((_, i) => operator(i) !== operator(0));
  const range = turn < 0 ? order : order.slice(0, turn);
  const begin = (orEqual: string) =>
    `(${range.map(([expression]) => expression).join(', ')}) ${operator(0)}${orEqual} (${range.map((_, i) => value(i)).join(', ')})`;
  if (turn < 0) return begin('');
  const equal = (i: number) => `${order[i]![0]} = ${value(i)}`;
  const after = order.map(([expression], i) =>
    [...order.slice(0, i).map((__, j) => equal(j)), `${expression} ${operator(i)} ${value(i)}`].join(' and '),
  );
  return `${begin('=')} and (${after.map((each) => `(${each})`).join(' or ')})`;
}

/** The cursor of a row: its keys, and the name of the order, because another order has other keys. Clients treat it as opaque text. */
export function toCursor(name: string, order: Order, row: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify([name, ...order.map((_, i) => row[`cursor_${i}`])])).toString('base64url');
}

/** The values of `:cursor_0`, `:cursor_1`, … @throws Problem `invalid_input` unless the cursor was made for this order */
export function fromCursor(name: string, order: Order, cursor: string): Record<string, string> {
  const parts = parse(cursor);
  if (parts?.[0] !== name || parts.length !== order.length + 1)
    throw InvalidInput([{ loc: ['cursor'], msg: 'is not a cursor of this list and order', type: 'cursor' }]);
  return Object.fromEntries(parts.slice(1).map((value, i) => [`cursor_${i}`, value]));
}

function parse(cursor: string): string[] | undefined {
  try {
    const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
    return Array.isArray(parts) && parts.every((part) => typeof part === 'string') ? parts : undefined;
  } catch {
    return undefined;
  }
}
