import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { agentApi, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Dialog } from '../../ui/dialog.js';
import { formatTime } from '../../ui/format.js';
import { Badge, Card, Page, Section } from '../../ui/layout.js';
import { Failure, Loading, Notice } from '../../ui/notice.js';
import { bodyOf, JobForm } from './job-form.js';
import { isAtWork, QueueRuns } from './queue-runs.js';
import { useChange } from './use-change.js';

const WATCH_MS = 2_000;

export function JobPage() {
  const { jobId } = useParams({ strict: false }) as { jobId: string };
  const options = { params: { path: { job_id: jobId } } };
  const { data: job } = useSuspenseQuery({
    queryKey: ['jobs', 'one', jobId],
    queryFn: () => dataOf(agentApi.GET('/api/cron/jobs/{job_id}', options)),
  });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'edit' | 'remove'>();
  const close = () => setDialog(undefined);
  const run = useChange('jobs', () => dataOf(agentApi.POST('/api/cron/jobs/{job_id}/run', options)));
  const change = useChange('jobs', (body: Partial<ReturnType<typeof bodyOf>> & { enabled?: boolean }) =>
    dataOf(agentApi.PUT('/api/cron/jobs/{job_id}', { ...options, body })),
  );
  const remove = async () => {
    await dataOf(agentApi.DELETE('/api/cron/jobs/{job_id}', options));
    await navigate({ to: '/jobs' });
    await queries.invalidateQueries({ queryKey: ['jobs', 'list'] });
  };
  const problem = run.error ?? change.error;
  return (
    <Page
      title={job.name}
      lead={m.jobs.when[job.schedule_kind](job.schedule_value)}
      actions={
        <>
          <Button look="primary" busy={run.isPending} onClick={() => run.mutate()}>
            {m.jobs.run}
          </Button>
          <Button busy={change.isPending} onClick={() => change.mutate({ enabled: !job.enabled })}>
            {job.enabled ? m.jobs.pause : m.jobs.resume}
          </Button>
          <Button onClick={() => setDialog('edit')}>{m.jobs.edit}</Button>
          <Button look="danger" onClick={() => setDialog('remove')}>
            {m.jobs.remove}
          </Button>
        </>
      }
    >
      {problem && <Notice kind="danger">{problem.message}</Notice>}
      <Card>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
          <p className="flex flex-wrap items-center gap-3 text-sm text-muted">
            <Badge tone={job.enabled ? 'good' : 'plain'}>{job.enabled ? m.jobs.on : m.jobs.off}</Badge>
            {job.next_run && <span>{m.jobs.next(formatTime(job.next_run))}</span>}
            {job.schedule_kind !== 'every' && <span>{job.timezone}</span>}
          </p>
          {job.task && <p className="whitespace-pre-line [overflow-wrap:anywhere]">{job.task}</p>}
          {job.last_error && <p className="text-sm text-danger [overflow-wrap:anywhere]">{job.last_error}</p>}
        </div>
      </Card>
      <Runs jobId={jobId} />
      {dialog === 'edit' && (
        <Dialog title={m.jobs.edit} onClose={close}>
          <JobForm
            job={job}
            action={m.jobs.save}
            onSubmit={async (values) => {
              const { task, ...body } = bodyOf(values);
              await change.mutateAsync(job.action === 'agent' ? { ...body, task } : body);
              close();
            }}
          />
        </Dialog>
      )}
      {dialog === 'remove' && (
        <ConfirmDialog title={m.jobs.removeTitle(job.name)} action={m.jobs.remove} onConfirm={remove} onClose={close}>
          {m.jobs.removeLead}
        </ConfirmDialog>
      )}
    </Page>
  );
}

/** Its runs; while one is at work they are read again, because no event tells of them. */
function Runs({ jobId }: { jobId: string }) {
  const { data, error, isPending } = useQuery({
    queryKey: ['jobs', 'runs', jobId],
    queryFn: () => dataOf(agentApi.GET('/api/cron/jobs/{job_id}/runs', { params: { path: { job_id: jobId }, query: { limit: 50 } } })),
    refetchInterval: ({ state }) => isAtWork(state.data?.jobs) && WATCH_MS,
  });
  return (
    <Section title={m.jobs.runs}>
      {isPending ? (
        <Loading />
      ) : error ? (
        <Failure error={error} />
      ) : data.jobs.length ? (
        <QueueRuns jobs={data.jobs} />
      ) : (
        <p className="text-sm text-muted">{m.jobs.noRuns}</p>
      )}
    </Section>
  );
}
