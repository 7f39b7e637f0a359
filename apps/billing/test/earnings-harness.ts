import { billing } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { type ServiceHarness, asUser, asService } from '@skep/testkit';

export const administrator = (more: Partial<Ctx> = {}): Ctx => asUser('root', { role: 'admin', scopes: ['*'], ...more });

export interface Sale {
  base?: number;
  fee?: number;
  split?: number;
  app_id?: string;
  payer?: Ctx;
  /** Paid with bought credits; otherwise with granted ones first. */
  bought?: boolean;
}

let calls = 0;

/** Spends a user's granted credits, so that they pay with bought ones afterwards. */
async function spendGranted(harness: ServiceHarness, { tenant, user }: Ctx): Promise<void> {
  const [wallet] = await harness.query('select granted::int from wallet where tenant_id = $1 and user_id = $2', [tenant, user]);
  const base_price = Number(wallet?.['granted']);
  if (!base_price) return;
  const payer = asUser(user, { tenant, user });
  const terms = { app_id: 'gift', function: 'spend', base_price, platform_fee: 0, split: 0, ttl_s: 900 };
  await harness.call(billing.captureHold, payer, await harness.call(billing.placeHold, payer, { key: `gift ${calls++}`, ...terms }));
}

/** Captures a hold for a call of a developer's app; tops up the payer's wallet if needed. Returns the hold's id, which is also its action's. */
export async function sell(
  harness: ServiceHarness,
  developer: Ctx,
  { base = 100, fee = 0, split = 70, app_id = 'notes', payer = asUser('payer'), bought = true }: Sale,
) {
  const wanted = base + fee;
  await harness.call(billing.getBalance, payer, {});
  if (bought) await spendGranted(harness, payer);
  const { balance } = await harness.call(billing.getBalance, payer, {});
  if (balance < wanted) {
    const order = { tokens: 1_000_000, price_cents: 100_000, save_payment_method: false };
    await harness.call(billing.confirmTopup, payer, await harness.call(billing.startTopup, payer, order));
  }
  const terms = { app_id, function: 'save', base_price: base, platform_fee: fee, developer_id: developer.user, split, ttl_s: 900 };
  const { hold_id } = await harness.call(billing.placeHold, payer, { key: `sale ${calls++}`, ...terms });
  await harness.call(billing.captureHold, payer, { hold_id, action_id: hold_id });
  return hold_id;
}

/** Assigns a developer a tier that includes payouts. */
export const promote = (harness: ServiceHarness, { tenant, user }: Ctx, more: { tier?: string; price?: number; until?: Date } = {}) =>
  harness.call(billing.assignTier, asService('developer-portal'), {
    tenant_id: tenant,
    user_id: user,
    tier: 'indie',
    price: 9_000,
    ...more,
  });

export const request = (harness: ServiceHarness, developer: Ctx, amount_tokens: number) =>
  harness.call(billing.requestPayout, developer, { amount_tokens, payout_method: 'manual' });

/** Operations of developers and administrators on payouts. */
export const payoutCalls = (harness: () => ServiceHarness) => ({
  sum: (who: Ctx) => harness().call(billing.getDeveloperEarnings, who, {}),
  list: async (who: Ctx) => (await harness().call(billing.listPayouts, who, { limit: 50, offset: 0 })).rows,
  approve: (id: number, who = administrator(), note = '') => harness().call(billing.approvePayout, who, { payout_id: id, note }),
  reject: (id: number, who = administrator(), note = '') => harness().call(billing.rejectPayout, who, { payout_id: id, note }),
  pay: (id: number, reference = 'TRF-1', who = administrator()) =>
    harness().call(billing.payPayout, who, { payout_id: id, note: '', method: 'bank', reference }),
  /** A developer with a tier that includes payouts, and with earnings. */
  developer: async (name: string, earned: number, payer?: Ctx): Promise<Ctx> => {
    const ctx = asUser(name);
    await promote(harness(), ctx);
    await sell(harness(), ctx, { base: earned, split: 100, payer });
    return ctx;
  },
});

export const codeOf = (error: unknown) => (error as { body: { code: string } }).body.code;
export const violations = async (harness: ServiceHarness) =>
  (await harness.query('select * from check_ledger()')).map(({ violation }) => violation);
