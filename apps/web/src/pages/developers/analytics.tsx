import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { CONTROL } from '../../ui/form.js';
import { formatDate, formatNumber } from '../../ui/format.js';
import { Card, Figure, Section } from '../../ui/layout.js';
import { analyticsQuery, profileQuery, termsQuery } from './queries.js';

const PERIODS = [7, 30, 90, 365];

/** The calls of an app: figures of the period, and each day as a bar. */
export function Analytics({ appId }: { appId: string }) {
  const { days: wanted } = useSearch({ strict: false }) as { days?: number };
  const {
    data: { days, by_day },
  } = useSuspenseQuery(analyticsQuery(appId, wanted));
  const total = (field: 'calls' | 'errors' | 'credits') => by_day.reduce((sum, day) => sum + day[field], 0);
  const highest = (field: 'users' | 'p95_ms') => Math.max(0, ...by_day.map((day) => day[field] ?? 0));
  return (
    <Section title={m.dev.analytics.title} lead={m.dev.analytics.lead(days)} actions={<Period appId={appId} days={days} />}>
      <Card className="grid gap-5">
        {total('calls') === 0 ? (
          <p className="text-sm text-muted">{m.dev.analytics.none}</p>
        ) : (
          <>
            <dl className="flex flex-wrap gap-x-10 gap-y-4">
              <Figure label={m.dev.analytics.calls} value={formatNumber(total('calls'))} />
              <Figure label={m.dev.analytics.users} value={formatNumber(highest('users'))} />
              <Figure label={m.dev.analytics.errors} value={formatNumber(total('errors'))} />
              <Figure label={m.dev.analytics.credits} value={formatNumber(total('credits'))} />
              <Figure label={m.dev.analytics.slow} value={m.dev.tryRun.ms(formatNumber(highest('p95_ms')))} />
            </dl>
            <Bars days={by_day} />
          </>
        )}
      </Card>
    </Section>
  );
}

/** As long as the tier of the developer shows. The period is in the URL. */
function Period({ appId, days }: { appId: string; days: number }) {
  const navigate = useNavigate();
  const { data: profile } = useSuspenseQuery(profileQuery);
  const { data: terms } = useSuspenseQuery(termsQuery);
  const longest = terms.tiers.find(({ tier }) => tier === profile?.tier)?.analytics_days ?? days;
  const choose = (chosen: number) =>
    void navigate({ to: '/developers/apps/$appId', params: { appId }, search: { days: chosen }, replace: true });
  return (
    <select
      aria-label={m.dev.analytics.period}
      className={`${CONTROL} sm:w-36`}
      value={days}
      onChange={({ target }) => choose(Number(target.value))}
    >
      {[...new Set([...PERIODS.filter((one) => one <= longest), days])]
        .sort((a, b) => a - b)
        .map((one) => (
          <option key={one} value={one}>
            {m.dev.analytics.days(one)}
          </option>
        ))}
    </select>
  );
}

const HEIGHT = 80;

/** One bar for each day, with failed calls in another colour; the same as a table for screen readers. */
function Bars({ days }: { days: Shapes['DayOfApp'][] }) {
  const most = Math.max(1, ...days.map(({ calls }) => calls));
  const toHeight = (calls: number) => (calls / most) * HEIGHT;
  return (
    <figure>
      <svg aria-hidden="true" viewBox={`0 0 ${days.length * 10} ${HEIGHT}`} preserveAspectRatio="none" className="h-24 w-full">
        {days.map(({ day, calls, errors }, index) => (
          <g key={day}>
            <title>{`${formatDate(day)}: ${formatNumber(calls)}`}</title>
            <rect x={index * 10 + 1} width="8" y={HEIGHT - toHeight(calls)} height={toHeight(calls)} className="fill-accent" />
            <rect x={index * 10 + 1} width="8" y={HEIGHT - toHeight(errors)} height={toHeight(errors)} className="fill-danger" />
          </g>
        ))}
      </svg>
      <div className="sr-only">
        <table>
          <caption>{m.dev.analytics.chart}</caption>
          <thead>
            <tr>
              <th scope="col">{m.dev.analytics.day}</th>
              <th scope="col">{m.dev.analytics.calls}</th>
              <th scope="col">{m.dev.analytics.errors}</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, calls, errors }) => (
              <tr key={day}>
                <th scope="row">{formatDate(day)}</th>
                <td>{calls}</td>
                <td>{errors}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
