import {
  billing,
  type CategoryDefaults,
  type CodingPricing,
  type PlatformFees,
  type TokenRate,
  type VoiceCosts,
  type VoiceEnabled,
} from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { PriceSettings } from './price-settings.js';

/** Operations on prices that apply to the whole installation. */
@Handlers()
export class PriceHandlers {
  constructor(private readonly prices: PriceSettings) {}

  @Handle(billing.getPlatformFees)
  getPlatformFees() {
    return this.prices.get('platform-fees');
  }

  @Handle(billing.updatePlatformFees)
  updatePlatformFees(ctx: Ctx, fees: PlatformFees) {
    return this.prices.set(ctx, 'platform-fees', fees);
  }

  @Handle(billing.getTokenRate)
  getTokenRate() {
    return this.prices.get('token-rate');
  }

  @Handle(billing.updateTokenRate)
  updateTokenRate(ctx: Ctx, rate: TokenRate) {
    return this.prices.set(ctx, 'token-rate', rate);
  }

  @Handle(billing.getCategoryDefaults)
  getCategoryDefaults() {
    return this.prices.get('category-defaults');
  }

  @Handle(billing.updateCategoryDefaults)
  updateCategoryDefaults(ctx: Ctx, defaults: CategoryDefaults) {
    return this.prices.set(ctx, 'category-defaults', defaults);
  }

  @Handle(billing.getVoiceCosts)
  getVoiceCosts() {
    return this.prices.get('voice-costs');
  }

  @Handle(billing.updateVoiceCosts)
  updateVoiceCosts(ctx: Ctx, costs: VoiceCosts) {
    return this.prices.set(ctx, 'voice-costs', costs);
  }

  @Handle(billing.getVoiceEnabled)
  getVoiceEnabled() {
    return this.prices.get('voice-enabled');
  }

  @Handle(billing.updateVoiceEnabled)
  updateVoiceEnabled(ctx: Ctx, voice: VoiceEnabled) {
    return this.prices.set(ctx, 'voice-enabled', voice);
  }

  @Handle(billing.getCodingPricing)
  getCodingPricing() {
    return this.prices.get('coding-pricing');
  }

  @Handle(billing.updateCodingPricing)
  updateCodingPricing(ctx: Ctx, pricing: CodingPricing) {
    return this.prices.set(ctx, 'coding-pricing', pricing);
  }
}
