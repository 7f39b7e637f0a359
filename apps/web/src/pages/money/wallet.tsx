import { useSuspenseQueries } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';
import { walletQuery } from '../../data/queries.js';
import { m } from '../../messages/index.js';
import { formatMeter, formatNumber } from '../../ui/format.js';
import { Card, Figure, Page, Section } from '../../ui/layout.js';
import { Entries } from './entries.js';
import { Plans } from './plans.js';
import { TopUp } from './top-up.js';

const usageQuery = { queryKey: ['wallet', 'usage'], queryFn: () => dataOf(api.GET('/v1/billing/usage')) };

export function WalletPage() {
  const [{ data: wallet }, { data: usage }] = useSuspenseQueries({ queries: [walletQuery, usageQuery] });
  const available = wallet.balance - wallet.held;
  return (
    <Page title={m.wallet.title} lead={m.wallet.lead}>
      <Card>
        <dl className="grid gap-6 sm:grid-cols-3">
          <Figure
            label={m.wallet.balance}
            value={formatNumber(wallet.balance)}
            hint={m.wallet.explain(formatNumber(available), formatNumber(wallet.held))}
          />
          <Figure label={m.wallet.available} value={formatNumber(available)} />
          <Figure label={m.wallet.held} value={formatNumber(wallet.held)} hint={m.wallet.heldHint} />
        </dl>
      </Card>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-2">
        <TopUp />
        <Section title={m.wallet.month}>
          <Card>
            <ul className="grid gap-4">
              {Object.entries(usage.usage as Record<string, number>).map(([meter, used]) => (
                <Meter key={meter} meter={meter} used={used} limit={(usage.limits as Record<string, number>)[meter] ?? -1} />
              ))}
            </ul>
          </Card>
        </Section>
      </div>
      <Entries />
      <Plans />
    </Page>
  );
}

function Meter({ meter, used, limit }: { meter: string; used: number; limit: number }) {
  const name = m.wallet.meters[meter] ?? meter;
  const share = limit > 0 ? Math.min(used / limit, 1) : 0;
  return (
    <li className="grid gap-1.5 text-sm">
      <span className="flex flex-wrap justify-between gap-x-3">
        <span>{name}</span>
        <span className="tabular-nums text-muted">
          {m.wallet.of(formatMeter(meter, used), limit < 0 ? m.wallet.unlimited : formatMeter(meter, limit))}
        </span>
      </span>
      {limit > 0 && <progress aria-label={name} value={share} className="meter h-2 w-full" />}
    </li>
  );
}
