import type { Page } from '@skep/contracts';
import type { LedgerEntry } from '@skep/contracts/billing';
import { type Database, tablesOf } from '@skep/platform';
import { asUser, openTestDatabase, plansOf, type ServiceHarness, startService } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { service, start } from '../src/main.js';
import { WalletRepository } from '../src/wallet/wallet.repository.js';

const ENTRIES = 12_000;
const LIMIT = 20;
const ctx = asUser('busy');

let harness: ServiceHarness;
let db: Database;
let wallets: WalletRepository;

beforeAll(async () => {
  harness = await startService('billing', start);
  db = await openTestDatabase(await tablesOf(service), harness.env);
  wallets = new WalletRepository(db);
  const { account_id } = await wallets.getOrOpen(ctx);
  // Without triggers: they check the ledger, which these entries only fill. Another busy wallet, so that the entries of one are not most of the table.
  await harness.query(`select open_wallet('default', 'imp_u_other')`);
  await harness.query(
    `set session_replication_role = replica;
     with t as (insert into ledger_transaction (id, tenant_id, kind, idempotency_key, input_hash)
                select 'tx_' || n, 'default', 'grant', 'k' || n, '' from generate_series(1, ${ENTRIES}) n returning id)
     insert into ledger_entry (transaction_id, account_id, amount, balance_after)
     select id, account_id, case when user_id = 'imp_u_busy' then 1 else -1 end, 1 from t, wallet`,
  );
  await harness.query('analyze');
  expect(account_id).toBeGreaterThan(0);
});
afterAll(async () => {
  await db?.close();
  await harness?.close();
});

it('a page of the history reads few more rows than it returns, also after a cursor, by time and by reason', async () => {
  let page: Page<LedgerEntry> | undefined;
  const first = await plansOf(db, async () => (page = await wallets.listHistory(ctx, { limit: LIMIT })));
  const cursor = page!.cursorAt!(LIMIT - 1);
  const others = await plansOf(db, async () => {
    await wallets.listHistory(ctx, { limit: LIMIT, cursor });
    await wallets.listHistory(ctx, { limit: LIMIT, cursor, reason: 'grant', to: new Date(Date.now() + 60_000) });
  });
  const pages = [...first, ...others].filter(({ sql }) => sql.includes('balance_after'));
  expect(pages).toHaveLength(3);
  for (const { sql, rowsRead } of pages) expect({ sql, isBounded: rowsRead <= 20 * LIMIT }).toEqual({ sql, isBounded: true });
});

it('a walk by cursors finds each entry once, and the total is capped', async () => {
  const seen = new Set<number>();
  let cursor: string | undefined;
  do {
    const { rows, cursorAt, has_more, total, total_capped } = await wallets.listHistory(ctx, { limit: 5_000, cursor });
    if (!cursor) expect([total, total_capped]).toEqual([10_000, true]);
    for (const { id } of rows) seen.add(id);
    cursor = has_more ? cursorAt!(rows.length - 1) : undefined;
  } while (cursor);
  expect(seen.size).toBeGreaterThanOrEqual(ENTRIES);
});
