import { useRef, useState, type KeyboardEvent } from 'react';
import type { UIAction } from '../action.js';
import { defineNode } from '../define.js';
import { action, flag, list, text, type Field } from '../fields.js';
import { useMessages } from '../host.js';
import { Icon } from '../icon.js';
import { isObject } from '../json.js';
import { useAction } from '../use-action.js';
import { useSlice } from '../view.js';
import { Problem } from './button.js';

export interface Branch {
  id: string;
  label: string;
  icon: string;
  badge: string;
  expanded: boolean;
  on_click: UIAction | undefined;
  children: Branch[];
}

const MAX_LEVEL = 64;

const branches =
  (level: number): Field<Branch[]> =>
  (value) =>
    level > MAX_LEVEL ? [] : list((item) => branch(item, level))(value);

function branch(value: unknown, level: number): Branch | undefined {
  if (!isObject(value)) return undefined;
  return {
    id: text()(value['id']),
    label: text()(value['label']),
    icon: text()(value['icon']),
    badge: text()(value['badge']),
    expanded: flag()(value['expanded']),
    on_click: action(value['on_click']),
    children: branches(level + 1)(value['children']),
  };
}

interface Row extends Branch {
  path: string;
  parent: string;
  level: number;
  open: boolean;
  position: number;
  siblings: number;
}

/** The visible rows, in their order. A row's path is its id below those of its parents. */
function rowsOf(nodes: readonly Branch[], opened: ReadonlyMap<string, boolean>, parent = '', level = 1): Row[] {
  return nodes.flatMap((node, index) => {
    const path = `${parent}/${node.id || index}`;
    const open = node.children.length > 0 && (opened.get(path) ?? node.expanded);
    const row: Row = { ...node, path, parent, level, open, position: index + 1, siblings: nodes.length };
    return open ? [row, ...rowsOf(node.children, opened, path, level + 1)] : [row];
  });
}

export const Tree = defineNode('Tree', { nodes: branches(1), label: text() }, ({ nodes, label }) => {
  const messages = useMessages();
  const { error, start } = useAction();
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [current, setCurrent] = useState('');
  const tree = useRef<HTMLUListElement>(null);
  const rows = rowsOf(nodes, opened);
  const { shown, more } = useSlice(rows);
  if (!rows.length) return <p className="ui-muted">{messages.noData}</p>;
  const focused = shown.some(({ path }) => path === current) ? current : shown[0]?.path;

  function toggle(row: Row, open = !row.open): void {
    if (row.children.length) setOpened(new Map(opened).set(row.path, open));
  }
  function activate(row: Row): void {
    setCurrent(row.path);
    if (row.on_click) void start(row.on_click);
    else toggle(row);
  }
  function focus(row: Row | undefined): void {
    if (!row) return;
    setCurrent(row.path);
    tree.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[shown.indexOf(row)]?.focus();
  }
  function onKeyDown(event: KeyboardEvent, row: Row): void {
    const index = shown.indexOf(row);
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => focus(shown[index + 1]),
      ArrowUp: () => focus(shown[index - 1]),
      ArrowRight: () => (row.open ? focus(shown[index + 1]) : toggle(row, true)),
      ArrowLeft: () => (row.open ? toggle(row, false) : focus(shown.find(({ path }) => path === row.parent))),
      Home: () => focus(shown[0]),
      End: () => focus(shown.at(-1)),
      Enter: () => activate(row),
      ' ': () => activate(row),
    };
    const move = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (!move) return;
    event.preventDefault();
    move();
  }

  return (
    <>
      <ul role="tree" aria-label={label || messages.data} className="ui-tree" ref={tree}>
        {shown.map((row) => (
          <li
            key={row.path}
            role="treeitem"
            aria-level={row.level}
            aria-posinset={row.position}
            aria-setsize={row.siblings}
            aria-expanded={row.children.length ? row.open : undefined}
            aria-selected={row.path === focused}
            tabIndex={row.path === focused ? 0 : -1}
            style={{ paddingInlineStart: `${Math.min(row.level - 1, 12)}rem` }}
            onClick={() => activate(row)}
            onKeyDown={(event) => onKeyDown(event, row)}
          >
            <span
              className={row.open ? 'ui-chevron ui-chevron-open' : 'ui-chevron'}
              onClick={(event) => {
                event.stopPropagation();
                toggle(row);
              }}
            >
              {row.children.length > 0 && <Icon name="ChevronRight" size={14} />}
            </span>
            <Icon name={row.icon || (row.children.length ? 'Folder' : 'File')} size={15} />
            <span className="ui-tree-label">{row.label}</span>
            {row.badge && <span className="ui-badge ui-tone-gray ui-size-sm">{row.badge}</span>}
          </li>
        ))}
      </ul>
      {more}
      <Problem text={error} />
    </>
  );
});
