import { useMutation, useQueryClient, useSuspenseQueries } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { formatCents, formatDate, formatMeter } from '../../ui/format.js';
import { Badge, Section } from '../../ui/layout.js';
import { Failure, Notice } from '../../ui/notice.js';

const plansQuery = { queryKey: ['plans'], queryFn: () => dataOf(api.GET('/v1/billing/plans')) };
const subscriptionQuery = { queryKey: ['wallet', 'subscription'], queryFn: () => dataOf(api.GET('/v1/billing/subscription')) };

const formatLimit = (meter: string, limit: number) => (limit < 0 ? m.wallet.unlimited : formatMeter(meter, limit));

/** The plans, of which the user has one. */
export function Plans() {
  const [{ data: plans }, { data: subscription }] = useSuspenseQueries({ queries: [plansQuery, subscriptionQuery] });
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (plan_id: string) => dataOf(api.POST('/v1/billing/change-plan', { body: { plan_id } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['wallet'] }),
  });
  return (
    <Section
      title={m.plans.title}
      lead={
        subscription.expires_at
          ? `${m.plans.until(formatDate(subscription.expires_at))} ${subscription.cancel_at_period_end ? m.plans.ends : ''}`
          : undefined
      }
    >
      {change.error && <Failure error={change.error} />}
      {change.data && <Notice kind="good">{m.plans.changed}</Notice>}
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {plans.map(({ id, name, price, limits, features }) => {
          const isCurrent = id === subscription.plan;
          const isCustom = features['custom_price'] === true;
          return (
            <li
              key={id}
              className={`grid content-start gap-3 rounded-xl border bg-surface p-5 shadow-card ${isCurrent ? 'border-accent' : 'border-line'}`}
            >
              <div className="flex items-center justify-between gap-2">
                <h3 className="font-semibold">{name}</h3>
                {isCurrent && <Badge tone="accent">{m.plans.current}</Badge>}
              </div>
              <p>
                <span className="text-2xl font-semibold tabular-nums">
                  {isCustom ? m.plans.custom : price ? formatCents(price * 100) : m.plans.free}
                </span>
                {price > 0 && <span className="text-sm text-muted"> {m.plans.month}</span>}
              </p>
              <ul className="grid gap-1 text-sm text-muted">
                {Object.entries(limits as Record<string, number>).map(([meter, limit]) => (
                  <li key={meter}>{m.plans.limits(m.wallet.meters[meter] ?? meter, formatLimit(meter, limit))}</li>
                ))}
              </ul>
              {!isCurrent && !isCustom && (
                <Button
                  busy={change.isPending && change.variables === id}
                  onClick={() => change.mutate(id)}
                  aria-label={`${m.plans.choose}: ${name}`}
                >
                  {m.plans.choose}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
