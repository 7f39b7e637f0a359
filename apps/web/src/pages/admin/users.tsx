import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf } from '../../data/api.js';
import { holdsScope, useMe } from '../../data/session.js';
import { m } from '../../messages/index.js';
import { Button, MoreButton } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Select } from '../../ui/fields.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { formatAgo, formatDate } from '../../ui/format.js';
import { Badge, Page, Row, Rows } from '../../ui/layout.js';
import { Empty, Failure, Loading, Notice } from '../../ui/notice.js';
import { Filters, useFilters } from './filters.js';
import { RoleField } from './role-field.js';

const PAGE_SIZE = 50;

/** The users of the tenant. The filters live in the URL. */
export function Users() {
  const { q, role, state } = useFilters();
  const [creates, setCreates] = useState(false);
  const [created, setCreated] = useState<string>();
  const mayCreate = holdsScope(useMe(), 'admin:users:write');
  return (
    <Page
      title={m.users.title}
      lead={m.users.lead}
      actions={
        mayCreate && (
          <Button look="primary" icon="person" onClick={() => setCreates(true)}>
            {m.users.create}
          </Button>
        )
      }
    >
      {created && <Notice kind="good">{m.users.created(created)}</Notice>}
      <Filters>
        <TextField name="q" type="search" label={m.users.search} defaultValue={q} maxLength={200} />
        <RoleField name="role" defaultValue={role} any={m.users.anyRole} />
        <Select
          name="state"
          label={m.users.state}
          options={[
            ['', m.users.states['all']!],
            ['active', m.users.states['active']!],
            ['suspended', m.users.states['suspended']!],
          ]}
          defaultValue={state ?? ''}
        />
      </Filters>
      <Found />
      {creates && <CreateUser onClose={() => setCreates(false)} onCreated={setCreated} />}
    </Page>
  );
}

function Found() {
  const { q, role, state } = useFilters();
  const is_active = state === 'active' ? true : state === 'suspended' ? false : undefined;
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['users', q, role, state],
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/v1/users', {
          params: { query: { search: q, role, is_active, include_inactive: true, limit: PAGE_SIZE, offset: pageParam } },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.length === PAGE_SIZE ? pages.length * PAGE_SIZE : undefined),
  });
  if (isPending) return <Loading />;
  if (error) return <Failure error={error} />;
  const users = data.pages.flat();
  if (!users.length)
    return (
      <Empty icon="person" title={m.users.none}>
        {m.users.noneLead}
      </Empty>
    );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <Rows>
        {users.map((user) => (
          <Row
            key={user.id}
            actions={
              <>
                <Badge>{user.role}</Badge>
                {!user.is_active && <Badge tone="danger">{m.users.suspended}</Badge>}
              </>
            }
          >
            <Link to="/admin/users/$userId" params={{ userId: user.id }} className="rounded font-medium hover:underline">
              {user.email}
            </Link>
            <p className="text-sm text-muted">
              {m.users.since(formatDate(user.created_at))} ·{' '}
              {user.last_login ? m.users.lastLogin(formatAgo(user.last_login)) : m.users.neverSignedIn}
            </p>
          </Row>
        ))}
      </Rows>
      <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </div>
  );
}

function CreateUser({ onClose, onCreated }: { onClose: () => void; onCreated: (email: string) => void }) {
  const queries = useQueryClient();
  const create = async ({ email = '', password = '', role = '' }: Values) => {
    await dataOf(api.POST('/v1/users', { body: { email, password, role } }));
    await queries.invalidateQueries({ queryKey: ['users'] });
    onCreated(email);
    onClose();
  };
  return (
    <Dialog title={m.users.create} onClose={onClose}>
      <Form onSubmit={create} action={m.users.create}>
        <TextField name="email" type="email" label={m.users.email} required autoComplete="off" />
        <TextField
          name="password"
          type="password"
          label={m.users.password}
          hint={m.users.passwordHint}
          required
          minLength={8}
          maxLength={128}
          autoComplete="new-password"
        />
        <RoleField name="role" defaultValue="user" />
      </Form>
    </Dialog>
  );
}
