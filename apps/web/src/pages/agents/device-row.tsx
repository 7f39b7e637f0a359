import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { agentApi, type AgentShapes, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { DataView } from '../../ui/data-view.js';
import { Dialog } from '../../ui/dialog.js';
import { formatAgo, formatTime } from '../../ui/format.js';
import { Badge, Row } from '../../ui/layout.js';
import { Failure, Loading } from '../../ui/notice.js';
import { useChange } from './use-change.js';

/** A device of the person: whether it is there, its log, and what it may do without asking. */
export function DeviceRow({
  node: { id, name, platform, version, status, last_seen, remembered_approvals },
}: {
  node: AgentShapes['Node'];
}) {
  const [dialog, setDialog] = useState<'log' | 'remove'>();
  const close = () => setDialog(undefined);
  const options = { params: { path: { node_id: id } } };
  const remove = useChange('devices', () => dataOf(agentApi.DELETE('/api/nodes/{node_id}', options)));
  const forget = useChange('devices', () =>
    dataOf(agentApi.PATCH('/api/nodes/{node_id}', { ...options, body: { forget_approvals: true } })),
  );
  return (
    <Row
      actions={
        <>
          <Badge tone={status === 'online' ? 'good' : 'plain'}>{m.devices.status[status]}</Badge>
          <Button size="small" aria-label={`${m.devices.log}: ${name}`} onClick={() => setDialog('log')}>
            {m.devices.log}
          </Button>
          <Button size="small" look="danger" aria-label={`${m.devices.remove}: ${name}`} onClick={() => setDialog('remove')}>
            {m.devices.remove}
          </Button>
        </>
      }
    >
      <p className="font-medium">{name}</p>
      <p className="text-sm text-muted">
        {[platform, version, last_seen && m.devices.seen(formatAgo(last_seen))].filter(Boolean).join(' · ')}
      </p>
      {remembered_approvals > 0 && (
        <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
          {m.devices.remembered(remembered_approvals)}
          <button type="button" className="underline underline-offset-4" onClick={() => forget.mutate()}>
            {m.devices.forget}
          </button>
        </p>
      )}
      {dialog === 'log' && (
        <Dialog title={m.devices.logOf(name)} onClose={close}>
          <Log nodeId={id} />
        </Dialog>
      )}
      {dialog === 'remove' && (
        <ConfirmDialog title={m.devices.removeTitle(name)} action={m.devices.remove} onConfirm={() => remove.mutateAsync()} onClose={close}>
          {m.devices.removeLead}
        </ConfirmDialog>
      )}
    </Row>
  );
}

function Log({ nodeId }: { nodeId: string }) {
  const { data, error, isPending } = useQuery({
    queryKey: ['devices', 'log', nodeId],
    queryFn: () => dataOf(agentApi.GET('/api/nodes/{node_id}/logs', { params: { path: { node_id: nodeId }, query: { limit: 50 } } })),
  });
  if (isPending) return <Loading />;
  if (error) return <Failure error={error} />;
  if (!data.logs.length) return <p className="text-muted">{m.devices.noLog}</p>;
  return (
    <ul className="divide-y divide-line">
      {data.logs.map(({ id, command, args, success, output, error: failure, invoked_by, created_at }) => (
        <li key={id} className="grid grid-cols-[minmax(0,1fr)] gap-1.5 py-3 text-sm">
          <span className="flex flex-wrap items-center gap-2">
            <span className="font-mono [overflow-wrap:anywhere]">{command}</span>
            <Badge tone={success === null ? 'accent' : success ? 'good' : 'danger'}>
              {success === null ? m.work.status.running : success ? m.work.status.completed : m.work.status.failed}
            </Badge>
          </span>
          <span className="text-muted">
            {m.devices.by[invoked_by]} · {formatTime(created_at)}
          </span>
          {Object.keys(args).length > 0 && <DataView value={args} />}
          {(failure ?? output) && (
            <pre
              className={`max-h-40 overflow-auto rounded-lg bg-sunken p-2 text-xs whitespace-pre-wrap ${failure ? 'text-danger' : ''}`}
              tabIndex={0}
            >
              {failure ?? output}
            </pre>
          )}
        </li>
      ))}
    </ul>
  );
}
