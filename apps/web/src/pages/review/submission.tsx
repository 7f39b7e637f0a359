import { useQuery, useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { AppIcon } from '../../ui/app-icon.js';
import { Button } from '../../ui/button.js';
import { FilesDiff } from '../../ui/files-diff.js';
import { formatAgo, formatTime } from '../../ui/format.js';
import { Badge, Page, Section } from '../../ui/layout.js';
import { Failure, Loading, Notice } from '../../ui/notice.js';
import { Changes } from './changes.js';
import { Decision, type DecisionKind } from './decision.js';
import { Keys } from './keys.js';
import { Functions, McpServer, Texts } from './parts.js';
import { queueQuery, releaseQuery, reviewQuery } from './queries.js';

/** One submission. What changes for users stands on top. */
export function SubmissionPage() {
  const { appId } = useParams({ strict: false }) as { appId: string };
  return <Submission key={appId} appId={appId} />;
}

function Submission({ appId }: { appId: string }) {
  const { data: review } = useSuspenseQuery(reviewQuery(appId));
  const { data: queue } = useSuspenseInfiniteQuery(queueQuery);
  const navigate = useNavigate();
  const [asks, setAsks] = useState<DecisionKind>();
  const [quotes, setQuotes] = useState<string[]>([]);
  const { app, proposed, approved, waiting_since, is_own } = review;
  const at = queue.findIndex(({ app_id }) => app_id === appId);
  const [previous, next] = [queue[at - 1], at < 0 ? undefined : queue[at + 1]];
  const goTo = (other: Shapes['App'] | undefined) =>
    other && (() => void navigate({ to: '/review/apps/$appId', params: { appId: other.app_id } }));
  const ask = (kind: DecisionKind) => (is_own ? undefined : () => setAsks(kind));
  return (
    <Page
      title={app.name}
      lead={app.short_description}
      actions={
        <>
          <Keys actions={{ j: goTo(next), k: goTo(previous), a: ask('approve'), r: ask('reject') }} />
          {!is_own && (
            <>
              <Button look="danger" onClick={() => setAsks('reject')}>
                {m.review.decision.reject}
              </Button>
              <Button look="primary" onClick={() => setAsks('approve')}>
                {m.review.decision.approve}
              </Button>
            </>
          )}
        </>
      }
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm text-muted">
        <AppIcon icon={app.icon} name={app.name} />
        <Badge tone="accent">{approved ? m.review.queue.update : m.review.queue.first}</Badge>
        <span>
          {proposed.version} · {m.dev.releases.revision(proposed.revision)}
        </span>
        <span className="[overflow-wrap:anywhere]">
          {app.app_id}, {m.review.queue.by(app.developer_id)}
        </span>
        {waiting_since && <span title={formatTime(waiting_since)}>{m.review.queue.waits(formatAgo(waiting_since))}</span>}
        {at >= 0 && (
          <span className="flex items-center gap-1">
            <Button size="small" look="quiet" disabled={!previous} onClick={goTo(previous)}>
              {m.review.queue.previous}
            </Button>
            {m.review.queue.position(at + 1, queue.length)}
            <Button size="small" look="quiet" disabled={!next} onClick={goTo(next)}>
              {m.review.queue.next}
            </Button>
          </span>
        )}
      </div>
      {is_own && <Notice>{m.review.queue.own}</Notice>}
      <Changes review={review} />
      {app.mcp_server && <McpServer server={app.mcp_server} />}
      <Texts app={app} />
      <Functions functions={app.tools_json} />
      <ReleaseDiff
        appId={appId}
        proposed={proposed.revision}
        approved={approved?.revision}
        onQuote={(text) => setQuotes([...quotes, text])}
      />
      {quotes.length > 0 && <Notice>{m.review.decision.quoted(quotes.length)}</Notice>}
      {asks && (
        <Decision
          kind={asks}
          app={app}
          revision={proposed.revision}
          evidence={quotes.join('\n\n')}
          onClose={() => setAsks(undefined)}
          onDecided={() => void (next ? goTo(next)?.() : navigate({ to: '/review' }))}
        />
      )}
    </Page>
  );
}

interface ReleaseDiffProps {
  appId: string;
  proposed: number;
  approved: number | undefined;
  onQuote: (text: string) => void;
}

/** Nothing, before the first release. */
const NOTHING = {};

function ReleaseDiff({ appId, proposed, approved, onQuote }: ReleaseDiffProps) {
  const after = useQuery(releaseQuery(appId, proposed));
  const before = useQuery({ ...releaseQuery(appId, approved ?? 0), enabled: approved !== undefined });
  const old = approved === undefined ? NOTHING : before.data;
  const error = after.error ?? before.error;
  return (
    <Section title={approved === undefined ? m.review.reviewed.filesFirst : m.review.reviewed.files}>
      {error ? (
        <Failure error={error} />
      ) : after.data && old ? (
        <FilesDiff before={old} after={after.data} onQuote={onQuote} />
      ) : (
        <Loading />
      )}
    </Section>
  );
}
