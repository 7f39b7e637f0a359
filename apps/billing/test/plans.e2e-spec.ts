import type { Page } from '@skep/contracts';
import type { LedgerEntry } from '@skep/contracts/billing';
import { type Database, tablesOf } from '@skep/platform';
import { asUser, openTestDatabase, type Plan, plansOf, type ServiceHarness, startService } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EarningsRepository } from '../src/earnings/earnings.repository.js';
import { service, start } from '../src/main.js';
import { InvoiceRepository } from '../src/invoice/invoice.repository.js';
import { PaymentRepository } from '../src/payment/payment.repository.js';
import { PayoutRepository } from '../src/payout/payout.repository.js';
import { UsageRepository } from '../src/usage/usage.repository.js';
import { WalletRepository } from '../src/wallet/wallet.repository.js';

/** Of the busy person, and as many of others. */
const ENTRIES = 12_000;
const LIMIT = 20;
/** The rows that a page may read per row that it returns. */
const READ_PER_ROW = 20;
const APPS = 3;
const MONTHS = 12;
const ctx = asUser('busy');

let harness: ServiceHarness;
let db: Database;
let wallets: WalletRepository;

// Without triggers: they check the ledger and count earnings, which these rows only fill. Others have as many rows, so that those of one are not most of a table.
const FILL = `
  set session_replication_role = replica;
  with t as (insert into ledger_transaction (id, tenant_id, kind, idempotency_key, input_hash)
             select 'tx_' || n, 'default', 'grant', 'k' || n, '' from generate_series(1, ${ENTRIES}) n returning id)
  insert into ledger_entry (transaction_id, account_id, amount, balance_after)
  select id, account_id, case when user_id = 'imp_u_busy' then 1 else -1 end, 1 from t, wallet;
  insert into payment (id, provider, tenant_id, user_id, tokens, price_cents, created_at)
  select 'pi_' || n, 'sandbox', 'default', case when n % 2 = 0 then 'imp_u_busy' else 'imp_u_' || n end, 10, 10, now() - make_interval(secs => n / 3)
    from generate_series(1, ${2 * ENTRIES}) n;
  insert into payment_dispute (id, payment_id, amount_cents, status)
  select 'dp_' || n, 'pi_' || n, 10, case when n % 4 = 0 then 'won' else 'open' end from generate_series(1, ${2 * ENTRIES}, 2) n;
  insert into invoice (id, tenant_id, user_id, payment_id, issued_at, seller, buyer, lines, total_cents, currency)
  select 'INV-' || n, 'default', case when n % 2 = 0 then 'imp_u_busy' else 'imp_u_' || n end, 'pi_' || n, now() - make_interval(secs => n / 3), '{}', '{}', '[]', 10, 'usd'
    from generate_series(1, ${2 * ENTRIES}) n;
  insert into payout (tenant_id, developer_id, amount_tokens, amount_usd, method, status, processed_at)
  select 'default', case when n % 2 = 0 then 'imp_u_busy' else 'imp_u_' || n end, 10, '0.01', '', case when n % 4 < 2 then 'rejected' else 'pending' end,
         case when n % 4 < 2 then now() end
    from generate_series(1, ${2 * ENTRIES}) n;
  insert into hold (id, tenant_id, user_id, account_id, idempotency_key, input_hash, app_id, function, base_price, platform_fee, amount, developer_id, split,
                    status, captured_base, captured_fee, captured_granted, transaction_id, expires_at, ended_at)
  select 'hold_' || n, 'default', 'imp_u_other', account_id, 'h' || n, '', 'app-' || n % ${APPS}, 'f', 10, 0, 10, 'imp_u_busy', 70,
         'captured', 10, 0, 0, 'txh_' || n, now(), now()
    from generate_series(1, ${ENTRIES}) n, wallet where user_id = 'imp_u_other';
  insert into earning (developer_id, app_id, month, share, rest, payable, calls)
  select case when n % 50 = 0 then 'imp_u_busy' else 'imp_u_' || n end, 'app-' || n % ${APPS}, month_of(now() - make_interval(months => m)), 7, 3, 7, 1
    from generate_series(1, ${50 * APPS}) n, generate_series(0, ${MONTHS - 1}) m;
  insert into usage_counter (tenant_id, user_id, month, meter, used)
  select 'default', case when n % 2 = 0 then 'imp_u_busy' else 'imp_u_' || n end, month_of(now() - make_interval(months => n / 20)), 'meter-' || n % 20, 1
    from generate_series(1, 260) n;
  insert into usage_counter (tenant_id, user_id, month, meter, used)
  select 'default', 'imp_u_more_' || n, usage_month(), 'actions', 1 from generate_series(1, ${ENTRIES}) n;
  analyze`;

