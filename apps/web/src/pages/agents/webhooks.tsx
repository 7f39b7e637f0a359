import { useInfiniteQuery, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { agentApi, type AgentShapes, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { CopyText } from '../../ui/code.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Dialog } from '../../ui/dialog.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { formatTime } from '../../ui/format.js';
import { Badge, Card, Page } from '../../ui/layout.js';
import { Empty, Failure, Loading } from '../../ui/notice.js';
import { Checkbox, Select, TextArea } from '../../ui/fields.js';
import { Once } from '../../ui/once.js';
import { conversationsQuery } from './queries.js';
import { useChange } from './use-change.js';

type Webhook = AgentShapes['InboundWebhook'];
type Preset = Webhook['preset'];

const PRESETS: readonly Preset[] = ['generic', 'github', 'stripe', 'slack'];

export function Webhooks() {
  const { data } = useSuspenseQuery({ queryKey: ['webhooks', 'list'], queryFn: () => dataOf(agentApi.GET('/api/webhooks')) });
  const [creates, setCreates] = useState(false);
  const createButton = (
    <Button look="primary" onClick={() => setCreates(true)}>
      {m.webhooks.create}
    </Button>
  );
  return (
    <Page title={m.webhooks.title} lead={m.webhooks.lead} actions={data.webhooks.length > 0 && createButton}>
      {data.webhooks.length ? (
        <ul className="grid gap-4">
          {data.webhooks.map((webhook) => (
            <li key={webhook.id} className="min-w-0">
              <WebhookCard webhook={webhook} />
            </li>
          ))}
        </ul>
      ) : (
        <Empty icon="hook" title={m.webhooks.none}>
          <p>{m.webhooks.noneLead}</p>
          <p className="mt-4">{createButton}</p>
        </Empty>
      )}
      {creates && <CreateWebhook onClose={() => setCreates(false)} />}
    </Page>
  );
}

function WebhookCard({ webhook: { id, name, preset, enabled, receive_url, has_secret } }: { webhook: Webhook }) {
  const [dialog, setDialog] = useState<'rotate' | 'remove'>();
  const [secret, setSecret] = useState<AgentShapes['RotatedSecret']>();
  const [shows, setShows] = useState(false);
  const close = () => setDialog(undefined);
  const options = { params: { path: { webhook_id: id } } };
  const change = useChange('webhooks', () =>
    dataOf(agentApi.PUT('/api/webhooks/{webhook_id}', { ...options, body: { enabled: !enabled } })),
  );
  const remove = useChange('webhooks', () => dataOf(agentApi.DELETE('/api/webhooks/{webhook_id}', options)));
  const rotate = useChange('webhooks', async () => {
    setSecret(await dataOf(agentApi.POST('/api/webhooks/{webhook_id}/rotate', { ...options, body: { overlap_hours: 24 } })));
  });
  return (
    <Card>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="min-w-0 flex-1 font-medium [overflow-wrap:anywhere]">{name}</h2>
          <Badge>{m.webhooks.presets[preset]}</Badge>
          {!has_secret && <Badge tone="danger">{m.webhooks.unsigned}</Badge>}
          <Badge tone={enabled ? 'good' : 'plain'}>{enabled ? m.jobs.on : m.jobs.off}</Badge>
        </div>
        <CopyText label={m.webhooks.address} text={receive_url} />
        {change.error && <p className="text-sm text-danger">{change.error.message}</p>}
        <div className="flex flex-wrap gap-2">
          <Button size="small" aria-expanded={shows} onClick={() => setShows(!shows)}>
            {m.webhooks.deliveries}
          </Button>
          <Button size="small" busy={change.isPending} onClick={() => change.mutate()}>
            {enabled ? m.jobs.pause : m.jobs.resume}
          </Button>
          <Button size="small" onClick={() => setDialog('rotate')}>
            {m.webhooks.rotate}
          </Button>
          <Button size="small" look="danger" onClick={() => setDialog('remove')}>
            {m.jobs.remove}
          </Button>
        </div>
        {shows && <Deliveries webhookId={id} />}
      </div>
      {dialog === 'rotate' && (
        <ConfirmDialog
          title={m.webhooks.rotateTitle(name)}
          action={m.webhooks.rotate}
          onConfirm={() => rotate.mutateAsync()}
          onClose={close}
        >
          {m.webhooks.rotateLead}
        </ConfirmDialog>
      )}
      {secret && <Once title={m.webhooks.rotated} texts={[[m.webhooks.secret, secret.secret]]} onClose={() => setSecret(undefined)} />}
      {dialog === 'remove' && (
        <ConfirmDialog title={m.webhooks.removeTitle(name)} action={m.jobs.remove} onConfirm={() => remove.mutateAsync()} onClose={close}>
          {m.webhooks.removeLead}
        </ConfirmDialog>
      )}
    </Card>
  );
}

function Deliveries({ webhookId }: { webhookId: string }) {
  const path = { webhook_id: webhookId };
  const { data, error, isPending } = useQuery({
    queryKey: ['webhooks', 'deliveries', webhookId],
    queryFn: () => dataOf(agentApi.GET('/api/webhooks/{webhook_id}/events', { params: { path, query: { limit: 50 } } })),
  });
  const replay = useChange('webhooks', (event_id: string) =>
    dataOf(agentApi.POST('/api/webhooks/{webhook_id}/events/{event_id}/replay', { params: { path: { ...path, event_id } } })),
  );
  if (isPending) return <Loading />;
  if (error) return <Failure error={error} />;
  if (!data.events.length) return <p className="text-sm text-muted">{m.webhooks.noDeliveries}</p>;
  return (
    <ul className="divide-y divide-line rounded-lg border border-line text-sm">
      {data.events.map(({ id, status, processed_content, error: failure, created_at }) => (
        <li key={id} className="grid grid-cols-[minmax(0,1fr)] gap-1.5 px-4 py-2.5">
          <span className="flex flex-wrap items-center gap-3">
            <Badge tone={status === 'failed' ? 'danger' : status === 'processed' ? 'good' : 'accent'}>{m.webhooks.status[status]}</Badge>
            {formatTime(created_at)}
            {status !== 'failed' && (
              <Button
                size="small"
                busy={replay.isPending}
                aria-label={`${m.work.replay}: ${formatTime(created_at)}`}
                onClick={() => replay.mutate(id)}
              >
                {m.work.replay}
              </Button>
            )}
          </span>
          {failure && <span className="text-danger [overflow-wrap:anywhere]">{failure}</span>}
          {processed_content && (
            <span className="line-clamp-4 whitespace-pre-wrap text-muted [overflow-wrap:anywhere]">{processed_content}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Asks for a name and what becomes of deliveries, and shows the secret once. */
function CreateWebhook({ onClose }: { onClose: () => void }) {
  const { data } = useInfiniteQuery(conversationsQuery(undefined));
  const conversations = data?.pages[0]?.conversations ?? [];
  const [created, setCreated] = useState<AgentShapes['CreatedInboundWebhook']>();
  const create = useChange('webhooks', async (values: Values) => {
    const body = {
      ...{ name: values['name'] ?? '', preset: (values['preset'] ?? 'generic') as Preset, trigger_agent: values['trigger_agent'] === 'on' },
      ...(values['secret'] && { secret: values['secret'] }),
      ...(values['template'] && { template: values['template'] }),
      ...(values['conversation'] && { target_conversation_id: values['conversation'] }),
    };
    setCreated(await dataOf(agentApi.POST('/api/webhooks', { body })));
  });
  if (created)
    return (
      <Once
        title={m.webhooks.created}
        texts={[
          [m.webhooks.address, created.receive_url],
          [m.webhooks.secret, created.secret],
        ]}
        onClose={onClose}
      />
    );
  return (
    <Dialog title={m.webhooks.create} onClose={onClose}>
      <Form onSubmit={(values) => create.mutateAsync(values)} action={m.webhooks.create}>
        <TextField name="name" label={m.jobs.name} required maxLength={200} autoFocus />
        <Select
          name="preset"
          label={m.webhooks.sender}
          options={PRESETS.map((one) => [one, m.webhooks.presets[one]])}
          defaultValue="generic"
        />
        <Select
          name="conversation"
          label={m.webhooks.conversation}
          hint={m.webhooks.conversationHint}
          options={[['', m.webhooks.noConversation], ...conversations.map(({ id, title }) => [id, title ?? m.chat.untitled] as const)]}
        />
        <Checkbox name="trigger_agent" label={m.webhooks.trigger} hint={m.webhooks.triggerHint} defaultChecked />
        <details className="text-sm">
          <summary className="rounded font-medium">{m.jobs.more}</summary>
          <div className="mt-4 grid gap-4">
            <TextArea
              name="template"
              label={m.webhooks.template}
              hint={m.webhooks.templateHint}
              placeholder="{{ payload.title }}"
              maxLength={20_000}
            />
            <TextField name="secret" label={m.webhooks.ownSecret} hint={m.webhooks.ownSecretHint} maxLength={200} autoComplete="off" />
          </div>
        </details>
      </Form>
    </Dialog>
  );
}
