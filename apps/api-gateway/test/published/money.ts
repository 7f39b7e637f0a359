import fc from 'fast-check';
import type { World } from './world.js';

/** Wallets, plans and payments. */
export async function money({ as, bob, service, skep, call, each }: World): Promise<void> {
  const access = as(bob);
  await each(fc.integer({ min: 200, max: 300 }), async (n) => {
    const { payment_intent_id } = await call('POST /v1/billing/topup', access, { body: { tokens: n * 1_000, price_cents: n * 100 } });
    await skep.http('POST', '/v1/billing/topup/confirm', { ...service, body: { payment_intent_id } });
  });
  await call('POST /v1/billing/payment-methods/setup', access);
  for (const route of ['balance', 'wallet', 'wallet/history', 'usage', 'subscription', 'payment-methods', 'auto-topup'])
    await call(`GET /v1/billing/${route}`, access);
  for (const route of ['plans', 'topup-config']) await call(`GET /v1/billing/${route}`, {});
}
