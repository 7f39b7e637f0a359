import { useQueryClient, useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { MoreButton } from '../../ui/button.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { formatAgo, formatCents, formatNumber } from '../../ui/format.js';
import { Badge, Card, Figure, Page, Row, Rows, Section } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';
import { BecomeDeveloper } from './become.js';
import { earningsQuery, payoutsQuery, profileQuery, termsQuery } from './queries.js';
import { Tiers } from './tiers.js';

export function EarningsPage() {
  const { data: profile } = useSuspenseQuery(profileQuery);
  return profile ? <Earnings profile={profile} /> : <BecomeDeveloper />;
}

function Earnings({ profile }: { profile: Shapes['Developer'] }) {
  const { data: earned } = useSuspenseQuery(earningsQuery);
  const text = m.dev.earnings;
  return (
    <Page title={text.title} lead={text.lead}>
      <Card>
        <dl className="flex flex-wrap gap-x-10 gap-y-4">
          <Figure label={text.total} value={formatNumber(earned.total_earnings)} />
          <Figure label={text.available} value={formatNumber(earned.available)} />
          <Figure label={text.payable} value={formatNumber(earned.payable_earnings)} />
          <Figure label={text.promotional} value={formatNumber(earned.promotional_earnings)} hint={text.promotionalHint} />
          <Figure label={text.reserved} value={formatNumber(earned.reserved)} />
          <Figure label={text.paid} value={formatNumber(earned.paid_out)} />
        </dl>
      </Card>
      <Payouts tier={profile.tier} available={earned.available} />
      <Tiers profile={profile} />
    </Page>
  );
}

const TONES = { pending: 'accent', approved: 'accent', paid: 'good', rejected: 'danger' } as const;

function Payouts({ tier, available }: { tier: string; available: number }) {
  const queries = useQueryClient();
  const { data: payouts, hasNextPage, isFetchingNextPage, fetchNextPage } = useSuspenseInfiniteQuery(payoutsQuery);
  const { data: terms } = useSuspenseQuery(termsQuery);
  const text = m.dev.earnings;
  const isPaid = terms.tiers.some((one) => one.tier === tier && one.payouts);
  const request = async ({ amount_tokens = '', payout_method = '', notes }: Values) => {
    const body = { amount_tokens: Number(amount_tokens), payout_method, ...(notes && { notes }) };
    await dataOf(api.POST('/v1/developer/payouts', { body }));
    await queries.invalidateQueries({ queryKey: ['developer'] });
  };
  return (
    <Section title={text.payouts}>
      {payouts.length ? (
        <Rows>
          {payouts.map(({ id, amount_tokens, amount_usd, status, method, reference, admin_note, requested_at }) => (
            <Row key={id} actions={<Badge tone={TONES[status]}>{text.status[status]}</Badge>}>
              <p className="font-medium tabular-nums">
                {m.dev.developers.credits(formatNumber(amount_tokens))} · {formatCents(Number(amount_usd) * 100)}
              </p>
              <p className="text-sm text-muted">
                {method} · {formatAgo(requested_at)}
                {reference && ` · ${text.reference(reference)}`}
              </p>
              {admin_note && <p className="text-sm whitespace-pre-line">{admin_note}</p>}
            </Row>
          ))}
        </Rows>
      ) : (
        <p className="text-sm text-muted">{text.none}</p>
      )}
      <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
      {isPaid ? (
        <details className="max-w-xl rounded-xl border border-line bg-surface shadow-card">
          <summary className="rounded-xl px-5 py-3.5 text-sm font-medium">{text.request}</summary>
          <div className="border-t border-line p-5">
            <Form onSubmit={request} action={text.request}>
              <TextField
                name="amount_tokens"
                type="number"
                label={text.amount}
                hint={text.amountHint(formatNumber(terms.min_payout_tokens), formatCents((1000 / terms.token_rate) * 100))}
                defaultValue={Math.max(available, 0)}
                min={1}
                required
              />
              <TextField name="payout_method" label={text.method} required maxLength={50} />
              <TextField name="notes" label={text.notes} maxLength={500} />
            </Form>
          </div>
        </details>
      ) : (
        <Notice>{text.noPayouts}</Notice>
      )}
    </Section>
  );
}
