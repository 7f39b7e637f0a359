import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { useMe } from '../../data/session.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Dialog } from '../../ui/dialog.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { formatAgo } from '../../ui/format.js';
import { Page, Row, Rows } from '../../ui/layout.js';
import { Empty } from '../../ui/notice.js';
import { Once } from '../../ui/once.js';

/** A command that lists the user's functions with a key, as an AI client does. */
const tryOut = (key: string) =>
  [
    `curl ${location.origin}/mcp`,
    `-H 'x-api-key: ${key}'`,
    `-H 'content-type: application/json'`,
    `-H 'accept: application/json, text/event-stream'`,
    `-d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'`,
  ].join(' \\\n  ');

export function Keys() {
  const { data: keys } = useSuspenseQuery({ queryKey: ['keys'], queryFn: () => dataOf(api.GET('/v1/keys')) });
  const [creates, setCreates] = useState(false);
  const [revoked, setRevoked] = useState<(typeof keys)[number]>();
  const createButton = (
    <Button look="primary" icon="key" onClick={() => setCreates(true)}>
      {m.keys.create}
    </Button>
  );
  return (
    <Page title={m.keys.title} lead={m.keys.lead} actions={keys.length > 0 && createButton}>
      {keys.length ? (
        <Rows>
          {keys.map((key) => (
            <Row
              key={key.id}
              actions={
                <Button size="small" look="danger" onClick={() => setRevoked(key)} aria-label={`${m.keys.revoke}: ${key.name}`}>
                  {m.keys.revoke}
                </Button>
              }
            >
              <p className="font-medium">{key.name}</p>
              <p className="text-sm text-muted">
                <span className="font-mono">{key.key_prefix}…</span> · {key.scopes === '*' ? m.keys.scopesAll : key.scopes}
              </p>
              <p className="text-sm text-muted">
                {m.keys.createdAt(formatAgo(key.created_at))} ·{' '}
                {key.last_used_at ? m.security.lastUsed(formatAgo(key.last_used_at)) : m.security.never}
              </p>
            </Row>
          ))}
        </Rows>
      ) : (
        <Empty icon="key" title={m.keys.none}>
          <p>{m.keys.noneLead}</p>
          <p className="mt-4">{createButton}</p>
        </Empty>
      )}
      {creates && <CreateKey onClose={() => setCreates(false)} />}
      {revoked && <RevokeKey id={revoked.id} name={revoked.name} onClose={() => setRevoked(undefined)} />}
    </Page>
  );
}

/** Asks for a name and scopes, and shows the key once, with a command to try it. */
function CreateKey({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const { scopes } = useMe();
  const [created, setCreated] = useState<Shapes['CreatedApiKey']>();
  const create = async ({ name = '', ...fields }: Values) => {
    const chosen = Object.keys(fields).filter((field) => field.startsWith('scope:'));
    const body = { name, scopes: chosen.map((field) => field.slice('scope:'.length)).join(',') || '*' };
    setCreated(await dataOf(api.POST('/v1/keys', { body })));
    await queries.invalidateQueries({ queryKey: ['keys'] });
  };
  if (created)
    return (
      <Once
        title={m.keys.created}
        lead={m.keys.once}
        texts={[
          [m.keys.key, created.key],
          [m.keys.curl, tryOut(created.key)],
        ]}
        onClose={onClose}
      />
    );
  return (
    <Dialog title={m.keys.create} onClose={onClose}>
      <Form onSubmit={create} action={m.keys.create}>
        <TextField name="name" label={m.keys.name} placeholder={m.keys.namePlaceholder} required maxLength={100} autoFocus />
        <details className="text-sm">
          <summary className="rounded font-medium">{m.keys.scopesSome}</summary>
          <fieldset className="mt-3 grid max-h-48 gap-2 overflow-y-auto">
            <legend className="sr-only">{m.keys.scopes}</legend>
            {scopes.map((scope) => (
              <label key={scope} className="flex items-center gap-2">
                <input type="checkbox" name={`scope:${scope}`} className="size-4" />
                <span className="font-mono text-xs">{scope}</span>
              </label>
            ))}
          </fieldset>
        </details>
      </Form>
    </Dialog>
  );
}

function RevokeKey({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const queries = useQueryClient();
  const revoke = async () => {
    await dataOf(api.DELETE('/v1/keys/{key_id}', { params: { path: { key_id: id } } }));
    await queries.invalidateQueries({ queryKey: ['keys'] });
  };
  return (
    <ConfirmDialog title={m.keys.revokeTitle(name)} action={m.keys.revoke} onConfirm={revoke} onClose={onClose}>
      {m.keys.revokeLead}
    </ConfirmDialog>
  );
}
