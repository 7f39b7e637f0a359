import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { DataView } from '../../ui/data-view.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, Form } from '../../ui/form.js';
import { formatAgo } from '../../ui/format.js';
import { Badge, Card, Page } from '../../ui/layout.js';
import { Empty, Failure, Loading } from '../../ui/notice.js';
import { TraceLink } from '../../ui/trace-link.js';

type Automation = Shapes['Automation'];

export function Automations() {
  const queries = useQueryClient();
  const { data } = useSuspenseQuery({ queryKey: ['automations'], queryFn: () => dataOf(api.GET('/v1/automations')) });
  const [created, setCreated] = useState(0);
  const create = async ({ prompt = '' }: Record<string, string>) => {
    await dataOf(api.POST('/v1/automations', { body: { prompt } }));
    await queries.invalidateQueries({ queryKey: ['automations'] });
    setCreated(created + 1);
  };
  return (
    <Page title={m.automations.title} lead={m.automations.lead}>
      <Card>
        <Form key={created} onSubmit={create} action={m.automations.create}>
          <Field name="prompt" label={m.automations.prompt}>
            {(control) => <textarea {...control} rows={3} required maxLength={4000} placeholder={m.automations.placeholder} />}
          </Field>
        </Form>
      </Card>
      {data.length ? (
        <ul className="grid gap-4">
          {data.map((automation) => (
            <li key={automation.id}>
              <AutomationCard automation={automation} />
            </li>
          ))}
        </ul>
      ) : (
        <Empty icon="bolt" title={m.automations.none}>
          {m.automations.noneLead}
        </Empty>
      )}
    </Page>
  );
}

function AutomationCard({ automation }: { automation: Automation }) {
  const { id, prompt, interpretation, status, trigger_count, last_triggered_at, last_error } = automation;
  const queries = useQueryClient();
  const [asksRemoval, setAsksRemoval] = useState(false);
  const [showsRuns, setShowsRuns] = useState(false);
  const change = useMutation({
    mutationFn: (what: 'pause' | 'resume' | 'remove') => {
      const options = { params: { path: { rule_id: id } } };
      if (what === 'pause') return api.POST('/v1/automations/{rule_id}/pause', options);
      if (what === 'resume') return api.POST('/v1/automations/{rule_id}/resume', options);
      return api.DELETE('/v1/automations/{rule_id}', options) as Promise<unknown>;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['automations'] }),
  });
  return (
    <Card>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        <div className="flex items-start justify-between gap-3">
          <h2 className="min-w-0 font-medium [overflow-wrap:anywhere]">{prompt}</h2>
          <Badge tone={status === 'active' ? 'good' : status === 'error' ? 'danger' : 'plain'}>{m.automations.status[status]}</Badge>
        </div>
        {interpretation && (
          <p className="text-sm text-muted">
            {m.automations.understood}: {interpretation}
          </p>
        )}
        <p className="text-sm text-muted">
          {m.automations.runs(trigger_count)}
          {last_triggered_at && ` · ${m.automations.last(formatAgo(last_triggered_at))}`}
        </p>
        {(change.error ?? last_error) && <p className="text-sm text-danger">{change.error?.message ?? last_error}</p>}
        <div className="flex flex-wrap gap-2">
          <Button size="small" busy={change.isPending} onClick={() => change.mutate(status === 'active' ? 'pause' : 'resume')}>
            {status === 'active' ? m.automations.pause : m.automations.resume}
          </Button>
          <Button size="small" aria-expanded={showsRuns} onClick={() => setShowsRuns(!showsRuns)}>
            {m.automations.history}
          </Button>
          <Button size="small" look="danger" onClick={() => setAsksRemoval(true)}>
            {m.automations.remove}
          </Button>
        </div>
        {showsRuns && <Runs ruleId={id} />}
      </div>
      {asksRemoval && (
        <Dialog title={m.automations.removeTitle} onClose={() => setAsksRemoval(false)}>
          <p>{m.automations.removeLead}</p>
          <div>
            <Button look="danger" busy={change.isPending} onClick={() => change.mutate('remove')}>
              {m.automations.remove}
            </Button>
          </div>
        </Dialog>
      )}
    </Card>
  );
}

function Runs({ ruleId }: { ruleId: number }) {
  const { data, error } = useQuery({
    queryKey: ['automations', ruleId],
    queryFn: () => dataOf(api.GET('/v1/automations/{rule_id}/executions', { params: { path: { rule_id: ruleId } } })),
  });
  if (error) return <Failure error={error} />;
  if (!data) return <Loading />;
  if (!data.length) return <p className="text-sm text-muted">{m.automations.noRuns}</p>;
  return (
    <ul className="divide-y divide-line rounded-lg border border-line">
      {data.map(({ id, trace_id, status, created_at, error: failure, output }) => (
        <li key={id} className="grid gap-1 px-4 py-2.5 text-sm">
          <span className="flex justify-between gap-3">
            {formatAgo(created_at)}
            <span className="flex items-center gap-2">
              <TraceLink id={trace_id} of={formatAgo(created_at)} />
              <Badge tone={status === 'failed' ? 'danger' : status === 'completed' ? 'good' : 'accent'}>
                {m.activity.status[status] ?? status}
              </Badge>
            </span>
          </span>
          {failure ? (
            <span className="text-danger">{failure}</span>
          ) : (
            output !== null && output !== undefined && <DataView value={output} />
          )}
        </li>
      ))}
    </ul>
  );
}
