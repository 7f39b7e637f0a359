import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { formatDate, formatNumber, toWords } from '../../ui/format.js';
import { Badge, Row, Rows, Section } from '../../ui/layout.js';
import { termsQuery } from './queries.js';

/** The tiers with their terms; those for sale can be bought. */
export function Tiers({ profile: { tier: current, tier_until } }: { profile: Shapes['Developer'] }) {
  const {
    data: { tiers },
  } = useSuspenseQuery(termsQuery);
  const queries = useQueryClient();
  const [bought, setBought] = useState<Shapes['TierTerms']>();
  const text = m.dev.earnings;
  const place = tiers.findIndex(({ tier }) => tier === current);
  return (
    <Section title={text.tiers} lead={text.tiersLead}>
      <Rows>
        {tiers.map((terms, index) => (
          <Row
            key={terms.tier}
            actions={
              terms.tier === current ? (
                <Badge tone="good">
                  {text.current} {tier_until && text.until(formatDate(tier_until))}
                </Badge>
              ) : (
                terms.for_sale &&
                index > place && (
                  <Button size="small" aria-label={`${text.buy}: ${terms.tier}`} onClick={() => setBought(terms)}>
                    {text.buy}
                  </Button>
                )
              )
            }
          >
            <p className="font-medium">{toWords(terms.tier)}</p>
            <p className="text-sm text-muted">
              {[text.share(terms.split), text.apps(terms.apps), text.days(terms.analytics_days), terms.payouts && text.pays]
                .filter(Boolean)
                .join(' · ')}
            </p>
            <p className="text-sm tabular-nums">
              {!terms.for_sale ? text.granted : terms.price ? text.year(formatNumber(terms.price)) : text.free}
            </p>
          </Row>
        ))}
      </Rows>
      {bought && (
        <ConfirmDialog
          title={text.buyTitle(toWords(bought.tier))}
          action={text.buy}
          look="primary"
          onClose={() => setBought(undefined)}
          onConfirm={async () => {
            await dataOf(api.PUT('/v1/developer/tier', { body: { tier: bought.tier } }));
            await Promise.all(['developer', 'wallet'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
          }}
        >
          {text.buyLead(formatNumber(bought.price))}
        </ConfirmDialog>
      )}
    </Section>
  );
}
