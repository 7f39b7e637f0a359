import { AppRef, Empty, PricingModel } from '../common.js';
import { operation } from '../define.js';
import { Int, Json, List, Nullable, Text } from '../fields.js';
import { DeveloperAppNotFound } from './app.js';

/** The prices of an app's live release, told again to all that keep them. */
export class PricingSynced {
  @Text() app_id!: string;
  @Int({ description: 'The live release.' }) revision!: number;
  @PricingModel() pricing_model!: string;
  @Nullable() @Json() pricing_config!: Record<string, unknown> | null;
  @Int({ description: 'The developer’s part of a base price, in percent, as of its approval.' }) revenue_split_dev!: number;
}

export class AllPricingSynced {
  @Int() synced!: number;
  @List('text') app_ids!: string[];
}

export const pricingMembers = {
  syncAppPricing: operation('Tell the prices of an app’s live release again', {
    input: AppRef,
    output: PricingSynced,
    problems: [DeveloperAppNotFound],
    scope: 'admin:developer:review',
  }),
  syncAllPricing: operation('Tell the prices of all live releases again', {
    input: Empty,
    output: AllPricingSynced,
    scope: 'admin:developer:review',
  }),
};
