import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { m } from '../../messages/index.js';
import { Button, MoreButton } from '../../ui/button.js';
import { DataView } from '../../ui/data-view.js';
import { TextField } from '../../ui/form.js';
import { formatNumber, formatTime } from '../../ui/format.js';
import { Page, Row, Rows } from '../../ui/layout.js';
import { Empty, Failure, Loading, Notice } from '../../ui/notice.js';
import { TraceLink } from '../../ui/trace-link.js';
import { type AuditItem, EXPORT_MAX, readAudit, readForExport, toCsv } from './audit-query.js';
import { Filters, useFilters } from './filters.js';

/** Who did what. The filters live in the URL. */
export function Audit() {
  const { actor, target, action, source, from, to } = useFilters();
  return (
    <Page title={m.audit.title} lead={m.audit.lead} actions={<Export />}>
      <Filters>
        <TextField name="actor" label={m.audit.actor} defaultValue={actor} />
        <TextField name="target" label={m.audit.target} defaultValue={target} />
        <TextField name="action" label={m.audit.action} defaultValue={action} placeholder="session.revoked" />
        <TextField name="source" label={m.audit.source} defaultValue={source} />
        <TextField name="from" type="date" label={m.audit.from} defaultValue={from} />
        <TextField name="to" type="date" label={m.audit.to} defaultValue={to} />
      </Filters>
      <Entries />
    </Page>
  );
}

function Export() {
  const filters = useFilters();
  const [count, setCount] = useState<number>();
  const [error, setError] = useState<unknown>();
  const save = async () => {
    setError(undefined);
    setCount(0);
    try {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([toCsv(await readForExport(filters, setCount))], { type: 'text/csv' }));
      link.download = 'audit-log.csv';
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (failure) {
      setError(failure);
    }
    setCount(undefined);
  };
  return (
    <div className="grid justify-items-end gap-2">
      <Button busy={count !== undefined} onClick={() => void save()}>
        {count === undefined ? m.audit.export : m.audit.exporting(formatNumber(count))}
      </Button>
      {count === EXPORT_MAX && <Notice>{m.audit.exportLimit(formatNumber(EXPORT_MAX))}</Notice>}
      {error !== undefined && <Failure error={error} />}
    </div>
  );
}

function Entries() {
  const filters = useFilters();
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['audit', filters],
    queryFn: ({ pageParam }) => readAudit(filters, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  if (isPending) return <Loading />;
  if (error) return <Failure error={error} />;
  const [first] = data.pages;
  const items = data.pages.flatMap((page) => page.items);
  if (!items.length)
    return (
      <Empty icon="shield" title={m.audit.none}>
        {m.audit.noneLead}
      </Empty>
    );
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-3">
      {typeof first?.total === 'number' && (
        <p role="status" className="text-sm text-muted">
          {m.audit.total(formatNumber(first.total), first.total_capped)}
        </p>
      )}
      <Rows>
        {items.map((item) => (
          <Entry key={item.id} item={item} />
        ))}
      </Rows>
      <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </section>
  );
}

function Entry({ item }: { item: AuditItem }) {
  const { actor_id, actor_type, via, action, target_type, target_id, changes, metadata, source, ip_address, trace_id, created_at } = item;
  const details = { ...(changes && { changes }), ...(metadata && { metadata }) };
  return (
    <Row actions={trace_id && <TraceLink id={trace_id} of={action} />}>
      <p className="font-medium">{action}</p>
      <p className="text-sm text-muted">
        {target_type} {target_type === 'user' ? <UserLink id={target_id} /> : target_id}
      </p>
      <p className="text-sm text-muted">
        {actor_type === 'user' ? <UserLink id={actor_id} /> : actor_id}
        {via !== 'user' && ` · ${via}`} · {source} · {formatTime(created_at)}
        {ip_address && ` · ${ip_address}`}
      </p>
      {Object.keys(details).length > 0 && (
        <details className="mt-1 text-sm">
          <summary className="w-fit rounded text-muted">{m.audit.details}</summary>
          <div className="mt-2 rounded-lg bg-sunken p-3">
            <DataView value={details} />
          </div>
        </details>
      )}
    </Row>
  );
}

const UserLink = ({ id }: { id: string }) => (
  <Link to="/admin/users/$userId" params={{ userId: id }} className="rounded underline underline-offset-2 hover:text-ink">
    {id}
  </Link>
);
