import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { formatDate, toWords } from '../../ui/format.js';
import { Row, Rows, Section } from '../../ui/layout.js';
import { Failure, Loading } from '../../ui/notice.js';

/** The approved versions of an app, each with what changed. */
export function Versions({ appId }: { appId: string }) {
  const { data } = useSuspenseQuery({
    queryKey: ['listings', 'versions', appId],
    queryFn: () => dataOf(api.GET('/v1/marketplace/apps/{app_id}/versions', { params: { path: { app_id: appId } } })),
  });
  const [open, setOpen] = useState<number>();
  if (!data.length) return null;
  return (
    <Section title={m.listing.versions}>
      <Rows>
        {data.slice(0, 10).map(({ revision, version, approved_at, function_count }) => (
          <Row
            key={revision}
            actions={
              <Button size="small" aria-expanded={open === revision} onClick={() => setOpen(open === revision ? undefined : revision)}>
                {m.listing.diff}
                <span className="sr-only">: {version}</span>
              </Button>
            }
          >
            <p className="font-medium">{version}</p>
            <p className="text-sm text-muted">
              {formatDate(approved_at)} · {m.listing.functions(function_count)}
            </p>
            {open === revision && <Diff appId={appId} revision={revision} />}
          </Row>
        ))}
      </Rows>
    </Section>
  );
}

function Diff({ appId, revision }: { appId: string; revision: number }) {
  const { data, error } = useQuery({
    queryKey: ['listings', 'diff', appId, revision],
    queryFn: () =>
      dataOf(api.GET('/v1/marketplace/apps/{app_id}/versions/{revision}/diff', { params: { path: { app_id: appId, revision } } })),
  });
  if (error) return <Failure error={error} />;
  if (!data) return <Loading />;
  const rows: [string, string[]][] = [
    [m.listing.added, data.added.map(({ name }) => toWords(name))],
    [m.listing.changed, data.changed.map(({ name, fields }) => `${toWords(name)} (${fields.join(', ')})`)],
    [m.listing.removed, data.removed.map(({ name }) => toWords(name))],
    [m.listing.permissionsAdded, data.new_permissions.map(({ description, id }) => description || id)],
  ];
  const shown = rows.filter(([, values]) => values.length);
  return (
    <div className="mt-2 grid gap-1 text-sm">
      {data.from === null && <p className="text-muted">{m.listing.first}</p>}
      {shown.length ? (
        shown.map(([title, values]) => (
          <p key={title}>
            <span className="font-medium">{title}:</span> {values.join(', ')}
          </p>
        ))
      ) : (
        <p className="text-muted">{m.listing.noChange}</p>
      )}
    </div>
  );
}
