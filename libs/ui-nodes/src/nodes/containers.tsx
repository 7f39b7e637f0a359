import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { defineNode } from '../define.js';
import { action, flag, list, node, nodes, number, object, oneOf, text } from '../fields.js';
import { useMessages } from '../host.js';
import { Icon } from '../icon.js';
import { useAction } from '../use-action.js';
import { NodeView, Nodes, useSlice } from '../view.js';
import { Problem } from './button.js';

const card = {
  title: text(),
  subtitle: text(),
  content: nodes,
  children: nodes,
  footer: nodes,
  on_click: action,
  border: flag(true),
  padding: oneOf({ none: 'none', sm: 'sm', md: 'md', lg: 'lg' } as const, 'md'),
};

export const Card = defineNode('Card', card, (props) => {
  const messages = useMessages();
  const { pending, error, start } = useAction();
  const { on_click } = props;
  const title = props.title && <h3 className="ui-heading">{props.title}</h3>;
  return (
    <article className={`ui-card ui-padding-${props.padding}${props.border ? '' : ' ui-borderless'}${on_click ? ' ui-clickable' : ''}`}>
      {on_click ? (
        // One control stands for the whole card, so that what is inside stays usable.
        <button type="button" className="ui-card-open" aria-busy={pending} onClick={() => void start(on_click)}>
          {title || <span className="ui-hidden">{props.subtitle || messages.open}</span>}
        </button>
      ) : (
        title
      )}
      {props.subtitle && <p className="ui-muted">{props.subtitle}</p>}
      <Nodes nodes={[...props.content, ...props.children]} />
      {props.footer.length > 0 && (
        <footer className="ui-card-footer">
          <Nodes nodes={props.footer} />
        </footer>
      )}
      <Problem text={error} />
    </article>
  );
});

const sections = list(object({ id: text(), title: text(), children: nodes, content: nodes, icon: text() }));

export const Accordion = defineNode('Accordion', { sections, items: sections, allow_multiple: flag() }, (props) => {
  const name = useId();
  const { shown, more } = useSlice([...props.sections, ...props.items]);
  return (
    <div className="ui-accordion">
      {shown.map(({ id, title, icon, children, content }, index) => (
        // Parts with the same name close each other.
        <details key={id || index} name={props.allow_multiple ? undefined : name}>
          <summary>
            <Icon name={icon} />
            <span>{title}</span>
          </summary>
          <div className="ui-accordion-body">
            <Nodes nodes={[...children, ...content]} />
          </div>
        </details>
      ))}
      {more}
    </div>
  );
});

const tab = object({ label: text(), icon: text(), content: node, children: nodes });

/** The tab that a key leads to, as an index. Undefined for other keys. */
function tabOfKey(key: string, index: number, count: number): number | undefined {
  const targets: Readonly<Record<string, number>> = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: count - 1 };
  return Object.hasOwn(targets, key) ? ((targets[key] ?? 0) + count) % count : undefined;
}

export const Tabs = defineNode('Tabs', { tabs: list(tab), default_tab: number(0, { min: 0 }) }, ({ tabs, default_tab }) => {
  const id = useId();
  const [chosen, setChosen] = useState(Math.floor(default_tab));
  const buttons = useRef<HTMLDivElement>(null);
  const selected = Math.min(chosen, tabs.length - 1);
  const current = tabs[selected];
  if (!current) return null;
  function onKeyDown(event: KeyboardEvent): void {
    const next = tabOfKey(event.key, selected, tabs.length);
    if (next === undefined) return;
    event.preventDefault();
    setChosen(next);
    buttons.current?.querySelectorAll('button')[next]?.focus();
  }
  return (
    <div className="ui-tabs">
      <div role="tablist" ref={buttons} onKeyDown={onKeyDown}>
        {tabs.map(({ label, icon }, index) => (
          <button
            key={index}
            type="button"
            role="tab"
            id={`${id}-tab-${index}`}
            aria-selected={index === selected}
            aria-controls={`${id}-panel`}
            tabIndex={index === selected ? 0 : -1}
            onClick={() => setChosen(index)}
          >
            <Icon name={icon} />
            {label || index + 1}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${selected}`} tabIndex={0} key={selected}>
        {current.content && <NodeView node={current.content} />}
        <Nodes nodes={current.children} />
      </div>
    </div>
  );
});
