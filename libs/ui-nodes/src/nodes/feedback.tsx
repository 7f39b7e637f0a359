import { useState } from 'react';
import { defineNode } from '../define.js';
import { action, flag, number, oneOf, text, tone } from '../fields.js';
import { useMessages } from '../host.js';
import { Icon } from '../icon.js';
import { useAction } from '../use-action.js';
import type { UIAction } from '../action.js';
import { Problem } from './button.js';

const SEVERITIES = {
  info: 'info',
  success: 'success',
  ok: 'success',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  danger: 'error',
} as const;
type Severity = (typeof SEVERITIES)[keyof typeof SEVERITIES];
const ICONS: Readonly<Record<Severity, string>> = { info: 'Info', success: 'CircleCheck', warn: 'TriangleAlert', error: 'CircleX' };
const severity = oneOf<Severity>(SEVERITIES, 'info');

/** A button for an action that says in its params what it is called. */
function ActionButton({ action: run, label }: { action: UIAction; label: string }) {
  const { pending, error, start } = useAction();
  return (
    <>
      <button
        type="button"
        className="ui-button ui-button-secondary ui-size-sm"
        aria-busy={pending || undefined}
        onClick={() => void start(run)}
      >
        {label}
      </button>
      <Problem text={error} />
    </>
  );
}

const alertFields = {
  message: text(),
  title: text(),
  variant: (value: unknown) => (value === undefined ? undefined : severity(value)),
  type: severity,
  dismissible: flag(),
  action,
  action_label: text(),
};

export const Alert = defineNode('Alert', alertFields, ({ message, title, variant, type, dismissible, action: follow, action_label }) => {
  const messages = useMessages();
  const [dismissed, setDismissed] = useState('');
  const kind = variant ?? type;
  if (dismissed === `${title}\n${message}` && dismissible) return null;
  return (
    <div className={`ui-alert ui-alert-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <Icon name={ICONS[kind]} size={18} />
      <div className="ui-alert-text">
        {title && <strong>{title}</strong>}
        <span>{message}</span>
        {follow && action_label && <ActionButton action={follow} label={action_label} />}
      </div>
      {dismissible && (
        <button
          type="button"
          className="ui-bare ui-close"
          aria-label={messages.dismiss}
          onClick={() => setDismissed(`${title}\n${message}`)}
        >
          <Icon name="X" />
        </button>
      )}
    </div>
  );
});

const progressFields = {
  value: number(0, { min: 0 }),
  max: (value: unknown) => number(100, { min: 0 })(value) || 100,
  label: text(),
  variant: oneOf({ bar: 'bar', circular: 'circular', circle: 'circular' } as const, 'bar'),
  color: tone('blue'),
  show_value: flag(),
  size: oneOf({ sm: 'sm', md: 'md', lg: 'lg' } as const, 'md'),
};

export const Progress = defineNode('Progress', progressFields, ({ value, max, label, variant, color, show_value, size }) => {
  const share = Math.min(1, value / max);
  const shown = max === 100 ? `${Math.round(value)}%` : `${value} / ${max}`;
  const attributes = {
    role: 'progressbar',
    'aria-label': label || shown,
    'aria-valuemin': 0,
    'aria-valuemax': max,
    'aria-valuenow': Math.min(value, max),
    'aria-valuetext': shown,
  };
  return (
    <div className={`ui-progress ui-progress-${variant} ui-tone-${color} ui-size-${size}`}>
      {(label || show_value) && (
        <div className="ui-progress-label">
          <span>{label}</span>
          {show_value && <span>{shown}</span>}
        </div>
      )}
      {variant === 'circular' ? (
        <svg viewBox="0 0 36 36" {...attributes}>
          <circle cx="18" cy="18" r="15.9" pathLength={100} />
          <circle cx="18" cy="18" r="15.9" pathLength={100} strokeDasharray={`${share * 100} 100`} className="ui-progress-value" />
        </svg>
      ) : (
        <div className="ui-progress-track" {...attributes}>
          <div className="ui-progress-value" style={{ width: `${share * 100}%` }} />
        </div>
      )}
    </div>
  );
});

const loadingFields = { message: text(), variant: oneOf({ spinner: 'spinner', skeleton: 'skeleton', dots: 'dots' } as const, 'spinner') };

export const Loading = defineNode('Loading', loadingFields, ({ message, variant }) => {
  const messages = useMessages();
  return (
    <div className={`ui-loading ui-loading-${variant}`} role="status">
      {variant === 'skeleton' ? (
        <>
          <span className="ui-hidden">{message || messages.loading}</span>
          <div className="ui-skeleton" />
          <div className="ui-skeleton" />
          <div className="ui-skeleton" />
        </>
      ) : (
        <>
          <span className={variant === 'dots' ? 'ui-dots' : 'ui-spinner'} aria-hidden="true" />
          <span>{message || messages.loading}</span>
        </>
      )}
    </div>
  );
});

export const Failure = defineNode('Error', { message: text(), title: text('Error'), retry: action }, ({ message, title, retry }) => {
  const messages = useMessages();
  return (
    <div className="ui-state ui-state-error" role="alert">
      <Icon name="CircleAlert" size={28} />
      <strong>{title}</strong>
      <p>{message}</p>
      {retry && <ActionButton action={retry} label={messages.retry} />}
    </div>
  );
});

/** What a button is called that only has an action: what the action says, or what it does. */
const labelOf = (follow: UIAction, fallback: string): string =>
  'params' in follow ? text(fallback)(follow.params['label']) : follow.action === 'send' ? follow.message : fallback;

export const Empty = defineNode(
  'Empty',
  { message: text(), icon: text('Inbox'), action, action_label: text() },
  ({ message, icon, action: follow, action_label }) => {
    const messages = useMessages();
    return (
      <div className="ui-state">
        <Icon name={icon} size={28} />
        <p>{message || messages.noData}</p>
        {follow && <ActionButton action={follow} label={action_label || labelOf(follow, messages.open)} />}
      </div>
    );
  },
);
