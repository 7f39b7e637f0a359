import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { holdsScope, useMe } from '../../data/session.js';
import { m } from '../../messages/index.js';
import { Button, buttonClass } from '../../ui/button.js';
import { CopyText } from '../../ui/code.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Form, type Values } from '../../ui/form.js';
import { formatAgo, formatDate } from '../../ui/format.js';
import { Badge, Card, Page, Section } from '../../ui/layout.js';
import { Failure, Notice } from '../../ui/notice.js';
import { RoleField } from './role-field.js';
import { UserAccess } from './user-access.js';
import { UserBudget } from './user-budget.js';

type User = Shapes['User'];

/** One user: what they may do and why, and what an administrator can change. */
export function UserPage() {
  const { userId: user_id } = useParams({ strict: false }) as { userId: string };
  const { data: user } = useSuspenseQuery({
    queryKey: ['users', user_id],
    queryFn: () => dataOf(api.GET('/v1/users/{user_id}', { params: { path: { user_id } } })),
  });
  const me = useMe();
  const mayChange = holdsScope(me, 'admin:users:write');
  return (
    <Page
      title={user.email}
      lead={`${m.users.since(formatDate(user.created_at))} · ${user.last_login ? m.users.lastLogin(formatAgo(user.last_login)) : m.users.neverSignedIn}`}
      actions={
        <Link to="/admin/users" className={buttonClass()}>
          {m.users.all}
        </Link>
      }
    >
      <Card>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          <div className="flex flex-wrap gap-2">
            <Badge tone={user.is_active ? 'good' : 'danger'}>{user.is_active ? m.users.active : m.users.suspended}</Badge>
            <Badge>{user.role}</Badge>
          </div>
          <CopyText label={m.users.id} text={user.id} />
          {mayChange && <State user={user} />}
          <p className="flex flex-wrap gap-2">
            <Link to="/admin/audit" search={{ target: user.id }} className={buttonClass({ size: 'small' })}>
              {m.users.history}
            </Link>
            <Link to="/admin/audit" search={{ actor: user.id }} className={buttonClass({ size: 'small' })}>
              {m.users.activity}
            </Link>
          </p>
        </div>
      </Card>
      {mayChange && <ChangeRole key={user.role} user={user} />}
      {holdsScope(me, 'admin:billing:read') && (
        <Section title={m.users.budget}>
          <UserBudget userId={user.id} mayChange={holdsScope(me, 'admin:billing:write')} />
        </Section>
      )}
      <Section title={m.users.access} lead={m.users.accessLead}>
        <UserAccess userId={user.id} />
      </Section>
    </Page>
  );
}

function useUpdate(user_id: string) {
  const queries = useQueryClient();
  return async (body: { is_active?: boolean; role?: string }) => {
    await dataOf(api.PATCH('/v1/users/{user_id}', { params: { path: { user_id } }, body }));
    await Promise.all([queries.invalidateQueries({ queryKey: ['users'] }), queries.invalidateQueries({ queryKey: ['access', user_id] })]);
  };
}

function State({ user: { id, email, is_active } }: { user: User }) {
  const update = useUpdate(id);
  const [asks, setAsks] = useState(false);
  const setActive = useMutation({ mutationFn: (active: boolean) => update({ is_active: active }) });
  const reset = useMutation({ mutationFn: () => dataOf(api.POST('/v1/auth/forgot-password', { body: { email } })) });
  return (
    <div className="grid gap-3">
      {reset.isSuccess && <Notice kind="good">{m.users.resetSent}</Notice>}
      {(setActive.error ?? reset.error) && <Failure error={setActive.error ?? reset.error} />}
      <div className="flex flex-wrap gap-2">
        {is_active ? (
          <Button look="danger" onClick={() => setAsks(true)}>
            {m.users.suspend}
          </Button>
        ) : (
          <Button busy={setActive.isPending} onClick={() => setActive.mutate(true)}>
            {m.users.restore}
          </Button>
        )}
        <Button busy={reset.isPending} onClick={() => reset.mutate()}>
          {m.users.reset}
        </Button>
      </div>
      {asks && (
        <ConfirmDialog
          title={m.users.suspendTitle(email)}
          action={m.users.suspend}
          onConfirm={() => setActive.mutateAsync(false)}
          onClose={() => setAsks(false)}
        >
          {m.users.suspendLead}
        </ConfirmDialog>
      )}
    </div>
  );
}

function ChangeRole({ user: { id, role } }: { user: User }) {
  const update = useUpdate(id);
  const change = (values: Values) => update({ role: values['role'] ?? role });
  return (
    <Card>
      <Form onSubmit={change} action={m.users.change} look="plain">
        <div className="max-w-xs">
          <RoleField name="role" defaultValue={role} />
        </div>
      </Form>
    </Card>
  );
}
