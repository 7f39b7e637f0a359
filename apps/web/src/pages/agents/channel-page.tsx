import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { agentApi, type AgentShapes, ApiProblem, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { CopyText } from '../../ui/code.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { toWords } from '../../ui/format.js';
import { Card, Page, Section } from '../../ui/layout.js';
import { Failure, Loading, Notice } from '../../ui/notice.js';
import { ChannelForm } from './channel-form.js';
import { ChannelState } from './channels.js';
import { useChange } from './use-change.js';

/** A channel: its credentials, who is answered, and whether it works. One that is not set up has a form only. */
export function ChannelPage() {
  const { channel } = useParams({ strict: false }) as { channel: string };
  const options = { params: { path: { channel } } };
  const {
    data: bridge,
    error,
    isPending,
  } = useQuery({
    queryKey: ['channels', 'one', channel],
    queryFn: () =>
      dataOf(agentApi.GET('/api/channels/{channel}', options)).catch((problem: unknown) => {
        if (problem instanceof ApiProblem && problem.status === 404) return null;
        throw problem;
      }),
  });
  const [asks, setAsks] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    await dataOf(agentApi.DELETE('/api/channels/{channel}', options));
    await navigate({ to: '/channels' });
    await queries.invalidateQueries({ queryKey: ['channels'] });
  };
  const name = bridge?.display_name ?? m.channels.names[channel] ?? toWords(channel);
  return (
    <Page
      title={name}
      lead={m.channels.how[channel]}
      actions={
        bridge && (
          <Button look="danger" onClick={() => setAsks(true)}>
            {m.channels.forget}
          </Button>
        )
      }
    >
      {isPending ? (
        <Loading />
      ) : error ? (
        <Failure error={error} />
      ) : (
        <>
          {bridge && <State bridge={bridge} />}
          <Section title={bridge ? m.channels.settings : m.channels.connect}>
            <Card>
              <ChannelForm key={channel} channel={channel} bridge={bridge} />
            </Card>
          </Section>
        </>
      )}
      {asks && (
        <ConfirmDialog title={m.channels.forgetTitle(name)} action={m.channels.forget} onConfirm={remove} onClose={() => setAsks(false)}>
          {m.channels.forgetLead}
        </ConfirmDialog>
      )}
    </Page>
  );
}

function State({ bridge: { channel, running, healthy, bot_name, receive_url } }: { bridge: AgentShapes['Bridge'] }) {
  const options = { params: { path: { channel } } };
  const { data: health } = useQuery({
    queryKey: ['channels', 'health', channel],
    queryFn: () => dataOf(agentApi.GET('/api/channels/{channel}/health', options)),
  });
  const change = useChange('channels', () =>
    dataOf<unknown>(
      running ? agentApi.POST('/api/channels/{channel}/stop', options) : agentApi.POST('/api/channels/{channel}/start', options),
    ),
  );
  const problem = change.error?.message ?? health?.error;
  return (
    <Card>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <div className="flex flex-wrap items-center gap-3">
          <ChannelState {...{ configured: true, running, healthy }} />
          {bot_name && <span className="text-muted">{bot_name}</span>}
          <span className="ml-auto">
            <Button size="small" busy={change.isPending} onClick={() => change.mutate()}>
              {running ? m.channels.stop : m.channels.start}
            </Button>
          </span>
        </div>
        {problem && <Notice kind="danger">{problem}</Notice>}
        {receive_url && <CopyText label={m.channels.address} text={new URL(receive_url, location.origin).href} />}
      </div>
    </Card>
  );
}
