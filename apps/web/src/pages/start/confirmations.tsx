import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { confirmationsQuery } from '../../data/queries.js';
import { m } from '../../messages/index.js';
import { Button, buttonClass } from '../../ui/button.js';
import { DataView } from '../../ui/data-view.js';
import { formatTime, toWords } from '../../ui/format.js';
import { Badge, Card, Page, Section } from '../../ui/layout.js';
import { Empty, Failure } from '../../ui/notice.js';
import { TraceLink } from '../../ui/trace-link.js';
import { CallResult } from './call-result.js';

type Confirmation = Shapes['Confirmation'];

export function Confirmations() {
  const { data } = useSuspenseQuery(confirmationsQuery);
  return (
    <Page title={m.confirmations.title} lead={m.confirmations.lead}>
      {data.confirmations.length ? (
        <ul className="grid gap-4">
          {data.confirmations.map((confirmation) => (
            <li key={confirmation.confirmation_id}>
              <ConfirmationCard confirmation={confirmation} />
            </li>
          ))}
        </ul>
      ) : (
        <Empty icon="shield" title={m.confirmations.none}>
          {m.confirmations.noneLead}
        </Empty>
      )}
    </Page>
  );
}

const titleOf = ({ function: name, app_id }: Pick<Confirmation, 'function' | 'app_id'>) => m.confirmations.runs(toWords(name), app_id);

/** One confirmation: where links of mails, agents and chats lead. */
export function ConfirmationPage() {
  const { confirmationId } = useParams({ strict: false }) as { confirmationId: string };
  const { data } = useSuspenseQuery({
    queryKey: ['confirmations', confirmationId],
    queryFn: () => dataOf(api.GET('/v1/confirmations/{confirmation_id}', { params: { path: { confirmation_id: confirmationId } } })),
  });
  return (
    <Page
      title={titleOf(data)}
      actions={
        <Link to="/confirmations" className={buttonClass()}>
          {m.confirmations.all}
        </Link>
      }
    >
      <ConfirmationCard confirmation={data} />
    </Page>
  );
}

function ConfirmationCard({ confirmation }: { confirmation: Confirmation }) {
  const { confirmation_id, app_id, params, action_type, status, expires_at, result } = confirmation;
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: (decision: 'confirm' | 'cancel') => {
      const options = { params: { path: { confirmation_id } } };
      return dataOf(
        decision === 'confirm'
          ? api.POST('/v1/confirmations/{confirmation_id}/confirm', options)
          : api.POST('/v1/confirmations/{confirmation_id}/cancel', options),
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['confirmations'] }),
  });
  const done = decide.data ?? confirmation;
  const hasParams = Object.keys(params).length > 0;
  return (
    <Card>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <div className="flex flex-wrap items-start justify-between gap-2">
          <div className="min-w-0">
            <p className="font-medium [overflow-wrap:anywhere]">{titleOf(confirmation)}</p>
            <p className={`text-sm ${action_type === 'destructive' ? 'text-danger' : 'text-muted'}`}>{m.confirmations.does[action_type]}</p>
          </div>
          <div className="flex items-center gap-2">
            {confirmation.trace_id && <TraceLink id={confirmation.trace_id} of={titleOf(confirmation)} />}
            <Badge tone={done.status === 'pending' ? 'accent' : 'plain'}>{m.confirmations.status[done.status]}</Badge>
          </div>
        </div>
        {hasParams && (
          <div className="rounded-lg bg-sunken p-4 text-sm">
            <DataView value={params} />
          </div>
        )}
        {decide.error && <Failure error={decide.error} />}
        {status === 'pending' && !decide.data ? (
          <div className="flex flex-wrap items-center gap-3">
            <Button look="primary" busy={decide.isPending} onClick={() => decide.mutate('confirm')}>
              {m.confirmations.confirm}
            </Button>
            <Button disabled={decide.isPending} onClick={() => decide.mutate('cancel')}>
              {m.confirmations.decline}
            </Button>
            <span className="text-sm text-muted">{m.confirmations.expires(formatTime(expires_at))}</span>
          </div>
        ) : (
          (decide.data?.result ?? result) && (
            <Section title={m.confirmations.result}>
              <CallResult appId={app_id} result={(decide.data?.result ?? result)!} />
            </Section>
          )
        )}
      </div>
    </Card>
  );
}
