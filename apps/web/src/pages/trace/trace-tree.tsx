import { m } from '../../messages/index.js';
import { CopyText } from '../../ui/code.js';
import { DataView } from '../../ui/data-view.js';
import { formatDuration, formatNumber, formatSigned, formatTime } from '../../ui/format.js';
import { Badge } from '../../ui/layout.js';
import type { Branch, Part, Span } from './branches.js';
import { TimeBar } from './time-bar.js';

const GOOD = ['success', 'done', 'completed', 'captured', 'confirmed'];
const BAD = ['failed', 'error', 'validation_rejected'];

/** The parts of a trace as a tree, each beside its time and its cost. */
export const TraceTree = ({ branches, span }: { branches: readonly Branch[]; span: Span }) => (
  <ol className="grid grid-cols-[minmax(0,1fr)]">
    {branches.map(({ part, branches: caused }) => (
      <li key={part.id} className="grid grid-cols-[minmax(0,1fr)]">
        <PartRow part={part} span={span} />
        {caused.length > 0 && (
          <div className="ml-2 border-l border-line pl-2 sm:ml-3 sm:pl-3">
            <TraceTree branches={caused} span={span} />
          </div>
        )}
      </li>
    ))}
  </ol>
);

function PartRow({ part, span }: { part: Part; span: Span }) {
  const { kind, name, status, started_at, ended_at } = part;
  return (
    <details className="border-b border-line">
      <summary className="grid items-center gap-x-4 gap-y-1.5 rounded px-1 py-2.5 hover:bg-sunken sm:grid-cols-[minmax(0,1fr)_9rem_7rem]">
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-2 gap-y-1">
          <span className="text-xs font-medium text-muted">{m.trace.kind[kind]}</span>
          <span className="min-w-0 text-sm font-medium [overflow-wrap:anywhere]">{name}</span>
          {status && (
            <Badge tone={BAD.includes(status) ? 'danger' : GOOD.includes(status) ? 'good' : 'plain'}>
              {m.trace.status[status] ?? status}
            </Badge>
          )}
        </span>
        <TimeBar part={part} span={span} />
        <span className="flex gap-3 text-xs text-muted tabular-nums sm:grid sm:justify-items-end sm:gap-0.5">
          <span>
            {ended_at === null
              ? m.trace.after(formatDuration(Date.parse(started_at) - span.start))
              : formatDuration(Date.parse(ended_at) - Date.parse(started_at))}
          </span>
          <Cost part={part} />
        </span>
      </summary>
      <Details part={part} />
    </details>
  );
}

function Cost({ part: { kind, credits, tokens } }: { part: Part }) {
  const paid = credits ? m.wallet.credits(kind === 'entry' ? formatSigned(credits) : formatNumber(credits)) : undefined;
  const costs = [paid, tokens ? m.trace.tokensOf(formatNumber(tokens)) : undefined].filter(Boolean);
  return costs.map((cost) => <span key={cost}>{cost}</span>);
}

function Details({ part: { id, service, user_id, started_at, ended_at, text } }: { part: Part }) {
  const { details } = m.trace;
  const facts = {
    [details.service]: service,
    ...(user_id && { [details.user]: user_id }),
    [details.started]: formatTime(started_at),
    ...(ended_at !== null && { [details.ended]: formatTime(ended_at) }),
    ...(text && { [details.text]: text }),
  };
  return (
    <div className="mb-3 grid grid-cols-[minmax(0,1fr)] gap-3 rounded-lg bg-sunken p-4 text-sm">
      <DataView value={facts} />
      <CopyText label={details.id} text={id} />
    </div>
  );
}
