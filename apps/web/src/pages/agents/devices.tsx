import { useSuspenseQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { agentApi, type AgentShapes, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { formatAgo } from '../../ui/format.js';
import { Page, Row, Rows, Section } from '../../ui/layout.js';
import { Empty } from '../../ui/notice.js';
import { DeviceRow } from './device-row.js';
import { Select } from '../../ui/fields.js';
import { Once } from '../../ui/once.js';
import { useChange } from './use-change.js';

const PLATFORMS = ['linux', 'macos', 'windows', 'android', 'ios'] as const;
/** No event of the page's stream tells of devices: what waits for the person is looked for while the page is open. */
const WATCH_MS = 5_000;

const nodesQuery = { queryKey: ['devices', 'list'], queryFn: () => dataOf(agentApi.GET('/api/nodes')), refetchInterval: WATCH_MS };
const pendingQuery = {
  queryKey: ['devices', 'pending'],
  queryFn: () => dataOf(agentApi.GET('/api/nodes/pending')),
  refetchInterval: WATCH_MS,
};
const commandsQuery = {
  queryKey: ['devices', 'commands'],
  queryFn: () => dataOf(agentApi.GET('/api/nodes/exec-approvals/pending')),
  refetchInterval: WATCH_MS,
};

/** The person's devices, those that ask to become one, and the commands that wait for a decision. */
export function Devices() {
  const [{ data: nodes }, { data: asking }, { data: commands }] = useSuspenseQueries({
    queries: [nodesQuery, pendingQuery, commandsQuery],
  });
  const [pairs, setPairs] = useState(false);
  const nameOf = (node_id: string) => nodes.nodes.find(({ id }) => id === node_id)?.name ?? node_id;
  const own = nodes.nodes.filter(({ status }) => status !== 'pending');
  const pairButton = (
    <Button look="primary" onClick={() => setPairs(true)}>
      {m.devices.pair}
    </Button>
  );
  return (
    <Page title={m.devices.title} lead={m.devices.lead} actions={own.length > 0 && pairButton}>
      {commands.pending.length > 0 && (
        <Section title={m.devices.commands} lead={m.devices.commandsLead}>
          <Rows>
            {commands.pending.map((command) => (
              <Command key={command.id} command={command} on={nameOf(command.node_id)} />
            ))}
          </Rows>
        </Section>
      )}
      {asking.pending.length > 0 && (
        <Section title={m.devices.asking} lead={m.devices.askingLead}>
          <Rows>
            {asking.pending.map((node) => (
              <Asking key={node.node_id} node={node} />
            ))}
          </Rows>
        </Section>
      )}
      {own.length ? (
        <Section title={m.devices.own}>
          <Rows>
            {own.map((node) => (
              <DeviceRow key={node.id} node={node} />
            ))}
          </Rows>
        </Section>
      ) : (
        <Empty icon="device" title={m.devices.none}>
          <p>{m.devices.noneLead}</p>
          <p className="mt-4">{pairButton}</p>
        </Empty>
      )}
      {pairs && <Pair onClose={() => setPairs(false)} />}
    </Page>
  );
}

function Command({ command: { id, command, created_at }, on }: { command: AgentShapes['PendingApproval']; on: string }) {
  const decide = useChange('devices', (body: { approved: boolean; remember: boolean }) =>
    dataOf(agentApi.POST('/api/nodes/exec-approvals/{id}/resolve', { params: { path: { id } }, body })),
  );
  const button = (text: string, body: { approved: boolean; remember: boolean }, look?: 'primary' | 'danger') => (
    <Button
      size="small"
      {...(look && { look })}
      disabled={decide.isPending}
      aria-label={`${text}: ${command}`}
      onClick={() => decide.mutate(body)}
    >
      {text}
    </Button>
  );
  return (
    <Row
      actions={
        <>
          {button(m.chat.allow, { approved: true, remember: false }, 'primary')}
          {button(m.chat.always, { approved: true, remember: true })}
          {button(m.chat.deny, { approved: false, remember: false }, 'danger')}
        </>
      }
    >
      <p className="font-mono text-sm whitespace-pre-wrap">{command}</p>
      <p className="text-sm text-muted">
        {on} · {formatAgo(created_at)}
      </p>
      {decide.error && <p className="text-sm text-danger">{decide.error.message}</p>}
    </Row>
  );
}

function Asking({ node: { node_id, name, platform, capabilities, created_at } }: { node: AgentShapes['PendingNode'] }) {
  const options = { params: { path: { node_id } } };
  const decide = useChange('devices', (approved: boolean) =>
    dataOf<unknown>(
      approved ? agentApi.POST('/api/nodes/{node_id}/approve', options) : agentApi.POST('/api/nodes/{node_id}/reject', options),
    ),
  );
  return (
    <Row
      actions={
        <>
          <Button
            size="small"
            look="primary"
            disabled={decide.isPending}
            aria-label={`${m.devices.approve}: ${name}`}
            onClick={() => decide.mutate(true)}
          >
            {m.devices.approve}
          </Button>
          <Button
            size="small"
            look="danger"
            disabled={decide.isPending}
            aria-label={`${m.devices.reject}: ${name}`}
            onClick={() => decide.mutate(false)}
          >
            {m.devices.reject}
          </Button>
        </>
      }
    >
      <p className="font-medium">{name}</p>
      <p className="text-sm text-muted">{[platform, capabilities.join(', '), formatAgo(created_at)].filter(Boolean).join(' · ')}</p>
      {decide.error && <p className="text-sm text-danger">{decide.error.message}</p>}
    </Row>
  );
}

/** A device that the person names themselves: it is approved at once, and its token is shown once. */
function Pair({ onClose }: { onClose: () => void }) {
  const [token, setToken] = useState<string>();
  const pair = useChange('devices', async ({ name = '', platform = 'unknown' }: Values) => {
    const { node_id } = await dataOf(agentApi.POST('/api/nodes', { body: { name, platform, capabilities: [] } }));
    const approved = await dataOf(agentApi.POST('/api/nodes/{node_id}/approve', { params: { path: { node_id } } }));
    setToken(approved.token);
  });
  if (token)
    return (
      <Once
        title={m.devices.paired}
        lead={m.devices.pairedLead}
        texts={[
          [m.devices.token, token],
          [m.devices.address, `${location.origin.replace(/^http/, 'ws')}/ws/node`],
        ]}
        onClose={onClose}
      />
    );
  return (
    <Dialog title={m.devices.pair} onClose={onClose}>
      <Form onSubmit={(values) => pair.mutateAsync(values)} action={m.devices.pair}>
        <TextField name="name" label={m.jobs.name} required maxLength={100} autoFocus />
        <Select name="platform" label={m.devices.platform} options={PLATFORMS.map((one) => [one, m.devices.platforms[one]])} />
      </Form>
    </Dialog>
  );
}
