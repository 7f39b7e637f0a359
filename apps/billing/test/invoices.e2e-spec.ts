import { billing } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { asService, asUser, codeOf, type ServiceHarness, startService } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';

let harness: ServiceHarness;
const ada = asUser('ada');
const year = new Date().getUTCFullYear();

beforeAll(async () => {
  harness = await startService('billing', start);
});
afterEach(async () => {
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
afterAll(() => harness?.close());

const order = async (who: Ctx, cents = 2_000) =>
  (await harness.call(billing.startTopup, who, { tokens: cents * 10, price_cents: cents, save_payment_method: false })).payment_intent_id;
const confirm = (payment_intent_id: string) => harness.call(billing.confirmTopup, asService('panel'), { payment_intent_id });
const invoices = async (who: Ctx) => (await harness.call(billing.listInvoices, who, { limit: 50, offset: 0 })).rows;
/** The invoice of a new top-up. */
async function invoiceOf(who: Ctx): Promise<string> {
  await confirm(await order(who));
  return (await invoices(who))[0]!.id;
}
const download = async (who: Ctx, invoice_id: string) => {
  const { content, ...file } = await harness.call(billing.getInvoice, who, { invoice_id });
  return { ...file, bytes: Buffer.from(content, 'base64') };
};

describe('an invoice', () => {
  it('is made of each paid top-up, once, and names seller and buyer of that time', async () => {
    await harness.call(billing.updateInvoiceSeller, asService('admin'), {
      name: 'Example Ltd',
      address: '1 Main Street\nDublin',
      vat: 'IE1',
    });
    await harness.call(billing.updateBillingProfile, ada, { name: 'Ada Łovelace', company: 'Engines', vat: 'GB1', country: 'GB' });
    const id = await order(ada);
    expect(await invoices(ada)).toEqual([]);
    await Promise.all([confirm(id), confirm(id)]);
    await harness.call(billing.updateBillingProfile, ada, { name: 'Another', company: '', vat: '', country: '' });
    expect(await invoices(ada)).toEqual([
      {
        ...{ id: `INV-${year}-000001`, payment_id: id, issued_at: expect.any(Date), total_cents: 2_000, currency: 'usd' },
        seller: { name: 'Example Ltd', company: '', address: '1 Main Street\nDublin', vat: 'IE1', country: '' },
        buyer: { name: 'Ada Łovelace', company: 'Engines', address: '', vat: 'GB1', country: 'GB' },
        lines: [{ description: '20000 credits', amount_cents: 2_000 }],
      },
    ]);
  });

  it('is a PDF, the same in each download', async () => {
    const id = await invoiceOf(ada);
    const file = await download(ada, id);
    expect(file).toMatchObject({ name: `${id}.pdf`, media_type: 'application/pdf' });
    expect(file.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(file.bytes.length).toBeLessThan(200_000);
    expect((await download(ada, id)).bytes.equals(file.bytes)).toBe(true);
  });

  it('is made of the payment of a plan', async () => {
    const bob = asUser('bob');
    await harness.call(billing.setUpPaymentMethod, bob, {});
    await harness.call(billing.changePlan, bob, { plan_id: 'starter', period: 'monthly' });
    expect(await invoices(bob)).toMatchObject([{ lines: [{ description: 'Plan Starter', amount_cents: 900 }], total_cents: 900 }]);
  });

  it('of another user, or of another tenant, is not found', async () => {
    const id = await invoiceOf(ada);
    for (const who of [asUser('bob'), asUser('ada', { tenant: 'imp_t_other' })])
      expect(await codeOf(download(who, id))).toBe('invoice_not_found');
    expect(await codeOf(download(ada, `INV-${year}-999999`))).toBe('invoice_not_found');
  });

  it('has a number without gaps, also when payments are made at once and fail', async () => {
    await invoiceOf(ada);
    const before = Number((await harness.query('select last from invoice_series'))[0]!['last']);
    const payments = await Promise.all(Array.from({ length: 20 }, (_, n) => order(asUser(`many-${n % 4}`))));
    const failing = await order(ada);
    const fail = harness.query(`
      do $$ begin
        perform credit_topup('${failing}');
        set constraints all immediate;
        raise exception 'planned';
      end $$`);
    await Promise.all([...payments.map(confirm), expect(fail).rejects.toThrow('planned')]);
    const numbers = await harness.query(`select split_part(id, '-', 3)::int as number from invoice order by 1`);
    expect(numbers.map(({ number }) => number)).toEqual(Array.from({ length: before + 20 }, (_, n) => n + 1));
  });

  it('never changes', async () => {
    await invoiceOf(ada);
    for (const change of [
      'update invoice set total_cents = 1',
      `update invoice set buyer = '{"name": "x"}'`,
      'delete from invoice',
      'truncate invoice cascade',
    ])
      await expect(harness.query(change)).rejects.toThrow(/never changes|append-only/);
  });
});

describe('a credit note', () => {
  const refunded = async (id: string, cents: number) => {
    await harness.query('update payment set refunded_cents = $2 where id = $1', [id, cents]);
    await harness.query('select reverse_payment($1)', [id]);
  };
  const notes = async (who: Ctx) => (await harness.call(billing.listCreditNotes, who, { limit: 50, offset: 0 })).rows;
  const downloadNote = (who: Ctx, credit_note_id: string) => harness.call(billing.getCreditNote, who, { credit_note_id });
  const buyer = asUser('refunded');
  let payment: string;
  let invoice: string;

  beforeAll(async () => {
    await harness.call(billing.updateBillingProfile, buyer, { name: 'Grace', company: '', vat: '', country: 'US' });
    payment = await order(buyer);
    await confirm(payment);
    invoice = (await invoices(buyer))[0]!.id;
  });

  it('is made of each refund, for what earlier ones do not cover, to the parties of the invoice', async () => {
    await harness.call(billing.updateBillingProfile, buyer, { name: 'Another', company: '', vat: '', country: '' });
    await refunded(payment, 500);
    await refunded(payment, 500);
    const [before] = await invoices(buyer);
    await refunded(payment, 2_000);
    const lines = (cents: number) => [{ description: 'Refund of 20000 credits', amount_cents: cents }];
    const parties = { seller: before!.seller, buyer: before!.buyer };
    const common = { invoice_id: invoice, payment_id: payment, issued_at: expect.any(Date), currency: 'usd', ...parties };
    expect(await notes(buyer)).toEqual([
      { ...common, id: `CN-${year}-000002`, lines: lines(1_500), total_cents: 1_500 },
      { ...common, id: `CN-${year}-000001`, lines: lines(500), total_cents: 500 },
    ]);
    expect(before!.buyer.name).toBe('Grace');
    expect(await invoices(buyer)).toEqual([before]);
  });

  it('is made of a dispute once it is lost, for what was not refunded before', async () => {
    const who = asUser('disputes');
    const disputed = await order(who);
    await confirm(disputed);
    await refunded(disputed, 300);
    const dispute = (id: string, status: string) =>
      harness.query(
        `insert into payment_dispute (id, payment_id, amount_cents, status) values ($1, $2, 2000, $3) on conflict (id) do update set status = $3`,
        [id, disputed, status],
      );
    await dispute('dp_won', 'open');
    await dispute('dp_won', 'won');
    await dispute('dp_lost', 'open');
    expect(await notes(who)).toHaveLength(1);
    await dispute('dp_lost', 'lost');
    expect(await notes(who)).toMatchObject([
      { lines: [{ description: 'Chargeback of 20000 credits', amount_cents: 1_700 }], total_cents: 1_700 },
      { total_cents: 300 },
    ]);
    await refunded(disputed, 2_000);
    expect(await notes(who)).toHaveLength(2);
  });

  it('is made together with the invoice if the refund was known first, and none without an invoice', async () => {
    const who = asUser('early');
    const early = await order(who);
    await refunded(early, 100);
    expect(await notes(who)).toEqual([]);
    await confirm(early);
    await refunded(early, 100);
    expect(await notes(who)).toMatchObject([{ invoice_id: (await invoices(who))[0]!.id, total_cents: 100 }]);
  });

  it('has a number without gaps, also when refunds are made at once and fail', async () => {
    const before = Number((await harness.query('select last from credit_note_series'))[0]!['last']);
    const payments = await Promise.all(Array.from({ length: 10 }, (_, n) => order(asUser(`back-${n}`))));
    await Promise.all(payments.map(confirm));
    const fail = harness.query(`
      do $$ begin
        update payment set refunded_cents = 1 where id = '${payments[0]!}';
        set constraints all immediate;
        raise exception 'planned';
      end $$`);
    await Promise.all([...payments.slice(1).map((each) => refunded(each, 10)), expect(fail).rejects.toThrow('planned')]);
    const numbers = await harness.query(`select split_part(id, '-', 3)::int as number from credit_note order by 1`);
    expect(numbers.map(({ number }) => number)).toEqual(Array.from({ length: before + 9 }, (_, n) => n + 1));
  });

  it('is a PDF, the same in each download, for its buyer alone', async () => {
    const id = `CN-${year}-000001`;
    const file = await downloadNote(buyer, id);
    expect(file).toMatchObject({ name: `${id}.pdf`, media_type: 'application/pdf' });
    expect(Buffer.from(file.content, 'base64').subarray(0, 5).toString()).toBe('%PDF-');
    expect(await downloadNote(buyer, id)).toEqual(file);
    for (const who of [ada, asUser('refunded', { tenant: 'imp_t_other' })])
      expect(await codeOf(downloadNote(who, id))).toBe('credit_note_not_found');
    expect(await codeOf(downloadNote(buyer, `CN-${year}-999999`))).toBe('credit_note_not_found');
  });

  it('never changes', async () => {
    for (const change of ['update credit_note set total_cents = 1', 'delete from credit_note', 'truncate credit_note'])
      await expect(harness.query(change)).rejects.toThrow(/never changes|append-only/);
  });

  it('check_ledger finds one that is missing, and one of another amount', async () => {
    const plant = (sql: string) => harness.query(`set session_replication_role = replica; ${sql}`);
    const violations = async () => (await harness.query('select * from check_ledger()')).map(({ violation }) => violation);
    await plant(`update credit_note set total_cents = total_cents + 1 where id = 'CN-${year}-000001'`);
    expect(await violations()).toEqual(['credit_notes_wrong']);
    await plant(`update credit_note set total_cents = total_cents - 1 where id = 'CN-${year}-000001'`);
    await plant('update credit_note_series set last = last + 1');
    expect(await violations()).toEqual(['credit_note_number_missing']);
    await plant('update credit_note_series set last = last - 1');
  });
});

it('check_ledger finds a changed total and a missing number', async () => {
  await invoiceOf(ada);
  const plant = (sql: string) => harness.query(`set session_replication_role = replica; ${sql}`);
  const violations = async () => (await harness.query('select * from check_ledger()')).map(({ violation }) => violation);
  await plant(`update invoice set total_cents = total_cents + 1 where id = 'INV-${year}-000001'`);
  expect(await violations()).toEqual(['invoice_wrong']);
  await plant(`update invoice set total_cents = total_cents - 1 where id = 'INV-${year}-000001'`);
  await plant('update invoice_series set last = last + 1');
  expect(await violations()).toEqual(['invoice_number_missing']);
  await plant('update invoice_series set last = last - 1');
});
