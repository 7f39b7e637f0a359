import type { Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { formatNumber, toWords } from '../../ui/format.js';
import { Badge, Card, Section } from '../../ui/layout.js';
import { Capabilities } from '../market/capabilities.js';

type Reviewed = Shapes['ReviewedRelease'];

/** Each thing that a release may do, by its kind, as one text. */
function abilitiesOf({ capabilities, permissions }: Reviewed): Map<string, string[]> {
  const { reads, writes, destructive, hosts, secrets, connections, webhooks, schedules, models, other_apps } = capabilities;
  return new Map([
    [m.listing.destructive, destructive.map(toWords)],
    [m.listing.writes, writes.map(toWords)],
    [m.listing.reads, reads.map(toWords)],
    [m.listing.hosts, (hosts as string[] | null | undefined) ?? []],
    [m.listing.secrets, secrets.map(({ name, scope }) => `${name} (${scope})`)],
    [m.listing.accounts, connections.map(({ provider, scopes }) => [provider, ...scopes].join(' '))],
    [m.listing.webhooks, webhooks.map(({ method, path }) => `${method} ${path}`)],
    [m.listing.schedules, schedules.map(({ name, cron }) => `${name} (${cron})`)],
    [m.listing.models, models ? [m.forms.yes] : []],
    [m.listing.otherApps, other_apps ? [m.forms.yes] : []],
    [m.review.reviewed.permissions, permissions.map(({ id, description }) => (description ? `${description} (${id})` : id))],
  ]);
}

/** What is paid for what. */
function pricesOf({ pricing_model, pricing_config }: Reviewed): Map<string, string> {
  const { tool_prices = {}, monthly_price } = (pricing_config ?? {}) as { tool_prices?: Record<string, number>; monthly_price?: number };
  const credits = (price: number) => m.review.reviewed.credits(formatNumber(price));
  return new Map([
    [m.review.reviewed.model, m.dev.prices.models[pricing_model] ?? pricing_model],
    ...(monthly_price === undefined ? [] : [[m.review.reviewed.monthly, credits(monthly_price)] as const]),
    ...Object.entries(tool_prices).map(([name, price]) => [toWords(name), credits(price)] as const),
  ]);
}

interface Difference {
  kind: string;
  text: string;
  /** Whether the release may do more than the approved one. */
  isMore: boolean;
}

function differencesOf(proposed: Reviewed, approved: Reviewed | null): Difference[] {
  const [now, before] = [abilitiesOf(proposed), approved ? abilitiesOf(approved) : new Map<string, string[]>()];
  return [...now].flatMap(([kind, texts]) => {
    const former = before.get(kind) ?? [];
    return [
      ...texts.filter((text) => !former.includes(text)).map((text) => ({ kind, text, isMore: true })),
      ...former.filter((text) => !texts.includes(text)).map((text) => ({ kind, text, isMore: false })),
    ];
  });
}

function priceDifferencesOf(proposed: Reviewed, approved: Reviewed | null): [string, string][] {
  const [now, before] = [pricesOf(proposed), approved ? pricesOf(approved) : new Map<string, string>()];
  return [...new Set([...now.keys(), ...before.keys()])].flatMap((name) => {
    const [was, is] = [before.get(name) ?? m.review.reviewed.free, now.get(name) ?? m.review.reviewed.free];
    if (!approved) return [[name, is]];
    return was === is ? [] : [[name, m.review.reviewed.priceChange(was, is)]];
  });
}

/** What an approval would change for users: what the app may do, and what it costs. Then all that it may do. */
export function Changes({ review: { proposed, approved } }: { review: Shapes['AppReview'] }) {
  const differences = differencesOf(proposed, approved);
  const prices = priceDifferencesOf(proposed, approved);
  return (
    <Section
      title={m.review.reviewed.changes}
      lead={approved ? m.review.reviewed.updateLead(approved.revision) : m.review.reviewed.firstLead}
    >
      <Card className="grid gap-4">
        {differences.length + prices.length === 0 && <p className="text-sm">{m.review.reviewed.noChange}</p>}
        {differences.length > 0 && (
          <ul className="grid gap-2 text-sm">
            {differences.map(({ kind, text, isMore }) => (
              <li key={`${kind} ${text} ${isMore}`} className="flex flex-wrap items-baseline gap-x-2 gap-y-1 [overflow-wrap:anywhere]">
                <Badge tone={isMore ? (kind === m.listing.destructive ? 'danger' : 'accent') : 'plain'}>
                  {isMore ? m.review.reviewed.more : m.review.reviewed.less}
                </Badge>
                <span className="font-medium">{kind}</span>
                <span className="min-w-0 text-muted">{text}</span>
              </li>
            ))}
          </ul>
        )}
        {prices.length > 0 && (
          <dl className="grid gap-1.5 text-sm">
            {prices.map(([name, change]) => (
              <div key={name} className="flex flex-wrap justify-between gap-x-4">
                <dt className="min-w-0 [overflow-wrap:anywhere]">{name}</dt>
                <dd className="font-medium tabular-nums">{change}</dd>
              </div>
            ))}
          </dl>
        )}
        {approved && (
          <details className="text-sm">
            <summary className="rounded font-medium">{m.review.reviewed.now}</summary>
            <div className="mt-3">
              <Capabilities capabilities={proposed.capabilities} />
            </div>
          </details>
        )}
      </Card>
    </Section>
  );
}
