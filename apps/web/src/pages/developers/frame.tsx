import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { m } from '../../messages/index.js';
import { Page } from '../../ui/layout.js';
import { appQuery } from './queries.js';
import { AppStatus } from './status.js';

/** The app of the page. */
export const useAppId = () => (useParams({ strict: false }) as { appId: string }).appId;
export const useApp = () => useSuspenseQuery(appQuery(useAppId())).data;

const TABS = [
  ['/developers/apps/$appId', m.dev.app.overview],
  ['/developers/apps/$appId/code', m.dev.app.code],
  ['/developers/apps/$appId/try', m.dev.app.tryOut],
  ['/developers/apps/$appId/releases', m.dev.app.releases],
  ['/developers/apps/$appId/prices', m.dev.app.prices],
  ['/developers/apps/$appId/access', m.dev.app.access],
  ['/developers/apps/$appId/logs', m.dev.app.logs],
] as const;

/** A page of one app: its name and status, and links to its other pages. */
export function AppFrame({ actions, children }: { actions?: ReactNode; children: ReactNode }) {
  const app = useApp();
  return (
    <Page
      title={app.name}
      lead={
        <span className="flex flex-wrap items-center gap-2 text-sm">
          {app.app_id} · {m.dev.developers.revision(app.revision)} <AppStatus app={app} />
        </span>
      }
      actions={actions}
    >
      <nav aria-label={m.dev.app.tabs} className="-mx-1 flex flex-wrap gap-1 border-b border-line px-1">
        {TABS.map(([to, label]) => (
          <Link
            key={to}
            to={to}
            params={{ appId: app.app_id }}
            activeOptions={{ exact: true, includeSearch: false }}
            className="-mb-px rounded-t-lg border-b-2 border-transparent px-3 py-2 text-sm text-muted hover:text-ink data-[status=active]:border-accent data-[status=active]:font-medium data-[status=active]:text-ink"
          >
            {label}
          </Link>
        ))}
      </nav>
      {children}
    </Page>
  );
}
