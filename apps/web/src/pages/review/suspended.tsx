import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button, MoreButton } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Dialog } from '../../ui/dialog.js';
import { TextArea } from '../../ui/fields.js';
import { CONTROL, Form, TextField, type Values } from '../../ui/form.js';
import { formatAgo } from '../../ui/format.js';
import { Page, Row, Rows } from '../../ui/layout.js';
import { Empty, Failure, Loading } from '../../ui/notice.js';
import { suspendedQuery } from './queries.js';

type AdminApp = Shapes['AdminApp'];

/** Apps that no one can use, because an administrator or their developer took them out. */
export function SuspendedPage() {
  const { q = '' } = useSearch({ strict: false }) as { q?: string };
  const navigate = useNavigate();
  const queries = useQueryClient();
  const found = useInfiniteQuery({ ...suspendedQuery(q), placeholderData: keepPreviousData });
  const { data: apps, error, hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  const [asks, setAsks] = useState(false);
  const [restored, setRestored] = useState<AdminApp>();
  const refresh = () => queries.invalidateQueries({ queryKey: ['apps'] });
  return (
    <Page
      title={m.review.suspended.title}
      lead={m.review.suspended.lead}
      actions={
        <Button look="danger" onClick={() => setAsks(true)}>
          {m.review.suspended.suspend}
        </Button>
      }
    >
      <search>
        <input
          type="search"
          aria-label={m.review.suspended.search}
          placeholder={m.review.suspended.search}
          className={`${CONTROL} sm:w-72`}
          value={q}
          onChange={({ target }) => void navigate({ to: '/moderation/suspended', search: { q: target.value || undefined }, replace: true })}
        />
      </search>
      {error ? (
        <Failure error={error} />
      ) : !apps ? (
        <Loading />
      ) : apps.length ? (
        <Rows>
          {apps.map((app) => (
            <Row
              key={app.app_id}
              actions={
                app.suspend_reason && (
                  <Button size="small" aria-label={`${m.review.suspended.restore}: ${app.name}`} onClick={() => setRestored(app)}>
                    {m.review.suspended.restore}
                  </Button>
                )
              }
            >
              <p className="font-medium">{app.name}</p>
              <p className="text-sm text-muted">
                {app.app_id} · {app.developer_id} · {formatAgo(app.updated_at)}
              </p>
              <p className="text-sm whitespace-pre-line">{app.suspend_reason ?? m.review.suspended.byDeveloper}</p>
            </Row>
          ))}
        </Rows>
      ) : (
        <Empty icon="check" title={m.review.suspended.none}>
          {m.review.suspended.noneLead}
        </Empty>
      )}
      <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
      {asks && <Suspend appId={q} onDone={refresh} onClose={() => setAsks(false)} />}
      {restored && (
        <ConfirmDialog
          title={m.review.suspended.restoreTitle(restored.name)}
          action={m.review.suspended.restore}
          look="primary"
          onConfirm={async () => {
            const params = { path: { app_id: restored.app_id } };
            await dataOf(api.POST('/v1/admin/apps/{app_id}/status', { params, body: { status: 'active' } }));
            await refresh();
          }}
          onClose={() => setRestored(undefined)}
        >
          {m.review.suspended.restoreLead}
        </ConfirmDialog>
      )}
    </Page>
  );
}

function Suspend({ appId, onDone, onClose }: { appId: string; onDone: () => Promise<unknown>; onClose: () => void }) {
  const suspend = async ({ app_id = '', reason = '' }: Values) => {
    await dataOf(api.POST('/v1/admin/apps/{app_id}/status', { params: { path: { app_id } }, body: { status: 'suspended', reason } }));
    await onDone();
    onClose();
  };
  return (
    <Dialog title={m.review.suspended.suspendTitle} onClose={onClose}>
      <Form onSubmit={suspend} action={m.review.suspended.suspend} look="plain">
        <TextField name="app_id" label={m.review.suspended.id} defaultValue={appId} required />
        <TextArea name="reason" label={m.review.suspended.reason} rows={3} required maxLength={500} />
      </Form>
    </Dialog>
  );
}
