import { billing, DEFAULT_PRICES, type ModelRate, type ModelTier, type PriceList } from '@skep/contracts/billing';
import { Bus, CachedAnswer, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ModelsConfig } from '../models.config.js';
import type { Payer } from '../settings/effective-settings.js';

/** Tokens of a completion. */
export interface Tokens {
  prompt_tokens: number;
  completion_tokens: number;
}
/** What a completion costs its user, in credits. */
export interface Fee {
  /** For the use of the model, once per call. */
  platform_fee: number;
  /** For its tokens, at the rate of the model. */
  token_fee: number;
}

/** A turn of a coding session. */
export interface CodingTurn {
  /** Whether the completion is its first. */
  is_first: boolean;
}

/** All that a completion costs. */
export const totalOf = ({ platform_fee, token_fee }: Fee): number => platform_fee + token_fee;

const NOTHING: Fee = { platform_fee: 0, token_fee: 0 };

/** The fees of models: billing has the prices, and the rates of single models. */
@Injectable()
export class Fees {
  private readonly prices: CachedAnswer<PriceList>;
  private readonly tiers: ReadonlyMap<string, ModelTier>;

  constructor(
    bus: Bus,
    private readonly config: ModelsConfig,
  ) {
    this.prices = new CachedAnswer<PriceList>(bus, billing.getPriceList, billing.priceChanged, DEFAULT_PRICES);
    this.tiers = new Map(config.SKEP_LLM_TIERS.map(({ model, tier }) => [model, tier]));
  }

  /** What a recording costs its user, in credits. */
  async ofRecording(ctx: Ctx): Promise<number> {
    return Math.ceil((await this.prices.get(ctx)).voice_costs.stt);
  }

  async current(ctx: Ctx): Promise<FeeList> {
    return new FeeList(await this.prices.get(ctx), this.tiers, this.config.SKEP_LLM_TIER);
  }
}

/** The fees of models at one time. */
export class FeeList {
  private readonly rates: ReadonlyMap<string, ModelRate>;

  /** @param tiers those of single models in the settings, which a rate overrides @param tier that of all others */
  constructor(
    private readonly prices: Pick<PriceList, 'platform_fees' | 'model_rates' | 'coding'>,
    private readonly tiers: ReadonlyMap<string, ModelTier>,
    private readonly tier: ModelTier,
  ) {
    this.rates = new Map(prices.model_rates.map((rate) => [rate.model_id, rate]));
  }

  /** Whether a model of the operator may answer. */
  isAvailable(model: string): boolean {
    return this.rates.get(model)?.is_available ?? true;
  }

  /** What a completion costs: nothing with a key of the person or of their tenant. */
  of(model: string, payer: Payer, { prompt_tokens, completion_tokens }: Tokens, coding?: CodingTurn): Fee {
    if (payer === 'tenant' || payer === 'user') return NOTHING;
    const rate = this.rates.get(model);
    const tier = rate?.tier ?? this.tiers.get(model) ?? this.tier;
    const ofTier = tier === 'free' ? 0 : this.prices.platform_fees[tier];
    const { input_cost_per_1k = 0, output_cost_per_1k = 0, platform_fee_default = ofTier } = rate ?? {};
    const token_fee = Math.ceil((prompt_tokens * input_cost_per_1k + completion_tokens * output_cost_per_1k) / 1_000);
    const fee = { platform_fee: platform_fee_default, token_fee };
    return coding ? this.ofCoding(fee, coding) : fee;
  }

  private ofCoding(fee: Fee, { is_first }: CodingTurn): Fee {
    const { factor, min_charge } = this.prices.coding;
    const [platform_fee, token_fee] = [Math.ceil(fee.platform_fee * factor), Math.ceil(fee.token_fee * factor)];
    const missing = is_first ? Math.max(0, Math.ceil(min_charge) - platform_fee - token_fee) : 0;
    return { platform_fee: platform_fee + missing, token_fee };
  }
}
