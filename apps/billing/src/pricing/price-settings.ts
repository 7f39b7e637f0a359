import type {
  CategoryDefaults,
  CodingPricing,
  InvoiceSeller,
  PlatformFees,
  PriceChanged,
  TokenRate,
  VoiceCosts,
  VoiceEnabled,
} from '@skep/contracts/billing';
import { billing, DEFAULT_PRICES } from '@skep/contracts/billing';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { PriceEntity } from './price.entity.js';

/** Prices that apply to the whole installation, by the name in their path. */
export interface PriceValues {
  'platform-fees': PlatformFees;
  'token-rate': TokenRate;
  'category-defaults': CategoryDefaults;
  'voice-costs': VoiceCosts;
  'voice-enabled': VoiceEnabled;
  'coding-pricing': CodingPricing;
  'invoice-seller': InvoiceSeller;
}

/** Creates the row if there is none, so that concurrent changes follow one another. */
const LOCK = statement(
  `insert into price (name, value) values (:name, '{}') on conflict (name) do update set name = excluded.name returning name, value`,
  PriceEntity,
);

/** Prices that apply to the whole installation: a row of `price` each, or else the default. */
@Injectable()
export class PriceSettings {
  private readonly defaults: PriceValues;

  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    { SKEP_TOPUP_TOKENS_PER_DOLLAR: token_rate }: BillingConfig,
  ) {
    this.defaults = {
      'platform-fees': DEFAULT_PRICES.platform_fees,
      'token-rate': { token_rate },
      'category-defaults': DEFAULT_PRICES.category_defaults,
      'voice-costs': DEFAULT_PRICES.voice_costs,
      'voice-enabled': { enabled: false },
      'coding-pricing': { markup: 1, credits_per_dollar: token_rate, min_charge: 0, grace_cap: 0, low_warn_threshold: 0 },
      'invoice-seller': { name: '', address: '', vat: '' },
    };
  }

  async get<N extends keyof PriceValues>(name: N): Promise<PriceValues[N]> {
    const row = await this.db.repository(PriceEntity).findOneBy({ name });
    return { ...this.defaults[name], ...row?.value };
  }

  /** Changes a price and publishes what changed. @returns the new price */
  set<N extends keyof PriceValues>(ctx: Ctx, name: N, value: PriceValues[N]): Promise<PriceValues[N]> {
    return this.db.transaction(async () => {
      const { value: before } = (await this.db.row(LOCK, { name }))!;
      await this.db.repository(PriceEntity).update({ name }, { value: { ...value } });
      await this.publish(ctx, 'price', name, { ...this.defaults[name], ...before }, { ...value });
      return value;
    });
  }

  /** Publishes a change for the audit log, and for services that keep prices. Needs a transaction. */
  async publish(ctx: Ctx, target_type: PriceChanged['target_type'], target_id: string, before: object, after: object): Promise<void> {
    const changes = changesBetween(before as Record<string, unknown>, after as Record<string, unknown>);
    if (Object.keys(changes).length) await this.outbox.add(billing.priceChanged, ctx, { target_type, target_id, changes });
  }
}

/** `{ field: { from, to } }`, with null for a field that one of them lacks. */
function changesBetween(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => (before[name] ?? null) !== (after[name] ?? null));
  return Object.fromEntries(changed.map((name) => [name, { from: before[name] ?? null, to: after[name] ?? null }]));
}
