import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { api, ApiProblem, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { CopyText } from '../../ui/code.js';
import { Field } from '../../ui/form.js';
import { formatDuration, formatNumber, formatTime } from '../../ui/format.js';
import { Card, Figure, Page } from '../../ui/layout.js';
import { Empty, Notice } from '../../ui/notice.js';
import { spanOf, toBranches, type View, VIEWS } from './branches.js';
import { TraceForm } from './find-trace.js';
import { TraceTree } from './trace-tree.js';

/** The one page for the id of a request, and of all that it has caused. */
export function TracePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { data } = useSuspenseQuery({ queryKey: ['trace', id], queryFn: () => readTrace(id) });
  if (!data)
    return (
      <Page title={m.trace.none} lead={m.trace.noneLead}>
        <TraceForm key={id} id={id} />
      </Page>
    );
  const root = data.parts.find(({ kind, depth }) => depth === 0 && kind !== 'event' && kind !== 'audit') ?? data.parts[0];
  return (
    <Page title={m.trace.of(root?.name ?? '')} lead={m.trace.lead}>
      <Figures trace={data} />
      {data.missing.length > 0 && <Notice>{m.trace.missing(data.missing.join(', '))}</Notice>}
      {data.is_truncated && <Notice>{m.trace.truncated}</Notice>}
      <Parts trace={data} />
    </Page>
  );
}

/** Undefined if there is none that the user may see. */
const readTrace = (id: string) =>
  dataOf(api.GET('/v1/traces/{id}', { params: { path: { id } } })).catch((error: unknown) => {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  });

function Figures({ trace: { trace_id, credits, tokens, parts, started_at } }: { trace: Shapes['Trace'] }) {
  const { start, end } = spanOf(parts);
  return (
    <Card>
      <dl className="mb-5 grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Figure label={m.trace.duration} value={formatDuration(end - start)} hint={formatTime(started_at)} />
        <Figure label={m.trace.credits} value={formatNumber(credits)} />
        <Figure label={m.trace.tokens} value={formatNumber(tokens)} />
        <Figure label={m.trace.parts} value={formatNumber(parts.length)} />
      </dl>
      <CopyText label={m.trace.title} text={trace_id} />
    </Card>
  );
}

function Parts({ trace: { parts } }: { trace: Shapes['Trace'] }) {
  const { show = 'all' } = useSearch({ strict: false }) as { show?: View };
  const navigate = useNavigate();
  const branches = toBranches(parts, show);
  const choose = (view: string) => navigate({ to: '.', search: { show: view === 'all' ? undefined : (view as View) }, replace: true });
  return (
    <Card>
      <div className="mb-3 max-w-xs">
        <Field name="show" label={m.trace.show}>
          {(control) => (
            <select {...control} value={show} onChange={({ target }) => void choose(target.value)}>
              {Object.keys(VIEWS).map((view) => (
                <option key={view} value={view}>
                  {m.trace.kinds[view as View]}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {branches.length ? <TraceTree branches={branches} span={spanOf(parts)} /> : <Empty icon="activity" title={m.trace.noneOfKind} />}
    </Card>
  );
}
