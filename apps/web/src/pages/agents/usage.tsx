import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { agentApi, type AgentShapes, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { CONTROL } from '../../ui/form.js';
import { formatDate, formatNumber } from '../../ui/format.js';
import { Card, Figure, Page, Section } from '../../ui/layout.js';
import { Empty, Failure, Loading } from '../../ui/notice.js';

const DAY_MS = 86_400_000;
const PERIODS = [7, 30, 90, 365] as const;
const DEFAULT_DAYS = 30;

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const sum = (values: readonly (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** What language models were used for the person, by day and by model. The period is in the URL. */
export function Usage() {
  const { days = DEFAULT_DAYS } = useSearch({ strict: false }) as { days?: number };
  const navigate = useNavigate();
  const { data, error, isPending } = useQuery({
    queryKey: ['usage', days],
    queryFn: async () => {
      const start_date = dayOf(Date.now() - (days - 1) * DAY_MS);
      const [summary, daily] = await Promise.all([
        dataOf(agentApi.GET('/api/usage/summary', { params: { query: { start_date } } })),
        dataOf(agentApi.GET('/api/usage/daily', { params: { query: { days } } })),
      ]);
      return { summary, daily };
    },
  });
  return (
    <Page
      title={m.usage.title}
      lead={m.usage.lead}
      actions={
        <select
          aria-label={m.usage.period}
          value={days}
          onChange={({ target }) => void navigate({ to: '/usage', search: { days: Number(target.value) }, replace: true })}
          className={`${CONTROL} sm:w-44`}
        >
          {PERIODS.map((one) => (
            <option key={one} value={one}>
              {m.usage.days(one)}
            </option>
          ))}
        </select>
      }
    >
      {isPending ? (
        <Loading />
      ) : error ? (
        <Failure error={error} />
      ) : data.summary.total_requests === 0 ? (
        <Empty icon="chart" title={m.usage.none}>
          {m.usage.noneLead}
        </Empty>
      ) : (
        <>
          <Card>
            <dl className="grid gap-6 sm:grid-cols-4">
              <Figure label={m.usage.credits} value={formatNumber(sum(data.summary.breakdown.map(({ credits }) => credits)))} />
              <Figure label={m.usage.answers} value={formatNumber(data.summary.total_requests)} />
              <Figure label={m.usage.read} value={formatNumber(data.summary.total_input_tokens)} />
              <Figure label={m.usage.written} value={formatNumber(data.summary.total_output_tokens)} />
            </dl>
          </Card>
          <ByModel models={data.summary.breakdown} />
          <ByDay days={data.daily.days} />
        </>
      )}
    </Page>
  );
}

const CELL = 'px-4 py-2.5';
const NUMBER = `${CELL} text-right tabular-nums`;

function ByModel({ models }: { models: readonly AgentShapes['UsageOfModel'][] }) {
  return (
    <Section title={m.usage.byModel}>
      <UsageTable
        first={m.usage.model}
        rows={models
          .toSorted((a, b) => b.total_tokens - a.total_tokens)
          .map(({ provider, model, ...counts }) => ({ key: `${provider} ${model}`, label: `${model} · ${provider}`, ...counts }))}
      />
    </Section>
  );
}

function ByDay({ days }: { days: readonly AgentShapes['UsageOfDay'][] }) {
  return (
    <Section title={m.usage.byDay}>
      <UsageTable
        first={m.usage.day}
        rows={days.toReversed().map(({ date, ...counts }) => ({ key: date, label: formatDate(`${date}T00:00`), ...counts }))}
      />
    </Section>
  );
}

interface UsageRow {
  key: string;
  label: string;
  total_tokens: number;
  request_count: number;
  credits: number | null;
}

/** Each row with a bar beside the number: the share of the largest one. */
function UsageTable({ first, rows }: { first: string; rows: readonly UsageRow[] }) {
  const most = Math.max(...rows.map(({ total_tokens }) => total_tokens), 1);
  return (
    <div tabIndex={0} role="group" aria-label={first} className="overflow-x-auto rounded-xl border border-line bg-surface shadow-card">
      <table className="w-full text-left text-sm">
        <thead className="bg-sunken text-muted">
          <tr>
            <th scope="col" className={`${CELL} font-medium`}>
              {first}
            </th>
            <th scope="col" className={`${CELL} text-right font-medium`}>
              {m.usage.answers}
            </th>
            <th scope="col" colSpan={2} className={`${CELL} text-right font-medium`}>
              {m.usage.tokens}
            </th>
            <th scope="col" className={`${CELL} text-right font-medium`}>
              {m.usage.credits}
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map(({ key, label, total_tokens, request_count, credits }) => (
            <tr key={key}>
              <th scope="row" className={`${CELL} min-w-32 font-normal [overflow-wrap:anywhere]`}>
                {label}
              </th>
              <td className={NUMBER}>{formatNumber(request_count)}</td>
              <td aria-hidden="true" className="w-1/4 min-w-16 py-2.5">
                <svg viewBox="0 0 100 4" preserveAspectRatio="none" className="h-2 w-full text-accent">
                  <rect width={Math.max((total_tokens / most) * 100, 1)} height="4" fill="currentColor" />
                </svg>
              </td>
              <td className={NUMBER}>{formatNumber(total_tokens)}</td>
              <td className={NUMBER}>{credits === null ? '–' : formatNumber(credits)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
