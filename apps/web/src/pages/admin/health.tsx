import { useSuspenseQuery } from '@tanstack/react-query';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { formatDuration, formatNumber, formatTime } from '../../ui/format.js';
import { Badge, Page, Row, Rows, Section } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';

type Service = Shapes['ServiceHealth'];

/** An event usually leaves its outbox within milliseconds, and is consumed as fast. */
const LATE_MS = 10_000;
const BEHIND = 1_000;

/** How the installation is, and what to do. */
export function HealthPage() {
  const { data, refetch, isFetching } = useSuspenseQuery({
    queryKey: ['health'],
    queryFn: () => dataOf(api.GET('/v1/admin/health')),
    staleTime: 0,
  });
  const problems = [...new Set(data.services.flatMap(problemsOf))];
  const missing = data.services.flatMap(({ service, not_configured }) => not_configured.map((each) => ({ service, ...each })));
  return (
    <Page
      title={m.health.title}
      lead={`${m.health.lead} ${m.health.checked(formatTime(data.checked_at))}`}
      actions={
        <Button busy={isFetching} onClick={() => void refetch()}>
          {m.health.again}
        </Button>
      }
    >
      {problems.length ? (
        <Section title={m.health.attention}>
          <Rows>
            {problems.map((problem) => (
              <Row key={problem}>
                <p className="text-sm">{problem}</p>
              </Row>
            ))}
          </Rows>
        </Section>
      ) : (
        <Notice kind="good">{m.health.well}</Notice>
      )}
      <Section title={m.health.services}>
        <Rows>
          {data.services.map((service) => (
            <Row
              key={service.service}
              actions={<Badge tone={service.state === 'ready' ? 'good' : 'danger'}>{m.health.states[service.state]}</Badge>}
            >
              <p className="font-medium">{service.service}</p>
              <p className="text-sm text-muted">{loadOf(service).join(' · ')}</p>
            </Row>
          ))}
        </Rows>
      </Section>
      <Section title={m.health.off} lead={missing.length ? m.health.offLead : m.health.allOn}>
        {missing.length > 0 && (
          <Rows>
            {missing.map(({ service, feature, settings }) => (
              <Row key={`${service} ${feature}`} actions={<Badge>{service}</Badge>}>
                <p className="font-medium">{feature}</p>
                <p className="font-mono text-xs text-muted">{settings.join(' ')}</p>
              </Row>
            ))}
          </Rows>
        )}
      </Section>
    </Page>
  );
}

function problemsOf({ service, state, outbox_age_ms, consumers, warnings }: Service): string[] {
  return [
    ...(state === 'not ready' ? [m.health.notReady(service)] : state === 'no answer' ? [m.health.noAnswer(service)] : []),
    ...((outbox_age_ms ?? 0) > LATE_MS ? [m.health.outbox(service, formatDuration(outbox_age_ms!))] : []),
    ...consumers.filter(({ events }) => events > BEHIND).map(({ name, events }) => m.health.lag(name, formatNumber(events))),
    ...warnings,
  ];
}

function loadOf({ outbox_age_ms, consumers }: Service): string[] {
  const events = consumers.reduce((sum, each) => sum + each.events, 0);
  return [m.health.events(formatNumber(events)), ...(outbox_age_ms ? [m.health.oldest(formatDuration(outbox_age_ms))] : [])];
}
