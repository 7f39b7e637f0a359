import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { holdsScope, useMe } from '../../data/session.js';
import { m } from '../../messages/index.js';
import { Button, buttonClass } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, Form, TextField, type Values } from '../../ui/form.js';
import { formatNumber } from '../../ui/format.js';
import { Badge, Page, Row, Rows } from '../../ui/layout.js';
import { rolesQuery } from './role-field.js';

type Role = Shapes['Role'];

/** The roles of the tenant, with their scopes. */
export function Roles() {
  const { data } = useSuspenseQuery(rolesQuery);
  const me = useMe();
  const [edited, setEdited] = useState<Role | 'new'>();
  const [removed, setRemoved] = useState<Role>();
  const mayWrite = holdsScope(me, 'admin:roles:write');
  return (
    <Page
      title={m.roles.title}
      lead={m.roles.lead}
      actions={
        mayWrite && (
          <Button look="primary" onClick={() => setEdited('new')}>
            {m.roles.create}
          </Button>
        )
      }
    >
      <Rows>
        {data.map((role) => (
          <Row
            key={role.id}
            actions={
              <>
                {role.is_system && <Badge>{m.roles.builtIn}</Badge>}
                <Link to="/admin/users" search={{ role: role.name }} className={buttonClass({ size: 'small', look: 'quiet' })}>
                  {m.roles.users}
                </Link>
                {mayWrite && !role.is_system && (
                  <Button size="small" aria-label={`${m.roles.edit}: ${role.name}`} onClick={() => setEdited(role)}>
                    {m.roles.edit}
                  </Button>
                )}
                {holdsScope(me, 'admin:roles:delete') && !role.is_system && (
                  <Button size="small" look="danger" aria-label={`${m.roles.remove}: ${role.name}`} onClick={() => setRemoved(role)}>
                    {m.roles.remove}
                  </Button>
                )}
              </>
            }
          >
            <p className="font-medium">{role.display_name || role.name}</p>
            <p className="text-sm text-muted">
              <span className="font-mono">{role.name}</span> ·{' '}
              {m.roles.limits(formatNumber(role.max_concurrent_tasks), formatNumber(role.monthly_action_limit))}
            </p>
            <details className="text-sm">
              <summary className="w-fit rounded text-muted">{m.roles.scopes(role.default_scopes.length)}</summary>
              <p className="mt-1 font-mono text-xs leading-relaxed">{role.default_scopes.join(' ')}</p>
            </details>
          </Row>
        ))}
      </Rows>
      {edited && <EditRole {...(edited !== 'new' && { role: edited })} onClose={() => setEdited(undefined)} />}
      {removed && <RemoveRole role={removed} onClose={() => setRemoved(undefined)} />}
    </Page>
  );
}

const toList = (lines = '') =>
  lines
    .split(/\s+/)
    .map((scope) => scope.trim())
    .filter(Boolean);

function EditRole({ role, onClose }: { role?: Role; onClose: () => void }) {
  const queries = useQueryClient();
  const save = async ({ name = '', display_name = '', scopes, cascade }: Values) => {
    const body = { display_name, default_scopes: toList(scopes) };
    if (role) {
      const params = { path: { role_id: role.id }, query: { cascade: Boolean(cascade) } };
      await dataOf(api.PATCH('/v1/roles/{role_id}', { params, body }));
    } else await dataOf(api.POST('/v1/roles', { body: { ...body, name } }));
    await queries.invalidateQueries({ queryKey: ['roles'] });
    onClose();
  };
  return (
    <Dialog title={role ? `${m.roles.edit}: ${role.name}` : m.roles.create} onClose={onClose}>
      <Form onSubmit={save} action={m.roles.save}>
        {!role && (
          <TextField name="name" label={m.roles.name} hint={m.roles.nameHint} required maxLength={64} pattern="[a-z][a-z0-9_\-]*" />
        )}
        <TextField name="display_name" label={m.roles.displayName} defaultValue={role?.display_name} maxLength={200} />
        <Field name="scopes" label={m.roles.scopeList} hint={m.roles.scopesHint}>
          {(control) => <textarea {...control} rows={8} defaultValue={role?.default_scopes.join('\n')} spellCheck={false} />}
        </Field>
        {role && (
          <label className="flex items-center gap-2 text-sm">
            <input type="checkbox" name="cascade" className="size-4" />
            {m.roles.cascade}
          </label>
        )}
      </Form>
    </Dialog>
  );
}

function RemoveRole({ role: { id, name }, onClose }: { role: Role; onClose: () => void }) {
  const queries = useQueryClient();
  const remove = async () => {
    await dataOf(api.DELETE('/v1/roles/{role_id}', { params: { path: { role_id: id } } }));
    await queries.invalidateQueries({ queryKey: ['roles'] });
  };
  return (
    <ConfirmDialog title={m.roles.removeTitle(name)} action={m.roles.remove} onConfirm={remove} onClose={onClose}>
      {m.roles.removeLead}
    </ConfirmDialog>
  );
}
