import type { ReactNode } from 'react';
import { m } from '../messages/index.js';
import { Button } from './button.js';
import { Icon, type IconName } from './icon.js';

const KINDS = {
  info: 'bg-accent-soft text-ink',
  danger: 'bg-danger-soft text-danger',
  good: 'bg-good-soft text-good',
} as const;

/** A message that screen readers read when it appears. */
export const Notice = ({ kind = 'info', children }: { kind?: keyof typeof KINDS; children: ReactNode }) => (
  <div role={kind === 'danger' ? 'alert' : 'status'} className={`rounded-lg px-4 py-3 text-sm [overflow-wrap:anywhere] ${KINDS[kind]}`}>
    {children}
  </div>
);

/** What is shown where nothing is yet: what it would be, and what to do. */
export const Empty = ({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) => (
  <div className="grid justify-items-center gap-2 rounded-xl border border-dashed border-line px-6 py-12 text-center">
    <Icon name={icon} className="size-8 text-muted" />
    <p className="font-medium">{title}</p>
    {children && <div className="max-w-md text-sm text-muted">{children}</div>}
  </div>
);

/** What is shown instead of a part that failed. */
export const Failure = ({ error, retry }: { error: unknown; retry?: () => void }) => (
  <div role="alert" className="grid justify-items-start gap-3 rounded-xl border border-line bg-surface p-6">
    <p className="font-medium">{m.errors.title}</p>
    <p className="text-sm text-muted">{error instanceof Error ? error.message : m.errors.unexpected}</p>
    {retry && <Button onClick={retry}>{m.errors.retry}</Button>}
  </div>
);

/** Grey lines where a page will be. */
export const Loading = () => (
  <div role="status" className="grid animate-pulse gap-4">
    <span className="sr-only">{m.app.loading}</span>
    <div className="h-8 w-48 rounded-lg bg-sunken" />
    <div className="h-28 rounded-xl bg-sunken" />
    <div className="h-28 rounded-xl bg-sunken" />
  </div>
);
