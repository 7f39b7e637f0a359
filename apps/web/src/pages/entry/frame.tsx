import type { ReactNode } from 'react';
import { m } from '../../messages/index.js';
import { Mark } from '../../ui/icon.js';
import { Page } from '../../ui/layout.js';

/** The frame of pages for people who are not signed in. */
export const EntryFrame = ({
  title,
  lead,
  children,
  below,
}: {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
  below?: ReactNode;
}) => (
  <main className="mx-auto grid min-h-dvh w-full max-w-md content-center gap-6 px-4 py-10">
    <p className="flex items-center justify-center gap-2.5 text-xl font-semibold">
      <Mark className="size-9" />
      {m.app.name}
    </p>
    <div className="rounded-2xl border border-line bg-surface p-6 shadow-card sm:p-8">
      <Page title={title} lead={lead}>
        {children}
      </Page>
    </div>
    {below && <p className="text-center text-sm text-muted">{below}</p>}
  </main>
);

export const textLink = 'font-medium text-accent underline underline-offset-4 hover:no-underline';
