import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { CONTROL, Field, Form, TextField, type Values } from '../../ui/form.js';
import { formatNumber, toWords } from '../../ui/format.js';
import { Card, Section } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';
import { AppFrame, useApp } from './frame.js';
import { PriceShares } from './price-shares.js';
import { termsQuery } from './queries.js';

type Model = Shapes['App']['pricing_model'];

export function PricesPage() {
  return (
    <AppFrame>
      <Prices />
      <ListingTexts />
    </AppFrame>
  );
}

interface Change {
  name?: string;
  short_description?: string;
  description?: string;
  pricing_model?: Model;
  pricing_config?: Record<string, unknown>;
}

interface ChangeFormProps {
  toChange: (values: Values) => Change;
  children: ReactNode;
}

/** Changes the app by what was filled in. */
function ChangeForm({ toChange, children }: ChangeFormProps) {
  const { app_id } = useApp();
  const queries = useQueryClient();
  const [isSaved, setSaved] = useState(false);
  const submit = async (values: Values) => {
    setSaved(false);
    await dataOf(api.PUT('/v1/developer/apps/{app_id}', { params: { path: { app_id } }, body: toChange(values) }));
    await queries.invalidateQueries({ queryKey: ['developer'] });
    setSaved(true);
  };
  return (
    <Card className="max-w-xl">
      <Form onSubmit={submit} action={m.dev.prices.save} look="plain" beside={isSaved && <Notice kind="good">{m.dev.prices.saved}</Notice>}>
        {children}
      </Form>
    </Card>
  );
}

function ListingTexts() {
  const app = useApp();
  const toChange = ({ name = '', short_description = '', description = '' }: Values) => ({ name, short_description, description });
  return (
    <Section title={m.dev.prices.listing} lead={m.dev.prices.listingLead}>
      <ChangeForm toChange={toChange}>
        <TextField name="name" label={m.dev.newApp.name} defaultValue={app.name} required maxLength={200} />
        <TextField name="short_description" label={m.dev.prices.short} defaultValue={app.short_description} required maxLength={2000} />
        <Field name="description" label={m.dev.prices.description}>
          {(control) => <textarea {...control} rows={5} maxLength={2000} defaultValue={app.description} />}
        </Field>
      </ChangeForm>
    </Section>
  );
}

/** The prices of functions, with what each call leaves for the developer. */
function Prices() {
  const { app_id, status, tools_json, pricing_model, pricing_config } = useApp();
  const { tool_prices = {}, monthly_price } = (pricing_config ?? {}) as { tool_prices?: Record<string, number>; monthly_price?: number };
  const { data: terms } = useSuspenseQuery(termsQuery);
  const [model, setModel] = useState<Model>(pricing_model);
  const [prices, setPrices] = useState<Record<string, number>>(tool_prices);
  const isFixed = status === 'active';
  const toChange = ({ monthly }: Values) => ({
    pricing_model: model,
    pricing_config: {
      ...(model !== 'free' && { tool_prices: prices }),
      ...(model === 'subscription' && { monthly_price: Number(monthly) }),
    },
  });
  const fees = Object.entries(terms.platform_fees as Record<string, number>).filter(([, fee]) => fee > 0);
  return (
    <Section title={m.dev.prices.title} lead={m.dev.prices.lead}>
      {isFixed && <Notice>{m.dev.prices.fixed}</Notice>}
      {status === 'pending_review' && <Notice>{m.dev.prices.inReview}</Notice>}
      <ChangeForm toChange={toChange}>
        <Field name="pricing_model" label={m.dev.prices.model}>
          {(control) => (
            <select
              {...control}
              className={CONTROL}
              disabled={isFixed}
              value={model}
              onChange={({ target }) => setModel(target.value as Model)}
            >
              {Object.entries(m.dev.prices.models).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        {model === 'subscription' && (
          <TextField
            name="monthly"
            type="number"
            label={m.dev.prices.monthly}
            defaultValue={monthly_price}
            disabled={isFixed}
            min={1}
            max={1_000_000}
            required
          />
        )}
        {model !== 'free' &&
          (tools_json.length ? (
            tools_json.map(({ name }) => (
              <TextField
                key={name}
                name={name}
                type="number"
                label={m.dev.prices.of(toWords(name))}
                value={prices[name] ?? ''}
                onChange={({ target }) => setPrices(withPrice(prices, name, target.value))}
                disabled={isFixed}
                min={0}
                max={1_000_000}
              />
            ))
          ) : (
            <p className="text-sm text-muted">{m.dev.prices.functionsNone}</p>
          ))}
      </ChangeForm>
      {model !== 'free' && Object.keys(prices).length > 0 && <PriceShares appId={app_id} prices={prices} />}
      {fees.length > 0 && (
        <p className="max-w-2xl text-sm text-muted">
          {m.dev.prices.fees} {fees.map(([name, fee]) => `${name} ${m.dev.developers.credits(formatNumber(fee))}`).join(', ')}.
        </p>
      )}
    </Section>
  );
}

function withPrice(prices: Record<string, number>, name: string, text: string): Record<string, number> {
  const { [name]: _, ...others } = prices;
  return text === '' ? others : { ...others, [name]: Number(text) };
}
