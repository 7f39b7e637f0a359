import { m } from '../../messages/index.js';
import { formatDuration } from '../../ui/format.js';
import type { Part, Span } from './branches.js';

const WIDTH = 1_000;
/** What is shorter is still seen. */
const LEAST = 8;

/** When a part happened within its trace. */
export function TimeBar({ part: { started_at, ended_at, status }, span }: { part: Part; span: Span }) {
  const start = Date.parse(started_at) - span.start;
  const duration = ended_at === null ? undefined : Date.parse(ended_at) - Date.parse(started_at);
  const scale = (WIDTH - LEAST) / Math.max(span.end - span.start, 1);
  const after = formatDuration(start);
  return (
    <svg
      role="img"
      aria-label={duration === undefined ? m.trace.begins(after) : m.trace.takes(after, formatDuration(duration))}
      viewBox={`0 0 ${WIDTH} 10`}
      preserveAspectRatio="none"
      className={`h-2.5 w-full rounded-sm bg-sunken ${status === 'failed' ? 'text-danger' : 'text-accent'}`}
    >
      <rect x={start * scale} width={Math.max((duration ?? 0) * scale, LEAST)} height="10" rx="2" fill="currentColor" />
    </svg>
  );
}
