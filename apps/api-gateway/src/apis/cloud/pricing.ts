import { billing } from '@skep/contracts/billing';
import { service } from '../../route.js';
import { del, get, put } from '../../table.js';

const BILLING = '/v1/internal/billing';

/** Prices and plans, as administration tools read and change them. */
export const pricingRoutes = [
  get(`${BILLING}/platform-fees`, billing.getPlatformFees, service()),
  put(`${BILLING}/platform-fees`, billing.updatePlatformFees, service()),
  get(`${BILLING}/token-rate`, billing.getTokenRate, service()),
  put(`${BILLING}/token-rate`, billing.updateTokenRate, service()),
  get(`${BILLING}/category-defaults`, billing.getCategoryDefaults, service()),
  put(`${BILLING}/category-defaults`, billing.updateCategoryDefaults, service()),
  get(`${BILLING}/voice-costs`, billing.getVoiceCosts, service()),
  put(`${BILLING}/voice-costs`, billing.updateVoiceCosts, service()),
  get(`${BILLING}/voice-enabled`, billing.getVoiceEnabled, service()),
  put(`${BILLING}/voice-enabled`, billing.updateVoiceEnabled, service()),
  get(`${BILLING}/coding-pricing`, billing.getCodingPricing, service()),
  put(`${BILLING}/coding-pricing`, billing.updateCodingPricing, service()),
  get(`${BILLING}/invoice-seller`, billing.getInvoiceSeller, service()),
  put(`${BILLING}/invoice-seller`, billing.updateInvoiceSeller, service()),
  get(`${BILLING}/stripe-config`, billing.getStripeConfig, service()),
  put(`${BILLING}/stripe-config`, billing.updateStripeConfig, service()),
  get(`${BILLING}/model-rates`, billing.listModelRates, service()),
  get(`${BILLING}/model-rate/{model_id}`, billing.getModelRate, service()),
  put(`${BILLING}/model-rates/{model_id}`, billing.setModelRate, service()),
  del(`${BILLING}/model-rates/{model_id}`, billing.deleteModelRate, service()),
  put(`${BILLING}/user-plan`, billing.setUserPlan, service()),
  put(`${BILLING}/plan-feature`, billing.setPlanFeature, service()),
];
