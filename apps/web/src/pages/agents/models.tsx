import { useQueryClient, useSuspenseQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { agentApi, type AgentShapes, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Dialog } from '../../ui/dialog.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { Badge, Card, Page, Row, Rows, Section } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';
import { Select } from '../../ui/fields.js';
import { providersQuery } from './queries.js';
import { useChange } from './use-change.js';

type Provider = AgentShapes['Provider'];

const runtimeQuery = { queryKey: ['providers', 'runtime'], queryFn: () => dataOf(agentApi.GET('/api/runtime')) };
const isUsable = ({ enabled, has_key, local }: Provider) => enabled && (has_key || local);

/** Which language models agents ask: the providers with their keys, and the one that is asked first. */
export function Models() {
  const [{ data }, { data: runtime }] = useSuspenseQueries({ queries: [providersQuery, runtimeQuery] });
  const [adds, setAdds] = useState(false);
  const usable = data.providers.filter(isUsable);
  // The default one may be set up by the operator, whose key is not among the person's.
  const offered = data.providers.filter((one) => isUsable(one) || one.name === runtime.default_provider);
  return (
    <Page
      title={m.models.title}
      lead={m.models.lead}
      actions={
        <Button look="primary" onClick={() => setAdds(true)}>
          {m.models.add}
        </Button>
      }
    >
      {usable.length === 0 && <Notice>{m.models.none}</Notice>}
      {usable.length > 0 && <Default providers={offered} runtime={runtime} />}
      <Section title={m.models.providers}>
        <Rows>
          {data.providers.map((provider) => (
            <ProviderRow
              key={provider.name}
              provider={provider}
              isDefault={provider.name === data.default_provider && isUsable(provider)}
            />
          ))}
        </Rows>
      </Section>
      {adds && <AddProvider onClose={() => setAdds(false)} />}
    </Page>
  );
}

function Default({ providers, runtime }: { providers: readonly Provider[]; runtime: AgentShapes['RuntimeSettings'] }) {
  const queries = useQueryClient();
  const [saved, setSaved] = useState(false);
  const save = async ({ provider = '', model = '' }: Values) => {
    setSaved(false);
    if (provider !== runtime.default_provider) await dataOf(agentApi.PUT('/api/runtime/default-provider', { body: { provider } }));
    if (model && model !== runtime.default_model) await dataOf(agentApi.PUT('/api/runtime/default-model', { body: { model } }));
    await queries.invalidateQueries({ queryKey: ['providers'] });
    setSaved(true);
  };
  return (
    <Section title={m.models.default} lead={m.models.defaultLead}>
      <Card>
        <Form onSubmit={save} action={m.models.save} look="plain" beside={saved && <span role="status">{m.models.saved}</span>}>
          <div className="grid gap-4 sm:grid-cols-2">
            <Select
              name="provider"
              label={m.models.provider}
              options={providers.map(({ name, display_name }) => [name, display_name])}
              defaultValue={runtime.default_provider}
            />
            <TextField
              name="model"
              label={m.models.model}
              placeholder={m.models.modelPlaceholder}
              defaultValue={runtime.default_model ?? ''}
              maxLength={200}
            />
          </div>
        </Form>
      </Card>
    </Section>
  );
}

function ProviderRow({ provider, isDefault }: { provider: Provider; isDefault: boolean }) {
  const { name, display_name, description, type, enabled, has_key, local, default_model, base_url, healthy } = provider;
  const [dialog, setDialog] = useState<'key' | 'remove'>();
  const close = () => setDialog(undefined);
  const options = { params: { path: { name } } };
  const change = useChange('providers', (body: { enabled?: boolean; api_key?: string }) =>
    dataOf(agentApi.PUT('/api/config/providers/{name}', { ...options, body })),
  );
  const remove = useChange('providers', () => dataOf(agentApi.DELETE('/api/config/providers/{name}', options)));
  const save = async ({ api_key = '' }: Values) => {
    await change.mutateAsync({ api_key, enabled: true });
    close();
  };
  return (
    <Row
      actions={
        <>
          {isDefault && <Badge tone="accent">{m.models.isDefault}</Badge>}
          {has_key || local ? (
            <Badge tone={enabled && healthy !== false ? 'good' : 'danger'}>
              {enabled ? (healthy === false ? m.models.unhealthy : m.models.ready) : m.models.off}
            </Badge>
          ) : (
            <Badge>{m.models.noKey}</Badge>
          )}
          {!local && (
            <Button size="small" aria-label={`${m.models.setKey}: ${display_name}`} onClick={() => setDialog('key')}>
              {m.models.setKey}
            </Button>
          )}
          {(has_key || local) && (
            <Button
              size="small"
              busy={change.isPending}
              aria-label={`${enabled ? m.models.turnOff : m.models.turnOn}: ${display_name}`}
              onClick={() => change.mutate({ enabled: !enabled })}
            >
              {enabled ? m.models.turnOff : m.models.turnOn}
            </Button>
          )}
          {type === 'custom' && (
            <Button size="small" look="danger" aria-label={`${m.models.remove}: ${display_name}`} onClick={() => setDialog('remove')}>
              {m.models.remove}
            </Button>
          )}
        </>
      }
    >
      <p className="font-medium">{display_name}</p>
      <p className="text-sm text-muted">{[default_model, base_url].filter(Boolean).join(' · ') || description}</p>
      {change.error && <p className="text-sm text-danger">{change.error.message}</p>}
      {dialog === 'key' && (
        <Dialog title={m.models.keyTitle(display_name)} onClose={close}>
          <p className="text-sm text-muted">{m.models.keyLead}</p>
          <Form onSubmit={save} action={m.models.save}>
            <TextField name="api_key" type="password" label={m.models.key} autoComplete="off" required autoFocus maxLength={2000} />
          </Form>
        </Dialog>
      )}
      {dialog === 'remove' && (
        <ConfirmDialog
          title={m.models.removeTitle(display_name)}
          action={m.models.remove}
          onConfirm={() => remove.mutateAsync()}
          onClose={close}
        >
          {m.models.removeLead}
        </ConfirmDialog>
      )}
    </Row>
  );
}

function AddProvider({ onClose }: { onClose: () => void }) {
  const add = useChange(
    'providers',
    (body: { name: string; display_name: string; api_key: string; base_url: string; default_model?: string }) =>
      dataOf(agentApi.POST('/api/config/providers', { body })),
  );
  const save = async ({ display_name = '', base_url = '', api_key = '', default_model }: Values) => {
    const name = display_name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '');
    await add.mutateAsync({ name, display_name, base_url, api_key, ...(default_model && { default_model }) });
    onClose();
  };
  return (
    <Dialog title={m.models.add} onClose={onClose}>
      <p className="text-sm text-muted">{m.models.addLead}</p>
      <Form onSubmit={save} action={m.models.add}>
        <TextField name="display_name" label={m.models.name} required maxLength={50} autoFocus />
        <TextField name="base_url" type="url" label={m.models.address} placeholder="https://llm.example.com/v1" required maxLength={2000} />
        <TextField name="api_key" type="password" label={m.models.key} autoComplete="off" required maxLength={2000} />
        <TextField name="default_model" label={m.models.model} maxLength={200} />
      </Form>
    </Dialog>
  );
}
