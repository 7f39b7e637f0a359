import { Link } from '@tanstack/react-router';
import { agentApi, type AgentShapes, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { DataView } from '../../ui/data-view.js';
import { formatNumber, formatTime } from '../../ui/format.js';
import { Badge } from '../../ui/layout.js';
import { useChange } from './use-change.js';

type QueueJob = AgentShapes['QueueJob'];

const TONES = { pending: 'plain', running: 'accent', completed: 'good', failed: 'danger', cancelled: 'plain' } as const;

/** Whether one of these may still change. */
export const isAtWork = (jobs: readonly QueueJob[] | undefined) =>
  jobs?.some(({ status }) => status === 'pending' || status === 'running') ?? false;

/** Runs of jobs: what came of each, why it failed, and how to repeat it. */
export const QueueRuns = ({ jobs }: { jobs: readonly QueueJob[] }) => (
  <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-surface">
    {jobs.map((job) => (
      <QueueRun key={job.id} job={job} />
    ))}
  </ul>
);

function QueueRun({ job: { id, status, created_at, duration_ms, attempts, output, error } }: { job: QueueJob }) {
  const replay = useChange('jobs', () => dataOf(agentApi.POST('/api/queue/jobs/{job_id}/replay', { params: { path: { job_id: id } } })));
  const { conversation_id, ...rest } = (typeof output === 'object' && output !== null ? output : { output }) as Record<string, unknown>;
  const hasEnded = status === 'completed' || status === 'failed' || status === 'cancelled';
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-2 px-5 py-3 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={TONES[status]}>{m.work.status[status]}</Badge>
        <span>{formatTime(created_at)}</span>
        <span className="text-muted">
          {duration_ms !== null && m.chat.took(formatNumber(duration_ms))}
          {attempts > 1 && ` · ${m.work.attempts(attempts)}`}
        </span>
        <span className="ml-auto flex flex-wrap gap-2">
          {typeof conversation_id === 'string' && (
            <Link
              to="/chat/$conversationId"
              params={{ conversationId: conversation_id }}
              className="text-accent underline underline-offset-4"
            >
              {m.work.conversation}
            </Link>
          )}
          {hasEnded && (
            <Button
              size="small"
              busy={replay.isPending}
              aria-label={`${m.work.replay}: ${formatTime(created_at)}`}
              onClick={() => replay.mutate()}
            >
              {m.work.replay}
            </Button>
          )}
        </span>
      </div>
      {(error ?? replay.error?.message) && <p className="text-danger [overflow-wrap:anywhere]">{error ?? replay.error?.message}</p>}
      {status === 'completed' && output !== null && output !== undefined && (
        <details>
          <summary className="w-fit rounded text-muted">{m.chat.result}</summary>
          <div className="mt-2">
            <DataView value={rest} />
          </div>
        </details>
      )}
    </li>
  );
}
