import { useMutation, useQueryClient, useSuspenseQueries, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { extensionsQuery } from '../../data/queries.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { Badge, Page, Row, Rows, Section } from '../../ui/layout.js';
import { Empty } from '../../ui/notice.js';

/** The accounts and secrets that the user's apps use. */
export function Connections() {
  const { data: extensions } = useSuspenseQuery(extensionsQuery);
  const own = extensions.filter(({ system }) => !system);
  const needs = useSuspenseQueries({
    queries: own.map(({ app_id, name }) => ({
      queryKey: ['connections', app_id],
      queryFn: async () => {
        const path = { app_id };
        const listing = await dataOf(api.GET('/v1/marketplace/apps/{app_id}', { params: { path } })).catch(() => undefined);
        const secrets = await dataOf(api.GET('/v1/secrets/{app_id}', { params: { path } })).catch(() => []);
        const providers = listing?.capabilities?.connections.map(({ provider }) => provider) ?? [];
        return {
          app_id,
          name,
          providers,
          secrets: secrets.filter(({ scope, write_mode }) => scope === 'user' && write_mode !== 'extension'),
        };
      },
    })),
  })
    .map(({ data }) => data)
    .filter(({ providers, secrets }) => providers.length + secrets.length > 0);
  return (
    <Page title={m.connections.title} lead={m.connections.lead}>
      {needs.length ? (
        needs.map(({ app_id, name, providers, secrets }) => (
          <Section key={app_id} title={name}>
            <Rows>
              {providers.map((provider) => (
                <Provider key={provider} appId={app_id} provider={provider} />
              ))}
              {secrets.map((secret) => (
                <Secret key={secret.name} appId={app_id} secret={secret} />
              ))}
            </Rows>
          </Section>
        ))
      ) : (
        <Empty icon="plug" title={m.connections.none} />
      )}
    </Page>
  );
}

function Provider({ appId, provider }: { appId: string; provider: string }) {
  const queries = useQueryClient();
  const path = { app_id: appId, provider };
  const key = ['connections', appId, provider];
  const { data: accounts } = useSuspenseQuery({
    queryKey: key,
    queryFn: () => dataOf(api.GET('/v1/ext/{app_id}/oauth/{provider}/accounts', { params: { path } })),
  });
  const connect = useMutation({
    mutationFn: async () => {
      const body = { return_to: `${location.origin}/app/account/connections` };
      const { authorize_url } = await dataOf(api.POST('/v1/ext/{app_id}/oauth/{provider}/start', { params: { path }, body }));
      location.assign(authorize_url);
    },
  });
  const disconnect = useMutation({
    mutationFn: (account_id: string) =>
      dataOf(api.DELETE('/v1/ext/{app_id}/oauth/{provider}/accounts/{account_id}', { params: { path: { ...path, account_id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  return (
    <Row
      actions={
        <Button size="small" busy={connect.isPending} onClick={() => connect.mutate()} aria-label={`${m.connections.connect}: ${provider}`}>
          {m.connections.connect}
        </Button>
      }
    >
      <p className="font-medium">{provider}</p>
      {connect.error && <p className="text-sm text-danger">{connect.error.message}</p>}
      {accounts.map(({ account_id, email, status }) => (
        <p key={account_id} className="flex flex-wrap items-center gap-2 text-sm text-muted">
          {email}
          {status === 'expired' && <Badge tone="danger">{m.connections.expired}</Badge>}
          <button type="button" className="underline underline-offset-4" onClick={() => disconnect.mutate(account_id)}>
            {m.connections.disconnect}
          </button>
        </p>
      ))}
    </Row>
  );
}

function Secret({ appId, secret: { name, description, is_set } }: { appId: string; secret: Shapes['SecretInfo'] }) {
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const save = async ({ value = '' }: Values) => {
    await dataOf(api.PUT('/v1/secrets/{app_id}/{name}', { params: { path: { app_id: appId, name } }, body: { value } }));
    await queries.invalidateQueries({ queryKey: ['connections', appId] });
    setOpen(false);
  };
  return (
    <Row
      actions={
        <>
          <Badge tone={is_set ? 'good' : 'accent'}>{is_set ? m.connections.isSet : m.connections.isMissing}</Badge>
          <Button size="small" onClick={() => setOpen(true)} aria-label={m.connections.secretTitle(name)}>
            {m.connections.set}
          </Button>
        </>
      }
    >
      <p className="font-mono text-sm font-medium">{name}</p>
      {description && <p className="text-sm text-muted">{description}</p>}
      {open && (
        <Dialog title={m.connections.secretTitle(name)} onClose={() => setOpen(false)}>
          <p className="text-sm text-muted">{m.connections.secretLead}</p>
          <Form onSubmit={save} action={m.connections.save}>
            <TextField name="value" type="password" label={m.connections.value} autoComplete="off" required autoFocus />
          </Form>
        </Dialog>
      )}
    </Row>
  );
}
