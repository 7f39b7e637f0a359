import { billing, type PlaceHold } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { type ServiceHarness, startService, asUser } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { start } from '../src/main.js';

/** Two instances of billing, and users to charge, for a test file. Checks the ledger after each test. */
export function startHolds() {
  let harness: ServiceHarness;
  let people = 0;
  let keys = 0;

  beforeAll(async () => {
    harness = await startService('billing', start, { env: { SKEP_HOLD_EXPIRY_MS: '50' } });
    await harness.startCopy();
  });
  afterEach(async () => {
    expect(await harness.query('select * from check_ledger()')).toEqual([]);
  });
  afterAll(() => harness?.close());

  const order = async (who: Ctx, tokens: number) =>
    (await harness.call(billing.startTopup, who, { tokens, price_cents: tokens / 10, save_payment_method: false })).payment_intent_id;
  const confirm = (who: Ctx, payment_intent_id: string) => harness.call(billing.confirmTopup, who, { payment_intent_id });
  const query = (sql: string, values?: unknown[]) => harness.query(sql, values);
  return {
    query,
    newUser: () => asUser(String(people++)),
    newDeveloper: () => `imp_u_dev_${people++}`,
    order,
    confirm,
    topUp: async (who: Ctx, tokens: number) => confirm(who, await order(who, tokens)),
    place: (who: Ctx, base_price: number, more: Partial<PlaceHold> = {}) =>
      harness.call(billing.placeHold, who, {
        ...{ key: `k${keys++}`, app_id: 'notes', function: 'save', base_price, platform_fee: 0, split: 0, ttl_s: 900 },
        ...more,
      }),
    capture: (who: Ctx, hold_id: string, taken: { base_price?: number; platform_fee?: number } = {}) =>
      harness.call(billing.captureHold, who, { hold_id, ...taken }),
    release: (who: Ctx, hold_id: string) => harness.call(billing.releaseHold, who, { hold_id }),
    balance: async (who: Ctx) => (await harness.call(billing.getBalance, who, {})).balance,
    lines: async (who: Ctx) => (await harness.call(billing.listWalletHistory, who, { limit: 50, offset: 0 })).rows,
    earned: async (developer: string, tenant = 'default') =>
      (
        await query(`select sum(amount)::int as n from ledger_entry where account_id = account_of($2, 'earnings', $1)`, [developer, tenant])
      )[0]?.['n'],
  };
}
