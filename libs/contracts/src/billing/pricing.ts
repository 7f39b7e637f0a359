import { UserRef } from '../auth/account.js';
import { Empty, IDS } from '../common.js';
import { event, list, operation } from '../define.js';
import { Bool, type FieldDocs, Int, Json, List, Nested, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { Conflict, problem } from '../problem.js';
import { MODEL_TIERS, type ModelTier } from './fees.js';
import { PlanNotFound, SubscriptionConflict } from './subscription.js';

const CREDITS_MAX = 1_000_000;
const Credits = (description: string, example: number) => Int({ min: 0, max: CREDITS_MAX, description, example });
const Amount = (description: string, example: number) => Num({ min: 0, max: CREDITS_MAX, description, example });

@Shape('Fees of the platform in credits for a call that uses a language model, by the price tier of the model.')
export class PlatformFees {
  @Credits('Fee for models of the tier `economy`.', 60) economy!: number;
  @Credits('Fee for models of the tier `standard`.', 250) standard!: number;
  @Credits('Fee for models of the tier `premium`.', 2200) premium!: number;
}

@Shape('The value of a credit.')
export class TokenRate {
  @Int({ min: 1, max: 1_000_000, description: 'Credits per US dollar, for top-ups and payouts.', example: 1000 }) token_rate!: number;
}

@Shape('Prices in credits of functions without a price of their own, in apps whose other functions have one, by type of action.')
export class CategoryDefaults {
  @Credits('Price of a function that reads.', 0) read!: number;
  @Credits('Price of a function that writes.', 0) write!: number;
  @Credits('Price of a function that deletes.', 0) destructive!: number;
}

@Shape('Prices of voice in credits.')
export class VoiceCosts {
  @Amount('Price of recognising one recording.', 0) stt!: number;
  @Amount('Price of speaking one text.', 0) speak!: number;
}

@Shape('Whether voice is offered.')
export class VoiceEnabled {
  @Bool({ description: 'Whether people can speak and listen.', example: false }) enabled!: boolean;
}

@Shape('Prices of coding sessions.')
export class CodingPricing {
  @Amount('Factor on what the language model costs.', 1) markup!: number;
  @Int({ min: 1, max: 1_000_000, description: 'Credits per US dollar that the language model costs.', example: 1000 })
  credits_per_dollar!: number;
  @Amount('Smallest charge of a turn, in credits.', 0) min_charge!: number;
  @Amount('Credits that a running turn may go beyond the wallet.', 0) grace_cap!: number;
  @Amount('Credits in the wallet below which people are warned.', 0) low_warn_threshold!: number;
}

@Shape('What language models cost in coding sessions.')
export class CodingPrices {
  @Num({ min: 0, description: 'Factor on their fees.', example: 1 }) factor!: number;
  @Amount('Smallest charge of a turn, in credits.', 0) min_charge!: number;
}

@Shape('How Stripe is used. Secrets are masked.')
export class StripeConfig {
  @Text({ description: 'The payment provider: `off`, `sandbox` or `stripe`.', example: 'stripe' }) payments!: string;
  @Bool({ description: 'Whether Stripe takes the payments.', example: true }) enabled!: boolean;
  @Text({ description: 'Publishable key; empty if there is none.', example: 'pk_live_51' }) publishable_key!: string;
  @Text({ description: 'Secret key, masked; empty if there is none.', example: '****4f9a' }) secret_key!: string;
  @Text({ description: 'Secret of the webhook, masked; empty if there is none.', example: '****81bc' }) webhook_secret!: string;
}

@Shape('What is expected of the use of Stripe. Masked secrets count as unchanged.')
export class UpdateStripeConfig {
  @Optional() @Bool({ description: 'Whether Stripe takes the payments.' }) enabled?: boolean;
  @Optional() @Text({ max: 300, description: 'Publishable key.' }) publishable_key?: string;
  @Optional() @Text({ max: 300, description: 'Secret key.' }) secret_key?: string;
  @Optional() @Text({ max: 300, description: 'Secret of the webhook.' }) webhook_secret?: string;
}

@Shape('Identifies a language model.')
export class ModelRateRef {
  @Text({ min: 1, max: 200, description: 'Name of the model, as its provider spells it.', example: 'gpt-5-mini' }) model_id!: string;
}

@Shape('What a language model costs, in credits.')
export class SetModelRate extends ModelRateRef {
  @OneOf(MODEL_TIERS, { description: 'Price tier, which determines the platform fee.', example: 'economy' }) tier!: ModelTier;
  @Amount('Credits per 1,000 tokens of the prompt.', 0.5) input_cost_per_1k!: number;
  @Amount('Credits per 1,000 tokens of the answer.', 1.5) output_cost_per_1k!: number;
  @Bool({ description: 'Whether the operator’s models include it. If not, another one answers.', example: true }) is_available: boolean =
    true;
  @Optional()
  @Credits('Platform fee of this model, instead of that of its tier.', 60)
  platform_fee_default?: number;
}

@Shape('The rate of a language model.')
export class ModelRate extends SetModelRate {
  @Text({ description: 'Same as `model_id`.', example: 'gpt-5-mini' }) id!: string;
}

@Shape('Which rates to list.')
export class ListModelRates {
  @Bool({ description: 'Whether models that are not available are listed too.' }) include_unavailable: boolean = false;
}

@Shape('A rate that was removed.')
export class ModelRateDeleted extends ModelRateRef {
  @Bool({ description: 'Always true.', example: true }) deleted!: boolean;
}

@Shape('The plan for a user.')
export class SetUserPlan extends UserRef {
  @Text({ min: 1, max: 64, description: 'Id or name of the plan.', example: 'pro' }) plan_ref!: string;
}

@Shape('The plan of a user.')
export class UserPlan {
  @Text(IDS.user) user_id!: string;
  @Text({ description: 'Id of the plan.', example: 'pro' }) plan!: string;
  @Text({ description: 'Same as `plan`.', example: 'pro' }) plan_id!: string;
  @Text({ description: 'Status of the subscription.', example: 'active' }) status!: string;
}

@Shape('A feature of a plan.')
export class PlanFeature {
  @Text({ min: 1, max: 64, description: 'Id of the plan.', example: 'pro' }) plan_id!: string;
  @Text({ min: 1, max: 64, pattern: /^[a-z0-9_.:-]+$/, description: 'Name of the feature.', example: 'voice' }) feature!: string;
  @Bool({ description: 'Whether the plan has it.', example: true }) enabled!: boolean;
}

@Shape('What calls and completions cost.')
export class PriceList {
  @Nested(() => PlatformFees, { description: 'Platform fees by tier.' }) platform_fees!: PlatformFees;
  @Nested(() => CategoryDefaults, { description: 'Prices of functions without one.' }) category_defaults!: CategoryDefaults;
  @List(() => ModelRate, { description: 'Rates of language models.' }) model_rates!: ModelRate[];
  @Nested(() => VoiceCosts, { description: 'Prices of voice.' }) voice_costs!: VoiceCosts;
  @Nested(() => CodingPrices, { description: 'Prices of coding sessions.' }) coding!: CodingPrices;
}

const changes: FieldDocs = { description: 'Changed fields: `{ field: { from, to } }`.', example: { economy: { from: 60, to: 70 } } };

@Shape('A price, or what a plan offers, was changed.')
export class PriceChanged {
  @OneOf(['price', 'model_rate', 'plan', 'user'], { description: 'What was changed.' }) target_type!:
    'price' | 'model_rate' | 'plan' | 'user';
  @Text({ description: 'Name of the price, or id of the model, plan or user.', example: 'platform-fees' }) target_id!: string;
  @Json(changes) changes!: Record<string, unknown>;
}

export const ModelRateNotFound = problem('model_rate_not_found', 404, 'This language model has no rate.');

const setting = <T extends object>(what: string, shape: new () => T) => ({
  read: operation(`Read ${what} (services only)`, {
    description: 'What applies now: as it was changed last, else the default.',
    input: Empty,
    output: shape,
  }),
  change: operation(`Change ${what} (services only)`, {
    description: 'Applies to everything that starts from now on.',
    input: shape,
    output: shape,
  }),
});
const fees = setting('the platform fees', PlatformFees);
const rate = setting('the value of a credit', TokenRate);
const defaults = setting('the default prices of functions', CategoryDefaults);
const costs = setting('the prices of voice', VoiceCosts);
const voice = setting('whether voice is offered', VoiceEnabled);
const coding = setting('the prices of coding sessions', CodingPricing);

export const pricingMembers = {
  getPlatformFees: fees.read,
  updatePlatformFees: fees.change,
  getTokenRate: rate.read,
  updateTokenRate: rate.change,
  getCategoryDefaults: defaults.read,
  updateCategoryDefaults: defaults.change,
  getVoiceCosts: costs.read,
  updateVoiceCosts: costs.change,
  getVoiceEnabled: voice.read,
  updateVoiceEnabled: voice.change,
  getCodingPricing: coding.read,
  updateCodingPricing: coding.change,
  getStripeConfig: operation('Read how Stripe is used (services only)', {
    description: 'The keys of Stripe are settings of the installation. Secret keys are masked.',
    input: Empty,
    output: StripeConfig,
  }),
  updateStripeConfig: operation('Confirm how Stripe is used (services only)', {
    description: 'The keys of Stripe are settings of the installation. This compares them, and refuses other ones.',
    input: UpdateStripeConfig,
    output: StripeConfig,
    problems: [Conflict],
  }),
  listModelRates: operation('List the rates of language models (services only)', {
    description: 'By name of the model. A completion costs the platform fee of its tier and its tokens at these rates, rounded up.',
    input: ListModelRates,
    output: list(ModelRate),
  }),
  getModelRate: operation('Read the rate of a language model (services only)', {
    description: 'A model without a rate costs the fee of its tier in the settings of the installation.',
    input: ModelRateRef,
    output: ModelRate,
    problems: [ModelRateNotFound],
  }),
  setModelRate: operation('Set the rate of a language model (services only)', {
    description: 'Applies to completions that start from now on.',
    input: SetModelRate,
    output: ModelRate,
  }),
  deleteModelRate: operation('Remove the rate of a language model (services only)', {
    description: 'The model then costs the fee of its tier in the settings of the installation.',
    input: ModelRateRef,
    output: ModelRateDeleted,
    problems: [ModelRateNotFound],
  }),
  setUserPlan: operation('Put a user on a plan (services only)', {
    description: 'At once, without payment and without end. A change to another plan grants the credits that the new one includes.',
    input: SetUserPlan,
    output: UserPlan,
    problems: [PlanNotFound, SubscriptionConflict],
  }),
  setPlanFeature: operation('Switch a feature of a plan (services only)', {
    description: 'Shown with the plans.',
    input: PlanFeature,
    output: PlanFeature,
    problems: [PlanNotFound],
  }),
  /** Internal: services keep it until `priceChanged`. */
  getPriceList: operation('Read what calls and completions cost', { input: Empty, output: PriceList }),

  priceChanged: event(PriceChanged),
};
