import { useEffect, useRef, useState } from 'react';
import { withParams } from '../action.js';
import { defineNode } from '../define.js';
import { action, flag, list, number, object, text } from '../fields.js';
import { useMessages } from '../host.js';
import { Icon } from '../icon.js';
import { fill } from '../messages.js';
import { useAction } from '../use-action.js';
import { useSlice } from '../view.js';
import { Problem } from './button.js';
import { ListRow, readItem, type Item } from './list-item.js';

const bulkAction = object({ label: text(), icon: text(), action, on_click: action, confirm: text() });

const fields = {
  items: list(readItem),
  title: text(),
  searchable: flag(),
  search_placeholder: text(),
  grouped_by: text(),
  page_size: number(0, { min: 0, max: 1_000 }),
  total_items: number(0, { min: 0 }),
  extra_info: text(),
  empty_text: text(),
  max_height: number(0, { min: 0, max: 10_000 }),
  selectable: flag(),
  bulk_actions: list(bulkAction),
  on_end_reached: action,
};

const matches = (item: Item, query: string): boolean =>
  [item.title, item.subtitle, item.meta].some((part) => part.toLowerCase().includes(query.trim().toLowerCase()));

/** Runs `reach` each time that the end of a list comes into view. */
function useEndReached(reach: (() => void) | undefined, count: number) {
  const end = useRef<HTMLDivElement>(null);
  const latest = useRef(reach);
  useEffect(() => {
    latest.current = reach;
  });
  const watched = reach !== undefined;
  useEffect(() => {
    if (!watched || !end.current || typeof IntersectionObserver === 'undefined') return undefined;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current?.());
    observer.observe(end.current);
    return () => observer.disconnect();
    // A longer list has a new end.
  }, [watched, count]);
  return end;
}

export const List = defineNode('List', fields, (props) => {
  const messages = useMessages();
  const { error, start } = useAction();
  const { items, page_size, on_end_reached, bulk_actions, grouped_by } = props;
  const [query, setQuery] = useState('');
  const [page, setPage] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const found = props.searchable && query.trim() ? items.filter((item) => matches(item, query)) : items;
  const pages = page_size ? Math.max(1, Math.ceil(Math.max(found.length, query ? 0 : props.total_items) / page_size)) : 1;
  const current = Math.min(page, pages - 1);
  const { shown, more } = useSlice(page_size ? found.slice(current * page_size, (current + 1) * page_size) : found);
  const chosen = items.filter(({ id }) => selected.has(id)).map(({ id }) => id);
  const endReached = on_end_reached && (() => void start(on_end_reached));
  const end = useEndReached(page_size ? undefined : endReached, items.length);

  function select(id: string, on: boolean): void {
    const next = new Set(selected);
    if (on) next.add(id);
    else next.delete(id);
    setSelected(next);
  }
  function turn(to: number): void {
    setPage(to);
    // What is not here yet, the app adds.
    if (endReached && (to + 1) * page_size > items.length) endReached();
  }

  return (
    <div className="ui-list">
      {props.title && <h3 className="ui-heading">{props.title}</h3>}
      {props.searchable && (
        <input
          type="search"
          className="ui-input"
          aria-label={props.search_placeholder || messages.search}
          placeholder={props.search_placeholder || messages.search}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      )}
      {chosen.length > 0 && (
        <div className="ui-bulk" role="toolbar" aria-label={fill(messages.itemSelected, { count: chosen.length })}>
          <span>{fill(messages.itemSelected, { count: chosen.length })}</span>
          {bulk_actions.map(({ label, icon, confirm, action: direct, on_click }, index) => {
            const run = direct ?? on_click;
            return (
              <button
                key={index}
                type="button"
                className="ui-button ui-button-secondary ui-size-sm"
                disabled={!run}
                onClick={() =>
                  run && void start(withParams(run, { message_ids: chosen }), confirm).then((done) => done && setSelected(new Set()))
                }
              >
                <Icon name={icon} />
                {label || icon}
              </button>
            );
          })}
        </div>
      )}
      {found.length === 0 ? (
        <p className="ui-muted ui-none">{query ? messages.noResults : props.empty_text || messages.noData}</p>
      ) : (
        <div className="ui-list-scroll" style={{ maxHeight: props.max_height || undefined }} tabIndex={props.max_height ? 0 : undefined}>
          <ul>
            {shown.map((item, index) => (
              <ListRow
                key={item.id || index}
                item={item}
                group={grouped_by && item.group(grouped_by) !== shown[index - 1]?.group(grouped_by) ? item.group(grouped_by) : ''}
                selection={props.selectable ? { selected: selected.has(item.id), select: (on) => select(item.id, on) } : undefined}
              />
            ))}
          </ul>
          {more}
          <div ref={end} />
        </div>
      )}
      {(pages > 1 || props.extra_info) && (
        <footer className="ui-pages">
          <span className="ui-muted">{props.extra_info}</span>
          {pages > 1 && (
            <nav aria-label={fill(messages.page, { page: current + 1, pages })}>
              <button
                type="button"
                className="ui-button ui-button-ghost ui-size-sm"
                disabled={current === 0}
                onClick={() => turn(current - 1)}
              >
                {messages.previous}
              </button>
              <span>{fill(messages.page, { page: current + 1, pages })}</span>
              <button
                type="button"
                className="ui-button ui-button-ghost ui-size-sm"
                disabled={current === pages - 1}
                onClick={() => turn(current + 1)}
              >
                {messages.next}
              </button>
            </nav>
          )}
        </footer>
      )}
      <Problem text={error} />
    </div>
  );
});
