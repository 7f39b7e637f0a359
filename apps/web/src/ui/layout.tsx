import { type ReactNode, useEffect, useRef } from 'react';
import { m } from '../messages/index.js';

interface PageProps {
  title: string;
  /** Below the title. */
  lead?: ReactNode;
  /** Beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** Whether a page was shown before: the first one leaves the focus where the browser puts it. */
let wasShown = false;

/** A page: its title, which gets the focus after a navigation unless something in it wants it (`data-focus`), and its content. */
export function Page({ title, lead, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const wanted = content.current?.querySelector<HTMLElement>('[data-focus]') ?? heading.current;
    if (wasShown) wanted?.focus({ preventScroll: true });
    wasShown = true;
  }, []);
  return (
    <div ref={content} className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <title>{`${title} · ${m.app.name}`}</title>
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight [overflow-wrap:anywhere]">
            {title}
          </h1>
          {lead && <div className="mt-1 max-w-2xl text-muted [overflow-wrap:anywhere]">{lead}</div>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export const Card = ({ children, className = '' }: { children: ReactNode; className?: string }) => (
  <div className={`min-w-0 rounded-xl border border-line bg-surface p-5 shadow-card ${className}`}>{children}</div>
);

interface SectionProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export const Section = ({ title, lead, actions, children }: SectionProps) => (
  <section className="grid grid-cols-[minmax(0,1fr)] content-start gap-3">
    <div className="flex flex-wrap items-end justify-between gap-2">
      <div className="min-w-0">
        <h2 className="text-lg font-semibold [overflow-wrap:anywhere]">{title}</h2>
        {lead && <p className="max-w-2xl text-sm text-muted">{lead}</p>}
      </div>
      {actions}
    </div>
    {children}
  </section>
);

/** Rows in one frame. */
export const Rows = ({ children }: { children: ReactNode }) => (
  <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-surface shadow-card">{children}</ul>
);

export const Row = ({ children, actions }: { children: ReactNode; actions?: ReactNode }) => (
  <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-5 py-3.5">
    <div className="min-w-0 flex-1 basis-56 [overflow-wrap:anywhere]">{children}</div>
    {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
  </li>
);

const TONES = {
  plain: 'bg-sunken text-muted',
  accent: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  danger: 'bg-danger-soft text-danger',
};

export const Badge = ({ children, tone = 'plain' }: { children: ReactNode; tone?: keyof typeof TONES }) => (
  <span className={`inline-flex items-center gap-1 rounded-full px-2.5 py-0.5 text-xs font-medium ${TONES[tone]}`}>{children}</span>
);

/** A number with its name. */
export const Figure = ({ label, value, hint }: { label: string; value: string; hint?: string }) => (
  <div>
    <dt className="text-sm text-muted">{label}</dt>
    <dd className="text-2xl font-semibold tabular-nums">{value}</dd>
    {hint && <dd className="text-sm text-muted">{hint}</dd>}
  </div>
);
