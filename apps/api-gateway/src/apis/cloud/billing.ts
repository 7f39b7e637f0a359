import { billing } from '@skep/contracts/billing';
import { admin, open, service, user } from '../../route.js';
import { del, document, get, post, put, webhook } from '../../table.js';

/** Includes requests to the payment provider, which can be slow. */
const PROVIDER_MS = 20_000;
const MONEY = { perMinute: 20, sensitive: true, timeoutMs: PROVIDER_MS };

export const billingRoutes = [
  get('/v1/billing/balance', billing.getBalance, user()),
  get('/v1/billing/wallet', billing.getBalance, user(), { id: 'getWallet' }),
  get('/v1/billing/wallet/history', billing.listWalletHistory, user()),
  get('/v1/billing/usage', billing.getUsage, user()),
  get('/v1/billing/plans', billing.listPlans, open()),
  get('/v1/billing/subscription', billing.getSubscription, user()),
  post('/v1/billing/subscribe', billing.changePlan, user(), { ...MONEY, id: 'subscribe' }),
  post('/v1/billing/change-plan', billing.changePlan, user(), MONEY),
  post('/v1/billing/cancel', billing.cancelSubscription, user(), { perMinute: 20, sensitive: true }),
  post('/v1/billing/resume', billing.resumeSubscription, user(), { perMinute: 20, sensitive: true }),
  post('/v1/billing/renew', billing.renewSubscription, user(), MONEY),
  put('/v1/billing/profile', billing.updateBillingProfile, user(), { perMinute: 20, sensitive: true }),
  get('/v1/billing/topup-config', billing.getTopupConfig, open()),
  post('/v1/billing/topup', billing.startTopup, user(), MONEY),
  post('/v1/billing/topup/sandbox/complete', billing.completeSandboxTopup, user(), MONEY),
  post('/v1/billing/topup/confirm', billing.confirmTopup, service(), { timeoutMs: PROVIDER_MS }),
  get('/v1/billing/payment-methods', billing.listPaymentMethods, user(), { ...MONEY, perMinute: 60 }),
  post('/v1/billing/payment-methods/setup', billing.setUpPaymentMethod, user(), MONEY),
  del('/v1/billing/payment-methods/{pm_id}', billing.removePaymentMethod, user(), MONEY),
  put('/v1/billing/payment-methods/{pm_id}/default', billing.setDefaultPaymentMethod, user(), MONEY),
  post('/v1/billing/portal', billing.openPortal, user(), MONEY),
  get('/v1/billing/payments', billing.listPayments, user(), { sensitive: true }),
  get('/v1/billing/invoices', billing.listInvoices, user(), { sensitive: true }),
  document('/v1/billing/invoices/{invoice_id}/pdf', billing.getInvoice, user(), { sensitive: true, perMinute: 60 }),
  get('/v1/billing/credit-notes', billing.listCreditNotes, user(), { sensitive: true }),
  document('/v1/billing/credit-notes/{credit_note_id}/pdf', billing.getCreditNote, user(), { sensitive: true, perMinute: 60 }),
  get('/v1/billing/auto-topup', billing.getAutoTopup, user(), { sensitive: true }),
  get('/v1/billing/auto-topup/state', billing.getAutoTopupState, user(), { sensitive: true }),
  put('/v1/billing/auto-topup', billing.updateAutoTopup, user(), MONEY),
  get('/v1/billing/internal/payment-methods/{user_id}', billing.listPaymentMethodsOf, service(), { timeoutMs: PROVIDER_MS }),
  get('/v1/billing/internal/payments/{user_id}', billing.listPaymentsOf, service()),
  get('/v1/billing/internal/balance/{user_id}', billing.getUserBalance, service()),
  get('/v1/billing/internal/subscription/{user_id}', billing.getUserSubscription, service()),
  get('/v1/billing/internal/user-limits/{user_id}', billing.getUserLimits, service()),
  post('/v1/billing/internal/usage/track', billing.trackUsage, service()),
  get('/v1/users/{user_id}/budget', billing.getBudget, admin()),
  put('/v1/users/{user_id}/budget', billing.setBudget, admin(), { sensitive: true }),
  webhook('/v1/webhooks/stripe', billing.receiveStripeEvent, {
    headers: { signature: 'Stripe-Signature' },
    // Larger than any Stripe event.
    maxBytes: 256 << 10,
    example: { id: 'evt_1Q', object: 'event', type: 'payment_intent.succeeded' },
    id: 'stripeWebhook',
    limit: 'stripe',
    perMinute: 3_000,
    // Stripe times out after ten seconds and retries later.
    timeoutMs: 9_000,
  }),
];
