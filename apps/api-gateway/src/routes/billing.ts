import { billing } from '@skep/contracts';
import { get, open, post, service, user } from './define.js';

export const billingRoutes = [
  get('/v1/billing/balance', billing.getBalance, user()),
  get('/v1/billing/wallet', billing.getBalance, user()),
  get('/v1/billing/wallet/history', billing.listWalletHistory, user()),
  get('/v1/billing/usage', billing.getUsage, user()),
  get('/v1/billing/plans', billing.listPlans, open()),
  get('/v1/billing/subscription', billing.getSubscription, user()),
  get('/v1/billing/topup-config', billing.getTopupConfig, open()),
  post('/v1/billing/topup', billing.startTopup, user(), { perMinute: 20, sensitive: true, patience: 20_000 }),
  post('/v1/billing/topup/confirm', billing.confirmTopup, service(), { patience: 20_000 }),
  post('/v1/billing/internal/usage/track', billing.trackUsage, service()),
];
