import { BasePrice, PriceShare } from '../billing/earnings.js';
import { AppRef, Empty, IDS, PricingModel } from '../common.js';
import { operation } from '../define.js';
import { Int, Json, List, Nullable, Shape, Text } from '../fields.js';
import { appDocs, DeveloperAppNotFound } from './app.js';

@Shape('The prices of the live release of an app, as they were republished.')
export class PricingSynced {
  @Text(IDS.app) app_id!: string;
  @Int({ ...appDocs.revision, description: 'Number of the live release: the one that was approved last.' }) revision!: number;
  @PricingModel() pricing_model!: string;
  @Nullable() @Json(appDocs.pricing_config) pricing_config!: Record<string, unknown> | null;
  @Int({ description: 'Share of the developer in each base price, in percent, as of the approval.', example: 70 })
  revenue_split_dev!: number;
}

@Shape('The apps whose prices were republished.')
export class AllPricingSynced {
  @Int({ description: 'Number of apps.', example: 1 }) synced!: number;
  @List('text', { description: 'Ids of the apps.', example: ['link-saver'] }) app_ids!: string[];
}

@Shape('Prices to preview.')
export class PreviewPrices extends AppRef {
  @List(() => BasePrice, { max: 256, description: 'Prices of functions.' }) prices!: BasePrice[];
}

@Shape('What is left of prices.')
export class PricePreview {
  @Int({ description: 'Developer’s share of each base price in percent, as an approval now would fix it.', example: 70 }) split!: number;
  @List(() => PriceShare, { description: 'The prices in the requested order, each with its shares.' }) shares!: PriceShare[];
}

export const pricingMembers = {
  previewPrices: operation('Preview what prices earn', {
    description: 'Divides each price as a paid call does, with the share of your tier. Changes nothing.',
    input: PreviewPrices,
    output: PricePreview,
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
    spansCalls: true,
  }),
  syncAppPricing: operation('Republish the prices of an app', {
    description: 'Publishes the approval of the live release again, so that all services have its prices.',
    input: AppRef,
    output: PricingSynced,
    problems: [DeveloperAppNotFound],
    scope: 'admin:developer:review',
  }),
  syncAllPricing: operation('Republish the prices of all apps', {
    description: 'Publishes the approvals of all live releases again, so that all services have their prices.',
    input: Empty,
    output: AllPricingSynced,
    scope: 'admin:developer:review',
  }),
};
