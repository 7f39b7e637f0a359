import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiProblem, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Form, TextField } from '../../ui/form.js';
import { formatCents, formatNumber } from '../../ui/format.js';
import { Card, Section } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';

interface Tier {
  tokens: number;
  price_cents: number;
}

/** Buys credits: simulated, or with the saved card. */
export function TopUp() {
  const { data: config } = useSuspenseQuery({
    queryKey: ['topup-config'],
    queryFn: () => dataOf(api.GET('/v1/billing/topup-config')),
    staleTime: 300_000,
  });
  const queries = useQueryClient();
  const [bought, setBought] = useState<number>();
  const [dollars, setDollars] = useState('10');
  const cents = Math.round(Number(dollars) * 100);
  const tokens = Math.floor((cents * config.token_rate) / 100);
  const buy = async () => {
    setBought(undefined);
    const isSandbox = config.payments === 'sandbox';
    const body = { tokens, price_cents: cents, off_session: isSandbox ? null : true };
    const started = await dataOf(api.POST('/v1/billing/topup', { headers: { 'Idempotency-Key': crypto.randomUUID() }, body }));
    const { payment_intent_id } = started;
    if (isSandbox) await dataOf(api.POST('/v1/billing/topup/sandbox/complete', { body: { payment_intent_id } }));
    else if (!started.succeeded) throw new ApiProblem(0, 'payment', m.wallet.card);
    await queries.invalidateQueries({ queryKey: ['wallet'] });
    setBought(tokens);
  };
  return (
    <Section title={m.wallet.topup}>
      <Card>
        {config.payments === 'off' ? (
          <p className="text-sm text-muted">{m.wallet.topupOff}</p>
        ) : (
          <div className="grid gap-4">
            {config.payments === 'sandbox' && <p className="text-sm text-muted">{m.wallet.sandbox}</p>}
            <div role="group" aria-label={m.wallet.amount} className="flex flex-wrap gap-2">
              {(config.tiers as unknown as Tier[]).map(({ price_cents }) => (
                <button
                  key={price_cents}
                  type="button"
                  aria-pressed={price_cents === cents}
                  onClick={() => setDollars(String(price_cents / 100))}
                  className="min-h-10 rounded-lg border border-line px-4 text-sm font-medium hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft"
                >
                  {formatCents(price_cents)}
                </button>
              ))}
            </div>
            <Form onSubmit={buy} action={`${m.wallet.buy}: ${m.wallet.credits(formatNumber(Number.isFinite(tokens) ? tokens : 0))}`}>
              <TextField
                name="price_cents"
                type="number"
                label={m.wallet.amount}
                hint={m.wallet.amountHint(formatCents(config.custom_min_cents), formatCents(config.custom_max_cents))}
                value={dollars}
                onChange={({ target }) => setDollars(target.value)}
                min={config.custom_min_cents / 100}
                max={config.custom_max_cents / 100}
                step="0.01"
                required
              />
            </Form>
            {bought !== undefined && <Notice kind="good">{m.wallet.bought(formatNumber(bought))}</Notice>}
          </div>
        )}
      </Card>
    </Section>
  );
}
