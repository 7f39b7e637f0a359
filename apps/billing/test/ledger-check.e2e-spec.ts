import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser, runProgram } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { start } from '../src/main.js';

const SKEP = fileURLToPath(new URL('../../../../tools/skep.mjs', import.meta.url));
let harness: ServiceHarness;

/** Runs `npm run skep -- ledger check`. Returns its exit code and output. */
const check = async (): Promise<[number, string]> => {
  const { code, stdout, stderr } = await runProgram([SKEP, 'ledger', 'check', harness.env['DATABASE_URL']!]);
  return [code, stdout + stderr];
};

beforeAll(async () => {
  harness = await startService('billing', start);
  const ada = asUser('ada');
  const terms = { key: 'k', app_id: 'notes', function: 'save', base_price: 20, platform_fee: 0, split: 70, developer_id: 'd', ttl_s: 900 };
  const { hold_id } = await harness.call(billing.placeHold, ada, terms);
  await harness.call(billing.captureHold, ada, { hold_id, base_price: 5 });
  await harness.call(billing.placeHold, ada, { ...terms, key: 'open' });
});
afterAll(() => harness?.close());

it('reports to the operator that the ledger is sound, with its totals', async () => {
  expect(await check()).toEqual([0, '1 wallets with 495 credits (20 held, 0 owed), 5 entries, 2 holds.\nNo inconsistencies.\n']);
});

it('prints violations, and fails', async () => {
  await harness.query(`set session_replication_role = replica; update wallet set balance = balance + 1`);
  const [code, said] = await check();
  expect(code).toBe(1);
  expect(said).toContain('balance_wrong  default/imp_u_ada  balance 496 (granted 495), entries sum to 495 (granted 495)');
  await harness.query(`set session_replication_role = replica; update wallet set balance = balance - 1`);
});

it('includes added checks, and all checks read the same snapshot', async () => {
  await harness.query(`create function ledger_check_planted() returns table (violation text, subject text, detail text) language sql stable
    as $$ select 'planted', user_id, balance::text from wallet $$`);
  expect(await harness.query('select * from check_ledger()')).toEqual([{ violation: 'planted', subject: 'imp_u_ada', detail: '495' }]);
  expect((await check())[1]).toContain('planted  imp_u_ada  495');
  await harness.query('drop function ledger_check_planted()');
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
  const volatile = `select proname from pg_proc where (proname like 'ledger_check_%' or proname = 'check_ledger') and provolatile <> 's'`;
  expect(await harness.query(volatile)).toEqual([]);
});

it('reports a database that does not answer', async () => {
  const said = (await runProgram([SKEP, 'ledger', 'check', 'postgres://127.0.0.1:1/none'])).stderr;
  expect(said).toContain('Cannot connect to the database of billing');
});