beforeAll(async () => {
  harness = await startService('billing', start);
  db = await openTestDatabase(await tablesOf(service), harness.env);
  wallets = new WalletRepository(db);
  const { account_id } = await wallets.getOrOpen(ctx);
  await harness.query(`select open_wallet('default', 'imp_u_other')`);
  await harness.query(FILL);
  expect(account_id).toBeGreaterThan(0);
});
afterAll(async () => {
  await db?.close();
  await harness?.close();
});

const assertBounded = (plans: Plan[], rowsMax: number) => {
  for (const plan of plans) expect({ ...plan, isBounded: plan.rowsRead <= rowsMax }).toEqual({ ...plan, isBounded: true });
};
const pagesOf = (plans: Plan[]) => plans.filter(({ sql }) => sql.includes('cursor_0'));

it('a page of the history reads few more rows than it returns, also after a cursor, by time and by reason', async () => {
  let page: Page<LedgerEntry> | undefined;
  const first = await plansOf(db, async () => (page = await wallets.listHistory(ctx, { limit: LIMIT })));
  const cursor = page!.cursorAt!(LIMIT - 1);
  const others = await plansOf(db, async () => {
    await wallets.listHistory(ctx, { limit: LIMIT, cursor });
    await wallets.listHistory(ctx, { limit: LIMIT, cursor, reason: 'grant', to: new Date(Date.now() + 60_000) });
  });
  const pages = pagesOf([...first, ...others]);
  expect(pages).toHaveLength(3);
  assertBounded(pages, READ_PER_ROW * LIMIT);
});

type Read = (paging: { limit: number; offset: number; cursor?: string }) => Promise<Page<object>>;
const payouts = () => new PayoutRepository(db, undefined as never);
const LISTS: [string, number, Read][] = [
  ['the history of a wallet', ENTRIES + 1, (paging) => wallets.listHistory(ctx, paging)],
  ['a person’s payments', ENTRIES, (paging) => new PaymentRepository(db, undefined as never).list(ctx, paging)],
  ['a person’s invoices', ENTRIES, (paging) => new InvoiceRepository(db).list(ctx, paging)],
  ['a developer’s payouts', ENTRIES, (paging) => payouts().list(ctx, paging)],
  ['the payouts that wait', ENTRIES, (paging) => payouts().listByStatus({ status: 'pending', ...paging })],
];

describe.each(LISTS)('a list of %s', (_, count, read) => {
  it('reads few more rows than it returns, also after a cursor', async () => {
    let page: Page<object> | undefined;
    const first = await plansOf(db, async () => (page = await read({ limit: LIMIT, offset: 0 })));
    const next = await plansOf(db, () => read({ limit: LIMIT, offset: 0, cursor: page!.cursorAt!(LIMIT - 1) }));
    assertBounded(pagesOf([...first, ...next]), READ_PER_ROW * LIMIT);
  });

  it('contains each row once, and its total is capped', async () => {
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const { rows, cursorAt, has_more, total, total_capped } = await read({ limit: 5_000, offset: 0, ...(cursor && { cursor }) });
      if (!cursor) expect([total, total_capped]).toEqual([10_000, true]);
      for (const row of rows) seen.add(JSON.stringify(row));
      cursor = has_more ? cursorAt!(rows.length - 1) : undefined;
    } while (cursor);
    expect(seen.size).toBe(count);
  });
});

it('a developer’s earnings are read from a counter per app and month, however many calls earned them', async () => {
  const earnings = new EarningsRepository(db, undefined as never);
  const [, ofApp] = [await earnings.getEarnings(ctx), await earnings.getAppEarnings(ctx, 'app-0')];
  expect(ofApp.by_period).toHaveLength(MONTHS);
  assertBounded(await plansOf(db, () => earnings.getAppEarnings(ctx, 'app-0')), 2 * MONTHS);
  const plans = await plansOf(db, () => earnings.getEarnings(ctx));
  expect(plans.map(({ sql }) => sql.includes('hold'))).toEqual([false]);
});

it('usage is read from a counter per meter of the month', async () => {
  assertBounded(await plansOf(db, () => new UsageRepository(db).getUsage(ctx, 'free')), 50);
});
