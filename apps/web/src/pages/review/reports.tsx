import { useQueryClient, useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button, buttonClass, MoreButton } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { TextArea } from '../../ui/fields.js';
import { CONTROL, Form, type Values } from '../../ui/form.js';
import { formatAgo } from '../../ui/format.js';
import { Badge, Page, Row, Rows } from '../../ui/layout.js';
import { Empty } from '../../ui/notice.js';
import { reportsQuery } from './queries.js';

type Report = Shapes['AdminReport'];

/** Reports of apps; the filter is in the URL. */
export function ReportsPage() {
  const { status } = useSearch({ strict: false }) as { status?: string };
  const shown = status === 'resolved' ? 'resolved' : 'open';
  const navigate = useNavigate();
  const { data: reports, hasNextPage, isFetchingNextPage, fetchNextPage } = useSuspenseInfiniteQuery(reportsQuery(shown));
  const [resolved, setResolved] = useState<Report>();
  return (
    <Page title={m.review.reports.title} lead={m.review.reports.lead}>
      <select
        aria-label={m.review.reports.status}
        className={`${CONTROL} sm:w-44`}
        value={shown}
        onChange={({ target }) => void navigate({ to: '/moderation/reports', search: { status: target.value }, replace: true })}
      >
        {Object.entries(m.review.reports.statuses).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      {reports.length ? (
        <Rows>
          {reports.map((report) => (
            <Row
              key={report.report_id}
              actions={
                report.status === 'open' && (
                  <>
                    <Link
                      to="/moderation/suspended"
                      search={{ q: report.app_id }}
                      aria-label={`${m.review.reports.suspend}: ${report.app_id}`}
                      className={buttonClass({ size: 'small' })}
                    >
                      {m.review.reports.suspend}
                    </Link>
                    <Button size="small" aria-label={`${m.review.reports.resolve}: ${report.app_id}`} onClick={() => setResolved(report)}>
                      {m.review.reports.resolve}
                    </Button>
                  </>
                )
              }
            >
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {report.app_id} <Badge tone="danger">{m.review.reports.reasons[report.reason]}</Badge>
              </p>
              <p className="mt-1 text-sm whitespace-pre-line">{report.text}</p>
              <p className="text-sm text-muted">
                {report.user_id} · {formatAgo(report.created_at)}
              </p>
              {report.note && <p className="mt-1 text-sm whitespace-pre-line text-muted">{report.note}</p>}
            </Row>
          ))}
        </Rows>
      ) : (
        <Empty icon="flag" title={m.review.reports.none}>
          {m.review.reports.noneLead}
        </Empty>
      )}
      <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
      {resolved && <Resolve report={resolved} onClose={() => setResolved(undefined)} />}
    </Page>
  );
}

function Resolve({ report: { report_id, app_id }, onClose }: { report: Report; onClose: () => void }) {
  const queries = useQueryClient();
  const resolve = async ({ note = '' }: Values) => {
    await dataOf(api.POST('/v1/admin/reports/{report_id}/resolve', { params: { path: { report_id } }, body: { note } }));
    await queries.invalidateQueries({ queryKey: ['reports'] });
    onClose();
  };
  return (
    <Dialog title={m.review.reports.resolveTitle(app_id)} onClose={onClose}>
      <Form onSubmit={resolve} action={m.review.reports.resolve}>
        <TextArea name="note" label={m.review.reports.note} hint={m.review.reports.noteHint} required maxLength={2_000} />
      </Form>
    </Dialog>
  );
}
