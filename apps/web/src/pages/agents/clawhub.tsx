import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { agentApi, type AgentShapes, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { formatNumber } from '../../ui/format.js';
import { Badge, Row, Rows, Section } from '../../ui/layout.js';
import { Failure, Loading, Notice } from '../../ui/notice.js';
import { SearchField } from '../../ui/search-field.js';
import { useChange } from './use-change.js';

const TONES = { critical: 'danger', high: 'danger', medium: 'accent', low: 'plain' } as const;

/** Skills of the directory, installed once the person has seen what their scan found. */
export function ClawHub({ installed }: { installed: readonly string[] }) {
  const { q = '' } = useSearch({ strict: false }) as { q?: string };
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<AgentShapes['ClawHubResult']>();
  const { data, error, isFetching } = useQuery({
    queryKey: ['skills', 'clawhub', q],
    queryFn: () => dataOf(agentApi.GET('/api/skills/clawhub/search', { params: { query: { q } } })),
    enabled: q !== '',
  });
  const problem = error?.message ?? data?.error;
  return (
    <Section title={m.skills.find} lead={m.skills.findLead}>
      <search>
        <SearchField
          label={m.skills.search}
          text={q}
          onChange={(text) => void navigate({ to: '/skills', search: { q: text || undefined }, replace: true })}
        />
      </search>
      {problem && <Notice kind="danger">{problem}</Notice>}
      {isFetching && !data && <Loading />}
      {data && !problem && data.results.length === 0 && <p role="status">{m.skills.noMatch}</p>}
      {!!data?.results.length && (
        <Rows>
          {data.results.map((result) => (
            <Row
              key={result.slug}
              actions={
                installed.includes(result.slug) ? (
                  <Badge tone="good">{m.market.installed}</Badge>
                ) : (
                  <Button size="small" aria-label={`${m.skills.check}: ${result.name}`} onClick={() => setChosen(result)}>
                    {m.skills.check}
                  </Button>
                )
              }
            >
              <p className="font-medium">{result.name}</p>
              <p className="text-sm text-muted">{result.description}</p>
              <p className="text-sm text-muted">
                {[result.author, result.version, m.skills.downloads(formatNumber(result.downloads))].filter(Boolean).join(' · ')}
              </p>
            </Row>
          ))}
        </Rows>
      )}
      {chosen && <Install result={chosen} onClose={() => setChosen(undefined)} />}
    </Section>
  );
}

function Install({ result: { slug, name, version }, onClose }: { result: AgentShapes['ClawHubResult']; onClose: () => void }) {
  const body = { slug, version };
  const scan = useQuery({
    queryKey: ['skills', 'scan', slug, version],
    queryFn: () => dataOf(agentApi.POST('/api/skills/clawhub/check-security', { body })),
  });
  const install = useChange('skills', async () => {
    await dataOf(agentApi.POST('/api/skills/clawhub/install', { body: { ...body, convert: false, force: false, repair: false } }));
    onClose();
  });
  const report = scan.data;
  return (
    <Dialog title={m.skills.installTitle(name)} onClose={onClose}>
      {scan.isPending && <Loading />}
      {(scan.error ?? install.error) && <Failure error={scan.error ?? install.error} />}
      {report && (
        <>
          <Notice kind={report.blocked ? 'danger' : report.safe ? 'good' : 'info'}>{report.summary}</Notice>
          {report.threats.length > 0 && (
            <ul className="grid gap-3 text-sm">
              {report.threats.map(({ pattern, severity, description, file_path, line_number, evidence, recommendation }, index) => (
                <li key={index} className="grid grid-cols-[minmax(0,1fr)] gap-1">
                  <span className="flex flex-wrap items-center gap-2 font-medium">
                    <Badge tone={TONES[severity]}>{m.skills.severity[severity]}</Badge>
                    {pattern}
                  </span>
                  <span>{description}</span>
                  <code className="rounded bg-sunken px-2 py-1 text-xs [overflow-wrap:anywhere]">{evidence}</code>
                  <span className="text-muted">
                    {file_path}
                    {line_number !== null && `:${line_number}`} · {recommendation}
                  </span>
                </li>
              ))}
            </ul>
          )}
          {!report.blocked && (
            <div>
              <Button look="primary" busy={install.isPending} onClick={() => install.mutate()}>
                {m.skills.install}
              </Button>
            </div>
          )}
        </>
      )}
    </Dialog>
  );
}
