import { useEffect, useId, useRef, useState, type CSSProperties, type ReactNode } from 'react';
import type { UIAction } from '../action.js';
import { defineNode } from '../define.js';
import { action, flag, length, nodes, oneOf, text } from '../fields.js';
import { useMessages } from '../host.js';
import { Icon } from '../icon.js';
import { useAction } from '../use-action.js';
import { Nodes } from '../view.js';
import { Problem } from './button.js';

interface OverlayProps {
  className: string;
  style?: CSSProperties;
  title: string;
  subtitle: string;
  dismissible: boolean;
  onClose: () => void;
  footer?: ReactNode;
  children: ReactNode;
}

/** A modal window of the browser, which keeps the focus inside and gives it back. */
export function Overlay({ className, style, title, subtitle, dismissible, onClose, footer, children }: OverlayProps) {
  const id = useId();
  const messages = useMessages();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (!element?.open) element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={className}
      style={style}
      aria-labelledby={title ? id : undefined}
      aria-label={title ? undefined : messages.confirm}
      onCancel={(event) => {
        event.preventDefault();
        if (dismissible) onClose();
      }}
      onClick={(event) => event.target === dialog.current && dismissible && onClose()}
    >
      <div className="ui-overlay">
        <header>
          <div>
            {title && (
              <h2 id={id} className="ui-heading">
                {title}
              </h2>
            )}
            {subtitle && <p className="ui-muted">{subtitle}</p>}
          </div>
          {dismissible && (
            <button type="button" className="ui-bare ui-close" aria-label={messages.close} onClick={onClose}>
              <Icon name="X" />
            </button>
          )}
        </header>
        <div className="ui-overlay-body">{children}</div>
        {footer && <footer>{footer}</footer>}
      </div>
    </dialog>
  );
}

/** Whether an overlay is shown: the app opens it, the user closes it, and the app may open it again. */
function useOpen(open: boolean, onClose: UIAction | undefined): { shown: boolean; close: () => void } {
  const { start } = useAction();
  const [closed, setClosed] = useState(false);
  if (!open && closed) setClosed(false);
  return {
    shown: open && !closed,
    close: () => {
      setClosed(true);
      if (onClose) void start(onClose);
    },
  };
}

const SIZES = { xs: 'xs', sm: 'sm', md: 'md', lg: 'lg', xl: 'xl', '2xl': '2xl', full: 'full' } as const;
type Size = keyof typeof SIZES;
const size = oneOf<Size>(SIZES, 'md');

const dialogFields = {
  title: text(),
  subtitle: text(),
  content: nodes,
  children: nodes,
  confirm_label: (value: unknown) => (typeof value === 'string' ? value : undefined),
  cancel_label: (value: unknown) => (typeof value === 'string' ? value : undefined),
  on_confirm: action,
  on_close: action,
  size,
  max_width: length,
  dismissible: flag(true),
  destructive: flag(),
  open: flag(true),
};

export const Dialog = defineNode('Dialog', dialogFields, (props) => {
  const messages = useMessages();
  const { pending, error, start } = useAction();
  const { shown, close } = useOpen(props.open, props.on_close);
  const { on_confirm, confirm_label = messages.confirm, cancel_label = messages.cancel } = props;
  if (!shown) return null;
  const confirm = async (): Promise<void> => {
    if (!on_confirm || (await start(on_confirm))) close();
  };
  const footer = (confirm_label || cancel_label) && (
    <>
      {cancel_label && (
        <button type="button" className="ui-button ui-button-secondary" onClick={close}>
          {cancel_label}
        </button>
      )}
      {confirm_label && (
        <button
          type="button"
          className={`ui-button ui-button-${props.destructive ? 'danger' : 'primary'}`}
          aria-busy={pending || undefined}
          onClick={() => void confirm()}
        >
          {pending && <span className="ui-spinner" aria-hidden="true" />}
          {confirm_label}
        </button>
      )}
    </>
  );
  return (
    <Overlay
      className={`ui-dialog ui-width-${props.size}`}
      style={{ maxWidth: props.max_width }}
      title={props.title}
      subtitle={props.subtitle}
      // An irreversible decision is not made by a click beside it; without buttons there has to be a way out.
      dismissible={!footer || (props.dismissible && !props.destructive)}
      onClose={close}
      footer={footer}
    >
      <Nodes nodes={[...props.content, ...props.children]} />
      <Problem text={error} />
    </Overlay>
  );
});

const slideFields = { title: text(), subtitle: text(), children: nodes, content: nodes, open: flag(true), width: size, on_close: action };

export const SlideOver = defineNode('SlideOver', slideFields, (props) => {
  const { shown, close } = useOpen(props.open, props.on_close);
  if (!shown) return null;
  return (
    <Overlay className={`ui-slide-over ui-width-${props.width}`} title={props.title} subtitle={props.subtitle} dismissible onClose={close}>
      <Nodes nodes={[...props.children, ...props.content]} />
    </Overlay>
  );
});
