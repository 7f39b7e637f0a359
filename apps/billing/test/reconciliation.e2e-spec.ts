import { billing } from '@skep/contracts/billing';
import { type Ctx, traceId } from '@skep/platform';
import { type ServiceHarness, asAnonymous, runProgram, startService, asUser } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { randomUUID } from 'node:crypto';
import { start } from '../src/main.js';

const SKEP = fileURLToPath(new URL('../../../../tools/skep.mjs', import.meta.url));
let harness: ServiceHarness;
const who = asUser('reconciled');
const from = new Date(Date.now() - 3_600_000);
const to = new Date(Date.now() + 3_600_000);
/** An action id like the kernel's, which begins with the time. */
const actionId = () => `act_${Date.now().toString(16).padStart(12, '0')}${randomUUID().slice(14).replaceAll('-', '')}`;

/** Inserts an action with a price into the kernel's ledger. */
async function action(id: string, base: number, fee = 0): Promise<void> {
  await harness.infra.query(
    'kernel',
    `insert into action (id, trace_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, action_price, extension_price, platform_fee)
     values ($1, $2, $3, 'default', 'api', 'notes', 'save', 'write', 'success', $4::float + $5::float, $4, $5)`,
    [id, traceId(who), who.user, base, fee],
  );
}
async function charge(action_id: string | undefined, price: number, ctx: Ctx = who): Promise<void> {
  const terms = { key: actionId(), app_id: 'notes', function: 'save', base_price: price, platform_fee: 0, split: 0, ttl_s: 900 };
  const { hold_id } = await harness.call(billing.placeHold, ctx, terms);
  await harness.call(billing.captureHold, ctx, { hold_id, ...(action_id && { action_id }) });
}

/** The discrepancies on all pages of both sides, with a small page size. */
async function found(): Promise<string[]> {
  const all: string[] = [];
  for (const side of ['actions', 'charges'])
    for (let after: string | null = ''; after !== null;) {
      const page: { discrepancies: { kind: string; action_id: string | null }[]; next: string | null } = await harness.call(
        billing.reconcile,
        asAnonymous(),
        { from, to, side, after, limit: 3 },
      );
      all.push(...page.discrepancies.map(({ kind, action_id }) => `${kind} ${action_id ?? '-'}`));
      after = page.next;
    }
  return all.sort();
}

/** Runs the operator's command. */
async function report(): Promise<{ code: number; lines: string[] }> {
  const { NATS_URL, NATS_PASSWORD } = harness.infra.nats.user('operator');
  const env = { SKEP_DATA: harness.infra.folder, NATS_URL, OPERATOR_NATS_PASSWORD: NATS_PASSWORD };
  const { code, stdout } = await runProgram([SKEP, 'billing', 'reconcile', '--from', from.toISOString(), '--to', to.toISOString()], env);
  return { code, lines: stdout.trim().split('\n') };
}

beforeAll(async () => {
  harness = await startService('billing', start, { beside: ['kernel'] });
});
afterAll(() => harness?.close());

it('finds and reports no discrepancy if each paid action was charged once', async () => {
  for (let i = 0; i < 7; i++) {
    const id = actionId();
    await action(id, 2);
    await charge(id, 2);
  }
  await action(actionId(), 0);
  expect(await found()).toEqual([]);
  const { code, lines } = await report();
  expect([code, lines.at(-1)]).toEqual([0, 'No differences.']);
  expect(lines.filter((line) => line.startsWith('Compared 7 '))).toHaveLength(2);
});

it('finds a lost charge, a lost action, a double charge, another amount and a charge without an action', async () => {
  const [lost, gone, twice, other] = [actionId(), actionId(), actionId(), actionId()];
  await action(lost, 5);
  await charge(gone, 3);
  await action(twice, 2);
  await charge(twice, 2);
  await charge(twice, 2);
  await action(other, 4, 1);
  await charge(other, 4);
  await charge(undefined, 1);
  const wanted = [`charge_lost ${lost}`, `action_lost ${gone}`, `charged_twice ${twice}`, `charged_otherwise ${other}`, 'charge_unnamed -'];
  expect(await found()).toEqual(wanted.sort());
  const { code, lines } = await report();
  expect([code, lines.at(-1)]).toEqual([1, '5 differences.']);
  expect(lines.find((line) => line.startsWith('charge_lost'))).toBe(
    `charge_lost  default/${who.user}  action ${lost}  trace ${traceId(who)}  notes/save cost 5, but nothing was charged`,
  );
  expect(lines.find((line) => line.startsWith('charged_twice'))).toContain('was charged 2 times, 4 in total');
  expect(lines.find((line) => line.startsWith('action_lost'))).toMatch(/hold hold_\w+ charged 3 for notes\/save/);
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});

it('ignores everything outside the given time', async () => {
  const later = { from: to, to: new Date(to.getTime() + 1_000), after: '', limit: 500 };
  for (const side of ['actions', 'charges'])
    expect(await harness.call(billing.reconcile, asAnonymous(), { ...later, side })).toEqual({ discrepancies: [], checked: 0, next: null });
  await expect(harness.call(billing.reconcile, asAnonymous(), { ...later, side: 'both' })).rejects.toMatchObject({
    body: { status: 422, detail: [{ loc: ['side'] }] },
  });
});
