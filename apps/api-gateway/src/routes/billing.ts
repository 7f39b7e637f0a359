import { billing } from '@skep/contracts';
import { get, open, post, put, service, user } from './define.js';

export const billingRoutes = [
  get('/v1/billing/balance', billing.getBalance, user()),
  get('/v1/billing/wallet', billing.getBalance, user()),
  get('/v1/billing/wallet/history', billing.listWalletHistory, user()),
  get('/v1/billing/usage', billing.getUsage, user()),
  get('/v1/billing/plans', billing.listPlans, open()),
  get('/v1/billing/subscription', billing.getSubscription, user()),
  post('/v1/billing/subscribe', billing.changePlan, user(), { perMinute: 20, sensitive: true, patience: 20_000 }),
  post('/v1/billing/change-plan', billing.changePlan, user(), { perMinute: 20, sensitive: true, patience: 20_000 }),
  post('/v1/billing/cancel', billing.cancelSubscription, user(), { perMinute: 20, sensitive: true }),
  post('/v1/billing/resume', billing.resumeSubscription, user(), { perMinute: 20, sensitive: true }),
  post('/v1/billing/renew', billing.renewSubscription, user(), { perMinute: 20, sensitive: true, patience: 20_000 }),
  put('/v1/billing/profile', billing.updateBillingProfile, user(), { perMinute: 20, sensitive: true }),
  get('/v1/billing/topup-config', billing.getTopupConfig, open()),
  post('/v1/billing/topup', billing.startTopup, user(), { perMinute: 20, sensitive: true, patience: 20_000 }),
  post('/v1/billing/topup/confirm', billing.confirmTopup, service(), { patience: 20_000 }),
  get('/v1/billing/internal/balance/{user_id}', billing.getUserBalance, service()),
  get('/v1/billing/internal/subscription/{user_id}', billing.getUserSubscription, service()),
  get('/v1/billing/internal/user-limits/{user_id}', billing.getUserLimits, service()),
  post('/v1/billing/internal/usage/track', billing.trackUsage, service()),
];
