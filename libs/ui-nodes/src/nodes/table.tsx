import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState, type CSSProperties } from 'react';
import { withParams } from '../action.js';
import { defineNode } from '../define.js';
import { action, flag, list, number, object, records, text } from '../fields.js';
import { useMessages } from '../host.js';
import { Icon } from '../icon.js';
import type { JsonObject } from '../json.js';
import { useAction } from '../use-action.js';
import { Problem } from './button.js';
import { Cell, cellText, column } from './table-cell.js';

const fields = {
  columns: list(object(column)),
  rows: records,
  on_row_click: action,
  on_cell_edit: action,
  empty_text: text(),
  max_height: number(0, { min: 0, max: 10_000 }),
  sticky_header: flag(),
};

/** From this many rows on, only those in view are in the page. */
const VIRTUAL_FROM = 100;
const ROW_HEIGHT = 41;
const DEFAULT_HEIGHT = 480;

interface Order {
  key: string;
  descending: boolean;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** The indexes of the rows in an order. Rows without a value come last. */
function sorted(rows: readonly JsonObject[], order: Order | undefined): number[] {
  const indexes = rows.map((_, index) => index);
  if (!order) return indexes;
  const values = rows.map((row) => row[order.key]);
  const sign = order.descending ? -1 : 1;
  const compare = (a: unknown, b: unknown): number =>
    typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(cellText(a), cellText(b));
  return indexes.sort((a, b) => {
    const [left, right] = [cellText(values[a]), cellText(values[b])];
    if (left === '' || right === '') return Number(left === '') - Number(right === '');
    return sign * compare(values[a], values[b]) || a - b;
  });
}

export const DataTable = defineNode('DataTable', fields, (props) => {
  const { columns, rows, on_row_click, on_cell_edit } = props;
  const messages = useMessages();
  const { error, start } = useAction();
  const [order, setOrder] = useState<Order>();
  const indexes = useMemo(() => sorted(rows, order), [rows, order]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = rows.length >= VIRTUAL_FROM;
  const virtualizer = useVirtualizer({
    count: virtual ? rows.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    initialRect: { width: 800, height: DEFAULT_HEIGHT },
  });
  if (!columns.length) return <p className="ui-muted">{messages.noData}</p>;

  const items = virtualizer.getVirtualItems();
  const first = virtual ? (items[0]?.index ?? 0) : 0;
  const last = virtual ? (items.at(-1)?.index ?? -1) : rows.length - 1;
  const before = items[0]?.start ?? 0;
  const after = virtual ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const height = props.max_height || (virtual ? DEFAULT_HEIGHT : undefined);
  const spacer = (pixels: number) => pixels > 0 && <tr aria-hidden="true" style={{ height: pixels }} />;
  const style: CSSProperties = { maxHeight: height };

  return (
    <>
      <div
        ref={scroller}
        className={`ui-table${height || props.sticky_header ? ' ui-sticky-header' : ''}`}
        style={style}
        tabIndex={0}
        role="region"
        aria-label={messages.data}
      >
        <table aria-rowcount={rows.length + 1} className={virtual ? 'ui-fixed' : undefined}>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map(({ key, label, sortable, width }, index) => {
                const descending = order?.key === key ? order.descending : undefined;
                const direction = descending === undefined ? 'none' : descending ? 'descending' : 'ascending';
                return (
                  <th key={index} scope="col" style={{ width }} aria-sort={sortable ? direction : undefined}>
                    {sortable ? (
                      <button
                        type="button"
                        className="ui-bare"
                        onClick={() => setOrder(descending ? undefined : { key, descending: descending === false })}
                      >
                        {label || key}
                        <Icon name={direction === 'none' ? 'ChevronsUpDown' : descending ? 'ArrowDown' : 'ArrowUp'} size={12} />
                      </button>
                    ) : (
                      label || key
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {rows.length === 0 && (
              <tr>
                <td colSpan={columns.length} className="ui-none">
                  {props.empty_text || messages.noData}
                </td>
              </tr>
            )}
            {spacer(before)}
            {indexes.slice(first, last + 1).map((index, position) => {
              const row = rows[index] ?? {};
              const open = on_row_click && (() => void start(withParams(on_row_click, { row })));
              return (
                <tr key={index} aria-rowindex={first + position + 2} className={open ? 'ui-clickable' : undefined} onClick={open}>
                  {columns.map((cell, ordinal) => (
                    <Cell
                      key={ordinal}
                      column={cell}
                      value={row[cell.key]}
                      // The first cell is the row's control for the keyboard.
                      onOpen={ordinal === 0 ? open : undefined}
                      onEdit={
                        cell.editable && on_cell_edit
                          ? (value) => start(withParams(on_cell_edit, { row_id: row['id'], column_key: cell.key, value }))
                          : undefined
                      }
                    />
                  ))}
                </tr>
              );
            })}
            {spacer(after)}
          </tbody>
        </table>
      </div>
      <Problem text={error} />
    </>
  );
});
