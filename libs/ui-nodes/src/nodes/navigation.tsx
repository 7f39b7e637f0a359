import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { defineNode } from '../define.js';
import { action, flag, list, node, nodes, number, object, oneOf, text } from '../fields.js';
import { useHost, useMessages } from '../host.js';
import { Icon } from '../icon.js';
import { isHostPath, linkUrl } from '../url.js';
import { useAction } from '../use-action.js';
import { Nodes } from '../view.js';
import { Problem } from './button.js';

export const Link = defineNode(
  'Link',
  { label: text(), text: text(), href: linkUrl, on_click: action },
  ({ label, text: alias, href, on_click }) => {
    const { run } = useHost();
    const { error, start } = useAction();
    const name = label || alias || href || 'Link';
    if (on_click) {
      return (
        <>
          <button type="button" className="ui-bare ui-link" onClick={() => void start(on_click)}>
            {name}
          </button>
          <Problem text={error} />
        </>
      );
    }
    if (!href) return <span className="ui-text">{name}</span>;
    if (!isHostPath(href)) {
      return (
        <a className="ui-link" href={href} target="_blank" rel="noopener noreferrer nofollow">
          {name}
          <Icon name="ArrowUpRight" size={12} />
        </a>
      );
    }
    return (
      <a
        className="ui-link"
        href={href}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          void run({ action: 'navigate', path: href }).catch(() => undefined);
        }}
      >
        {name}
      </a>
    );
  },
);

const FOCUSABLE = 'a[href],button,input,select,textarea,[tabindex]';
const tooltipFields = { content: text(), children: nodes, delay_ms: number(200, { min: 0, max: 5_000 }) };

export const Tooltip = defineNode('Tooltip', tooltipFields, ({ content, children, delay_ms }) => {
  const id = useId();
  const [shown, setShown] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    // The text describes the control inside, or makes its content reachable by keyboard.
    const control = anchor.current?.querySelector(FOCUSABLE) ?? anchor.current;
    if (control === anchor.current) control?.setAttribute('tabindex', '0');
    control?.setAttribute('aria-describedby', id);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  function show(delay: number): void {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setShown(true), delay);
  }
  function hide(): void {
    clearTimeout(timer.current);
    setShown(false);
  }
  return (
    <span
      className="ui-tooltip"
      onMouseEnter={() => show(delay_ms)}
      onMouseLeave={hide}
      onFocus={() => show(0)}
      onBlur={hide}
      onKeyDown={({ key }) => key === 'Escape' && hide()}
    >
      <span ref={anchor} className="ui-tooltip-anchor">
        {children.length ? <Nodes nodes={children} /> : <Icon name="Info" />}
      </span>
      <span id={id} role="tooltip" className={shown ? 'ui-tooltip-text' : 'ui-tooltip-text ui-off'}>
        {content}
      </span>
    </span>
  );
});

const menuItem = object({
  label: text(),
  icon: text(),
  on_click: action,
  confirm: text(),
  separator: flag(),
  disabled: flag(),
  destructive: flag(),
});
const menuFields = { items: list(menuItem), trigger: node, align: oneOf({ start: 'start', end: 'end' } as const, 'start'), label: text() };

export const Menu = defineNode('Menu', menuFields, ({ items, trigger, align, label }) => {
  const id = useId();
  const messages = useMessages();
  const { pending, error, start } = useAction();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const entries = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  useEffect(() => {
    if (!open) return undefined;
    entries()[0]?.focus();
    const close = (event: PointerEvent): void => void (root.current?.contains(event.target as Element) || setOpen(false));
    document.addEventListener('pointerdown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, [open]);
  function close(): void {
    setOpen(false);
    button.current?.focus();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (!open) return;
    if (event.key === 'Tab') return setOpen(false);
    const all = entries();
    const index = all.indexOf(document.activeElement as HTMLElement);
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => all[(index + 1) % all.length]?.focus(),
      ArrowUp: () => all.at(index - 1)?.focus(),
      Home: () => all[0]?.focus(),
      End: () => all.at(-1)?.focus(),
      Escape: close,
    };
    if (!Object.hasOwn(moves, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    moves[event.key]?.();
  }
  const name = label || text()(trigger?.props['label']) || text()(trigger?.props['content']);
  const icon = text(name ? '' : 'Ellipsis')(trigger?.props['icon'] ?? trigger?.props['name']);
  return (
    <div className="ui-menu" ref={root} onKeyDown={onKeyDown}>
      <button
        type="button"
        ref={button}
        className="ui-button ui-button-secondary"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-busy={pending || undefined}
        aria-label={name ? undefined : messages.menu}
        onClick={() => setOpen(!open)}
      >
        <Icon name={icon} />
        {name}
        {name && <Icon name="ChevronDown" size={14} />}
      </button>
      {open && (
        <div role="menu" id={id} ref={list} aria-label={name || messages.menu} className={`ui-menu-list ui-align-${align}`}>
          {items.map((item, index) =>
            item.separator ? (
              <div key={index} role="separator" />
            ) : (
              <button
                key={index}
                type="button"
                role="menuitem"
                tabIndex={-1}
                className={item.destructive || item.confirm ? 'ui-destructive' : undefined}
                disabled={item.disabled || !item.on_click}
                onClick={() => {
                  close();
                  if (item.on_click) void start(item.on_click, item.confirm);
                }}
              >
                <Icon name={item.icon} />
                {item.label}
              </button>
            ),
          )}
        </div>
      )}
      <Problem text={error} />
    </div>
  );
});
