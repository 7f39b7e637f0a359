import { useSuspenseQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { agentApi, type AgentShapes, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button, buttonClass } from '../../ui/button.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { formatNumber, formatTime } from '../../ui/format.js';
import { Badge, Card, Page, Row, Rows, Section } from '../../ui/layout.js';
import { useChange } from './use-change.js';

const channelsQuery = { queryKey: ['channels', 'list'], queryFn: () => dataOf(agentApi.GET('/api/channels')) };
const pairingQuery = { queryKey: ['channels', 'pairing'], queryFn: () => dataOf(agentApi.GET('/api/pairing/pending')) };

/** Where others reach the person's agent, and who waits to be let in. */
export function Channels() {
  const [{ data }, { data: waiting }] = useSuspenseQueries({ queries: [channelsQuery, pairingQuery] });
  return (
    <Page title={m.channels.title} lead={m.channels.lead}>
      <Rows>
        {data.channels.map((channel) => (
          <ChannelRow key={channel.name} channel={channel} />
        ))}
      </Rows>
      <Pairing codes={waiting.pending} />
    </Page>
  );
}

/** The state of a channel in a word. */
export const ChannelState = ({ configured, running, healthy }: Pick<AgentShapes['ListedBridge'], 'configured' | 'running' | 'healthy'>) =>
  configured ? (
    <Badge tone={healthy ? 'good' : running ? 'danger' : 'plain'}>
      {healthy ? m.channels.running : running ? m.channels.failing : m.channels.stopped}
    </Badge>
  ) : (
    <Badge>{m.channels.notSetUp}</Badge>
  );

function ChannelRow({ channel }: { channel: AgentShapes['ListedBridge'] }) {
  const { name, display_name, configured, message_count } = channel;
  const action = configured ? m.channels.manage : m.channels.connect;
  return (
    <Row
      actions={
        <>
          <ChannelState {...channel} />
          <Link
            to="/channels/$channel"
            params={{ channel: name }}
            className={buttonClass({ size: 'small', look: configured ? 'plain' : 'primary' })}
            aria-label={`${action}: ${display_name}`}
          >
            {action}
          </Link>
        </>
      }
    >
      <p className="font-medium">{display_name}</p>
      {message_count > 0 && <p className="text-sm text-muted">{m.channels.messages(formatNumber(message_count))}</p>}
    </Row>
  );
}

/** A contact got a code and told it to the person, who enters it here. Contacts who wait are listed without their codes being trusted. */
function Pairing({ codes }: { codes: readonly AgentShapes['PairingCode'][] }) {
  const verify = useChange('channels', (code: string) => dataOf(agentApi.POST('/api/pairing/verify', { body: { code } })));
  const revoke = useChange('channels', (code: string) => dataOf(agentApi.DELETE('/api/pairing/{code}', { params: { path: { code } } })));
  const submit = ({ code = '' }: Values) => verify.mutateAsync(code.trim());
  return (
    <Section title={m.channels.pairing} lead={m.channels.pairingLead}>
      <Card>
        <Form onSubmit={submit} action={m.channels.verify} beside={verify.isSuccess && <span role="status">{m.channels.verified}</span>}>
          <TextField name="code" label={m.channels.code} required maxLength={12} autoComplete="off" className="font-mono" />
        </Form>
      </Card>
      {codes.length > 0 && (
        <Rows>
          {codes.map(({ code, channel, contact_id, contact_name, expires_at }) => (
            <Row
              key={code}
              actions={
                <Button size="small" look="danger" busy={revoke.isPending} onClick={() => revoke.mutate(code)}>
                  {m.channels.revoke}
                </Button>
              }
            >
              <p className="font-medium">{contact_name ?? contact_id}</p>
              <p className="text-sm text-muted">
                {channel} · {contact_id} · {m.confirmations.expires(formatTime(expires_at))}
              </p>
            </Row>
          ))}
        </Rows>
      )}
    </Section>
  );
}
