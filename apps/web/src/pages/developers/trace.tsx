import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ApiProblem, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { formatNumber } from '../../ui/format.js';
import { Badge, Card, Section } from '../../ui/layout.js';
import { Failure, Notice } from '../../ui/notice.js';

type Action = Shapes['Action'];

/** The calls of a request as a tree, each with when it ran, its time and its cost. */
export function Trace({ id }: { id: string }) {
  const { data, error } = useQuery({
    queryKey: ['actions', 'trace', id],
    queryFn: () =>
      dataOf(api.GET('/v1/actions/{trace_id}', { params: { path: { trace_id: id } } })).catch((failure: unknown) => {
        if (failure instanceof ApiProblem && failure.status === 404) return null;
        throw failure;
      }),
    // A call is recorded a moment after its answer.
    refetchInterval: ({ state: { data: found } }) => (found ? false : 500),
  });
  return (
    <Section title={m.dev.tryRun.trace} lead={m.dev.tryRun.traceLead}>
      {error ? <Failure error={error} /> : data ? <Tree actions={data.actions} /> : <Notice>{m.dev.tryRun.traceWaits}</Notice>}
    </Section>
  );
}

function Tree({ actions }: { actions: Action[] }) {
  const ids = new Set(actions.map(({ id }) => id));
  const start = Math.min(...actions.map(({ created_at }) => Date.parse(created_at)));
  const end = Math.max(...actions.map(({ created_at, duration_ms }) => Date.parse(created_at) + (duration_ms ?? 0)), start + 1);
  const span = { start, length: end - start };
  const roots = actions.filter(({ chain_id }) => chain_id === null || !ids.has(chain_id));
  return (
    <Card>
      <ul className="grid gap-3">
        {roots.map((root) => (
          <Branch key={root.id} action={root} actions={actions} span={span} />
        ))}
      </ul>
    </Card>
  );
}

interface Span {
  start: number;
  length: number;
}

function Branch({ action, actions, span }: { action: Action; actions: Action[]; span: Span }) {
  const { id, app_id, tool_name, status, duration_ms, tokens_used, extension_price, platform_fee, error, created_at } = action;
  const made = actions.filter(({ chain_id }) => chain_id === id);
  const cost = extension_price + platform_fee;
  const used = [
    duration_ms !== null && m.dev.tryRun.ms(formatNumber(duration_ms)),
    m.wallet.credits(formatNumber(cost)),
    tokens_used > 0 && m.dev.tryRun.tokens(formatNumber(tokens_used)),
  ].filter(Boolean);
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-1.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <span className="min-w-0 font-mono text-xs font-medium [overflow-wrap:anywhere]">
          {app_id}.{tool_name}
        </span>
        <Badge tone={status === 'success' || status === 'completed' ? 'good' : status === 'running' ? 'accent' : 'danger'}>
          {m.activity.status[status] ?? status}
        </Badge>
        <span className="text-muted tabular-nums">{used.join(' · ')}</span>
        <Link
          to="/developers/apps/$appId/logs"
          params={{ appId: app_id }}
          search={{ call: id }}
          className="text-accent underline underline-offset-4"
        >
          {m.dev.app.logs}
          <span className="sr-only">: {tool_name}</span>
        </Link>
      </div>
      <Bar from={(Date.parse(created_at) - span.start) / span.length} share={(duration_ms ?? 0) / span.length} />
      {error && <p className="text-sm text-danger [overflow-wrap:anywhere]">{error}</p>}
      {made.length > 0 && (
        <ul className="grid gap-3 border-l border-line pl-4">
          {made.map((child) => (
            <Branch key={child.id} action={child} actions={actions} span={span} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** When a call ran within its request. */
const Bar = ({ from, share }: { from: number; share: number }) => (
  <svg aria-hidden="true" viewBox="0 0 1000 6" preserveAspectRatio="none" className="h-1.5 w-full rounded-full bg-sunken">
    <rect x={Math.min(from * 1000, 990)} width={Math.max(share * 1000, 10)} height="6" className="fill-accent" />
  </svg>
);
