import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { m } from '../../messages/index.js';
import { APP_CARD, AppIcon } from '../../ui/app-icon.js';
import { MoreButton } from '../../ui/button.js';
import { formatAgo, formatTime } from '../../ui/format.js';
import { Badge, Page } from '../../ui/layout.js';
import { Empty } from '../../ui/notice.js';
import { Keys } from './keys.js';
import { queueQuery } from './queries.js';

export function ReviewQueue() {
  const { data: apps, hasNextPage, isFetchingNextPage, fetchNextPage } = useSuspenseInfiniteQuery(queueQuery);
  const list = useRef<HTMLUListElement>(null);
  /** Moves the focus within the list. */
  const move = (by: number) => {
    const links = [...(list.current?.querySelectorAll('a') ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
  };
  return (
    <Page title={m.review.queue.title} lead={m.review.queue.lead} actions={<Keys actions={{ j: () => move(1), k: () => move(-1) }} />}>
      {apps.length ? (
        <ul ref={list} className="grid gap-3">
          {apps.map((app) => (
            <li key={app.app_id} className="min-w-0">
              <Link to="/review/apps/$appId" params={{ appId: app.app_id }} className={APP_CARD}>
                <AppIcon icon={app.icon} name={app.name} />
                <span className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)] gap-1">
                  <span className="font-medium [overflow-wrap:anywhere]">{app.name}</span>
                  <span className="line-clamp-2 text-sm text-muted [overflow-wrap:anywhere]">{app.short_description}</span>
                  <span className="flex flex-wrap items-center gap-2 text-sm text-muted">
                    <Badge>{app.revision === 1 ? m.review.queue.first : m.dev.releases.revision(app.revision)}</Badge>
                    {app.app_id}
                    {app.submitted_at && (
                      <span title={formatTime(app.submitted_at)}>{m.review.queue.waits(formatAgo(app.submitted_at))}</span>
                    )}
                  </span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      ) : (
        <Empty icon="check" title={m.review.queue.none}>
          {m.review.queue.noneLead}
        </Empty>
      )}
      <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </Page>
  );
}
