import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { holdsScope, useMe } from '../../data/session.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Select } from '../../ui/fields.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { formatNumber, formatTime } from '../../ui/format.js';
import { Page, Row, Rows } from '../../ui/layout.js';
import { Empty, Failure, Loading } from '../../ui/notice.js';
import { Filters, useFilters } from './filters.js';

type Payout = Shapes['PayoutUnderReview'];

/** What developers want to be paid. The status lives in the URL. */
export function Payouts() {
  const { status = 'pending' } = useFilters();
  return (
    <Page title={m.payoutQueue.title} lead={m.payoutQueue.lead}>
      <Filters>
        <Select name="status" label={m.payoutQueue.status} options={Object.entries(m.payoutQueue.statuses)} defaultValue={status} />
      </Filters>
      <Queue status={status} />
    </Page>
  );
}

function Queue({ status }: { status: string }) {
  const { data, error, isPending } = useQuery({
    queryKey: ['payouts', 'queue', status],
    queryFn: () =>
      dataOf(api.GET('/v1/admin/payouts/pending', { params: { query: { status: status as Payout['status'] & 'pending', limit: 200 } } })),
  });
  if (isPending) return <Loading />;
  if (error) return <Failure error={error} />;
  if (!data.length) return <Empty icon="wallet" title={m.payoutQueue.none} />;
  return (
    <Rows>
      {data.map((payout) => (
        <Row key={payout.id} actions={<Decisions payout={payout} />}>
          <p className="font-medium tabular-nums">
            {m.wallet.credits(formatNumber(payout.amount_tokens))} · ${payout.amount_usd}
          </p>
          <p className="text-sm text-muted">{m.payoutQueue.by(payout.developer_id, formatTime(payout.requested_at))}</p>
          {[payout.notes, payout.admin_note, payout.reference].filter(Boolean).map((text) => (
            <p key={text} className="text-sm text-muted">
              {text}
            </p>
          ))}
        </Row>
      ))}
    </Rows>
  );
}

/** What can be done with a payout in its status. */
function Decisions({ payout: { id: payout_id, status } }: { payout: Payout }) {
  const queries = useQueryClient();
  const me = useMe();
  const [asks, setAsks] = useState<'reject' | 'pay'>();
  const refresh = () => queries.invalidateQueries({ queryKey: ['payouts'] });
  const params = { path: { payout_id } };
  const approve = useMutation({
    mutationFn: () => dataOf(api.POST('/v1/admin/payouts/{payout_id}/approve', { params, body: {} })),
    onSettled: refresh,
  });
  const decide = async ({ note = '', method = '', reference = '' }: Values) => {
    if (asks === 'pay') await dataOf(api.POST('/v1/admin/payouts/{payout_id}/paid', { params, body: { note, method, reference } }));
    else await dataOf(api.POST('/v1/admin/payouts/{payout_id}/reject', { params, body: { note } }));
    await refresh();
    setAsks(undefined);
  };
  if (!holdsScope(me, 'admin:billing:write') || (status !== 'pending' && status !== 'approved')) return null;
  return (
    <>
      {approve.error && <span className="text-sm text-danger">{approve.error.message}</span>}
      {status === 'pending' ? (
        <Button size="small" busy={approve.isPending} onClick={() => approve.mutate()}>
          {m.payoutQueue.approve}
        </Button>
      ) : (
        <Button size="small" onClick={() => setAsks('pay')}>
          {m.payoutQueue.pay}
        </Button>
      )}
      <Button size="small" look="danger" onClick={() => setAsks('reject')}>
        {m.payoutQueue.reject}
      </Button>
      {asks && (
        <Dialog title={asks === 'pay' ? m.payoutQueue.payTitle : m.payoutQueue.rejectTitle} onClose={() => setAsks(undefined)}>
          <Form onSubmit={decide} action={asks === 'pay' ? m.payoutQueue.pay : m.payoutQueue.reject}>
            {asks === 'pay' && <TextField name="method" label={m.payoutQueue.method} required maxLength={50} />}
            {asks === 'pay' && <TextField name="reference" label={m.payoutQueue.reference} required maxLength={200} />}
            <TextField name="note" label={m.payoutQueue.note} maxLength={500} />
          </Form>
        </Dialog>
      )}
    </>
  );
}
