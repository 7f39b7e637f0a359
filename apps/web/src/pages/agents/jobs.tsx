import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { agentApi, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button, buttonClass } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { formatTime } from '../../ui/format.js';
import { Badge, Page, Row, Rows } from '../../ui/layout.js';
import { Empty } from '../../ui/notice.js';
import { bodyOf, JobForm } from './job-form.js';
import { useChange } from './use-change.js';

export function Jobs() {
  const { data } = useSuspenseQuery({ queryKey: ['jobs', 'list'], queryFn: () => dataOf(agentApi.GET('/api/cron/jobs')) });
  const [creates, setCreates] = useState(false);
  const create = useChange('jobs', (body: ReturnType<typeof bodyOf>) =>
    dataOf(agentApi.POST('/api/cron/jobs', { body: { ...body, action: 'agent' } })),
  );
  const createButton = (
    <Button look="primary" onClick={() => setCreates(true)}>
      {m.jobs.create}
    </Button>
  );
  return (
    <Page title={m.jobs.title} lead={m.jobs.lead} actions={data.jobs.length > 0 && createButton}>
      {data.jobs.length ? (
        <Rows>
          {data.jobs.map(({ id, name, schedule_kind, schedule_value, enabled, next_run, last_error, task }) => (
            <Row
              key={id}
              actions={
                <>
                  <Badge tone={last_error ? 'danger' : enabled ? 'good' : 'plain'}>
                    {last_error ? m.work.status.failed : enabled ? m.jobs.on : m.jobs.off}
                  </Badge>
                  <Link
                    to="/jobs/$jobId"
                    params={{ jobId: id }}
                    className={buttonClass({ size: 'small' })}
                    aria-label={`${m.jobs.open}: ${name}`}
                  >
                    {m.jobs.open}
                  </Link>
                </>
              }
            >
              <p className="font-medium">{name}</p>
              <p className="text-sm text-muted">
                {m.jobs.when[schedule_kind](schedule_value)}
                {next_run && ` · ${m.jobs.next(formatTime(next_run))}`}
              </p>
              {task && <p className="line-clamp-1 text-sm text-muted">{task}</p>}
            </Row>
          ))}
        </Rows>
      ) : (
        <Empty icon="clock" title={m.jobs.none}>
          <p>{m.jobs.noneLead}</p>
          <p className="mt-4">{createButton}</p>
        </Empty>
      )}
      {creates && (
        <Dialog title={m.jobs.create} onClose={() => setCreates(false)}>
          <JobForm
            action={m.jobs.create}
            onSubmit={async (values) => {
              await create.mutateAsync(bodyOf(values));
              setCreates(false);
            }}
          />
        </Dialog>
      )}
    </Page>
  );
}
