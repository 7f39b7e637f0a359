import { useState, type DragEvent } from 'react';
import { withParams } from '../action.js';
import { defineNode } from '../define.js';
import { action, flag, list, node, nodes, object, readProps, text, type PropsOf } from '../fields.js';
import { useMessages } from '../host.js';
import { Icon } from '../icon.js';
import { isObject } from '../json.js';
import { fill } from '../messages.js';
import { useAction } from '../use-action.js';
import { NodeView, Nodes } from '../view.js';
import { Problem } from './button.js';

const FIELDS = {
  id: text(),
  title: text(),
  label: text(),
  subtitle: text(),
  meta: text(),
  icon: text(),
  avatar: node,
  badge: node,
  selected: flag(),
  on_click: action,
  actions: list(object({ label: text(), icon: text(), on_click: action, confirm: text() })),
  draggable: flag(),
  droppable: flag(),
  on_drop: action,
  expandable: flag(),
  expanded_content: nodes,
};

export type Item = PropsOf<typeof FIELDS> & {
  /** The value of another prop, by which a list groups its items. */
  group(prop: string): string;
};

/** Reads an item of a list: a ListItem, or its props alone. */
export function readItem(value: unknown): Item | undefined {
  if (typeof value === 'string') return readItem({ title: value });
  if (!isObject(value)) return undefined;
  const props = isObject(value['props']) ? { id: value['id'], ...value['props'] } : value;
  return { ...readProps(FIELDS, props), group: (prop) => text()(Object.hasOwn(props, prop) ? props[prop] : undefined) };
}

interface ListRowProps {
  item: Item;
  /** Heading before the item, if it begins a group. */
  group: string;
  selection: { selected: boolean; select: (on: boolean) => void } | undefined;
}

export function ListRow({ item, group, selection }: ListRowProps) {
  const messages = useMessages();
  const { pending, error, start } = useAction();
  const [expanded, setExpanded] = useState(false);
  const { on_click, on_drop } = item;
  const title = item.title || item.label || item.id;
  const content = (
    <>
      {item.avatar ? <NodeView node={item.avatar} /> : <Icon name={item.icon} size={18} />}
      <span className="ui-item-text">
        <span className="ui-item-title">{title}</span>
        {item.subtitle && <span className="ui-muted">{item.subtitle}</span>}
      </span>
      {item.meta && <span className="ui-muted ui-item-meta">{item.meta}</span>}
      {item.badge && <NodeView node={item.badge} />}
    </>
  );
  function onDrop(event: DragEvent): void {
    event.preventDefault();
    const dragged = event.dataTransfer.getData('text/plain');
    if (on_drop && dragged && dragged !== item.id) void start(withParams(on_drop, { dragged_id: dragged, target_id: item.id }));
  }
  const dropping = item.droppable && on_drop ? { onDragOver: (event: DragEvent) => event.preventDefault(), onDrop } : {};
  const dragging = item.draggable
    ? { draggable: true, onDragStart: (event: DragEvent) => event.dataTransfer.setData('text/plain', item.id) }
    : {};
  return (
    <>
      {group && <li className="ui-list-group">{group}</li>}
      <li className={`ui-item${item.selected || selection?.selected ? ' ui-selected' : ''}`} {...dragging} {...dropping}>
        <div className="ui-item-line">
          {selection && (
            <input
              type="checkbox"
              className="ui-check"
              aria-label={fill(messages.selectItem, { name: title })}
              checked={selection.selected}
              onChange={(event) => selection.select(event.target.checked)}
            />
          )}
          {item.expandable || on_click ? (
            <button
              type="button"
              className="ui-bare ui-item-open"
              aria-expanded={item.expandable ? expanded : undefined}
              aria-current={item.selected || undefined}
              aria-busy={pending || undefined}
              onClick={() => (item.expandable ? setExpanded(!expanded) : on_click && void start(on_click))}
            >
              {content}
              {item.expandable && <Icon name={expanded ? 'ChevronUp' : 'ChevronDown'} />}
            </button>
          ) : (
            <div className="ui-item-open">{content}</div>
          )}
          {item.actions.map(({ label, icon, on_click: run, confirm }, index) => (
            <button
              key={index}
              type="button"
              className="ui-bare ui-item-action"
              disabled={!run}
              aria-label={`${label || icon}: ${title}`}
              title={label || icon}
              onClick={() => run && void start(run, confirm)}
            >
              {icon ? <Icon name={icon} /> : label}
            </button>
          ))}
        </div>
        {expanded && (
          <div className="ui-item-body">
            <Nodes nodes={item.expanded_content} />
          </div>
        )}
        <Problem text={error} />
      </li>
    </>
  );
}

/** An item on its own, outside a list. */
export const ListItem = defineNode('ListItem', { ...FIELDS }, (props) => (
  <ul className="ui-list">
    <ListRow item={{ ...props, group: () => '' }} group="" selection={undefined} />
  </ul>
));
