import { useState, type MouseEvent } from 'react';
import { flag, length, oneOf, text, type PropsOf } from '../fields.js';
import { useHost, useMessages } from '../host.js';
import { isObject } from '../json.js';
import { readNode } from '../node.js';
import { NodeView } from '../view.js';

/** Fields of a column. */
export const column = {
  key: text(),
  label: text(),
  sortable: flag(true),
  width: length,
  editable: flag(),
  edit_type: oneOf({ text: 'text', number: 'number', toggle: 'toggle', boolean: 'toggle' } as const, 'text'),
};
type Column = PropsOf<typeof column>;

/** What a cell shows of a value. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return JSON.stringify(value).slice(0, 200);
  return String(value as string | number | boolean);
}

interface CellProps {
  column: Pick<Column, 'label' | 'key' | 'edit_type'>;
  value: unknown;
  onOpen: (() => void) | undefined;
  /** Sends a new value. Undefined if the cell is not edited. */
  onEdit: ((value: unknown) => Promise<boolean>) | undefined;
}

const keep = (event: MouseEvent): void => event.stopPropagation();

export function Cell({ column, value, onOpen, onEdit }: CellProps) {
  const { definitionOf } = useHost();
  const messages = useMessages();
  const [draft, setDraft] = useState<string>();
  const content = cellText(value);
  const label = column.label || column.key;
  const node = isObject(value) ? readNode(value) : undefined;

  function commit(): void {
    if (draft === undefined) return;
    const next = column.edit_type === 'number' && draft.trim() !== '' ? Number(draft) : draft;
    if (draft === content || Number.isNaN(next)) return setDraft(undefined);
    void onEdit?.(next).then(() => setDraft(undefined));
  }

  if (onEdit && column.edit_type === 'toggle') {
    return (
      <td onClick={keep}>
        <input
          type="checkbox"
          className="ui-check"
          aria-label={label}
          checked={value === true}
          onChange={() => void onEdit(value !== true)}
        />
      </td>
    );
  }
  if (onEdit && draft !== undefined) {
    return (
      <td onClick={keep}>
        <input
          className="ui-input ui-cell-input"
          type={column.edit_type === 'number' ? 'number' : 'text'}
          aria-label={label}
          autoFocus
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={commit}
          onKeyDown={({ key }) => {
            if (key === 'Enter') commit();
            if (key === 'Escape') setDraft(undefined);
          }}
        />
      </td>
    );
  }
  if (onEdit) {
    return (
      <td onClick={keep}>
        <button
          type="button"
          className="ui-bare ui-cell-edit"
          aria-label={`${messages.edit} ${label}: ${content}`}
          onClick={() => setDraft(content)}
        >
          {content || '–'}
        </button>
      </td>
    );
  }
  if (onOpen) {
    return (
      <td title={content}>
        <button
          type="button"
          className="ui-bare ui-cell-open"
          onClick={(event) => {
            event.stopPropagation();
            onOpen();
          }}
        >
          {content || '–'}
        </button>
      </td>
    );
  }
  if (node && definitionOf(node.type)) {
    return (
      <td>
        <NodeView node={node} />
      </td>
    );
  }
  return <td title={content}>{typeof value === 'boolean' ? (value ? '✓' : '–') : content}</td>;
}
