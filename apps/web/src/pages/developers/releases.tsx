import { useQuery, useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { MoreButton } from '../../ui/button.js';
import { CONTROL, Field } from '../../ui/form.js';
import { FilesDiff } from '../../ui/files-diff.js';
import { formatAgo } from '../../ui/format.js';
import { Badge, Row, Rows, Section } from '../../ui/layout.js';
import { Empty, Failure, Loading, Notice } from '../../ui/notice.js';
import { AppFrame, useApp } from './frame.js';
import { deploysQuery, filesQuery, submissionsQuery } from './queries.js';

export function ReleasesPage() {
  const { app_id, revision } = useApp();
  return (
    <AppFrame>
      <Deploys appId={app_id} />
      {revision > 0 && <Compare appId={app_id} newest={revision} />}
      <Submissions appId={app_id} />
    </AppFrame>
  );
}

const TONES = { pending: 'accent', success: 'good', warning: 'plain', failed: 'danger' } as const;

function Deploys({ appId }: { appId: string }) {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useSuspenseInfiniteQuery(deploysQuery(appId));
  return (
    <Section title={m.dev.releases.deploys}>
      {data.length ? (
        <Rows>
          {data.map(({ deploy_id, version, status, changelog, error_message, created_at }) => (
            <Row key={deploy_id} actions={<Badge tone={TONES[status]}>{m.dev.releases.status[status]}</Badge>}>
              <p className="font-medium">{version ?? deploy_id}</p>
              <p className="text-sm text-muted">{formatAgo(created_at)}</p>
              {changelog && <p className="text-sm whitespace-pre-line">{changelog}</p>}
              {error_message && <p className="text-sm text-danger">{error_message}</p>}
            </Row>
          ))}
        </Rows>
      ) : (
        <Empty icon="code" title={m.dev.releases.none}>
          {m.dev.releases.noneLead}
        </Empty>
      )}
      <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </Section>
  );
}

/** Two revisions, chosen in the URL: by default the newest with the one before it. */
function Compare({ appId, newest }: { appId: string; newest: number }) {
  const { from = newest - 1, to = newest } = useSearch({ strict: false }) as { from?: number; to?: number };
  const navigate = useNavigate();
  if (newest < 2) return <p className="text-sm text-muted">{m.dev.releases.one}</p>;
  const choose = (search: { from: number; to: number }) =>
    void navigate({ to: '/developers/apps/$appId/releases', params: { appId }, search, replace: true });
  return (
    <Section title={m.dev.releases.compare}>
      <div className="grid grid-cols-2 gap-3 sm:max-w-md">
        <Revision label={m.dev.releases.from} newest={newest} value={from} onChange={(chosen) => choose({ from: chosen, to })} />
        <Revision label={m.dev.releases.to} newest={newest} value={to} onChange={(chosen) => choose({ from, to: chosen })} />
      </div>
      <Diff appId={appId} from={from} to={to} />
    </Section>
  );
}

interface RevisionProps {
  label: string;
  newest: number;
  value: number;
  onChange: (revision: number) => void;
}

const Revision = ({ label, newest, value, onChange }: RevisionProps) => (
  <Field name={label} label={label}>
    {(control) => (
      <select {...control} className={CONTROL} value={value} onChange={({ target }) => onChange(Number(target.value))}>
        {Array.from({ length: newest }, (_, index) => newest - index).map((revision) => (
          <option key={revision} value={revision}>
            {m.dev.releases.revision(revision)}
          </option>
        ))}
      </select>
    )}
  </Field>
);

function Diff({ appId, from, to }: { appId: string; from: number; to: number }) {
  const before = useQuery(filesQuery(appId, from));
  const after = useQuery(filesQuery(appId, to));
  const error = before.error ?? after.error;
  if (error) return <Failure error={error} />;
  if (before.isPending || after.isPending) return <Loading />;
  if (!before.data || !after.data) return <Notice>{m.dev.editor.noIr}</Notice>;
  return <FilesDiff before={before.data} after={after.data} />;
}

const DECISION_TONES = { approved: 'good', rejected: 'danger', withdrawn: 'plain' } as const;

function Submissions({ appId }: { appId: string }) {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useSuspenseInfiniteQuery(submissionsQuery(appId));
  return (
    <Section title={m.dev.releases.submissions}>
      {data.length ? (
        <Rows>
          {data.map((submission) => (
            <SubmissionRow key={submission.submission_id} submission={submission} />
          ))}
        </Rows>
      ) : (
        <p className="text-sm text-muted">{m.dev.releases.noSubmissions}</p>
      )}
      <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </Section>
  );
}

function SubmissionRow({ submission }: { submission: Shapes['Submission'] }) {
  const { revision, version, submitted_at, decision, reason, codes, evidence } = submission;
  return (
    <Row actions={<Badge tone={decision ? DECISION_TONES[decision] : 'accent'}>{m.dev.releases.decision[decision ?? 'waiting']}</Badge>}>
      <p className="font-medium">
        {version} · {m.dev.releases.revision(revision)}
      </p>
      <p className="text-sm text-muted">{formatAgo(submitted_at)}</p>
      {reason && <p className="mt-1 text-sm whitespace-pre-line">{reason}</p>}
      {codes.length > 0 && <p className="text-sm text-muted">{codes.map(m.review.decision.label).join(', ')}</p>}
      {evidence && <pre className="mt-1 font-mono text-xs whitespace-pre-wrap">{evidence}</pre>}
    </Row>
  );
}
