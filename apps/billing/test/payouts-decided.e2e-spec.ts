import { billing, type Payout } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { type ServiceHarness, startService, asUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { administrator, codeOf, payoutCalls, promote, request, sell, violations } from './earnings-harness.js';

let harness: ServiceHarness;
const ada = asUser('ada');
const elsewhere = asUser('payer', { tenant: 'imp_t_other' });
const { sum, list, approve, reject, pay, developer } = payoutCalls(() => harness);
const bare = ({ id, status }: Payout) => ({ id, status });

beforeAll(async () => {
  harness = await startService('billing', start);
});
afterAll(() => harness?.close());

describe('a decision on a payout', () => {
  it('approves, then records the payment, and publishes each change', async () => {
    const ivy = await developer('ivy', 20_000);
    const { id } = await request(harness, ivy, 10_000);
    expect(await approve(id, administrator(), 'Looks right')).toMatchObject({
      ...{ id, status: 'approved', admin_note: 'Looks right', processed_by: 'imp_u_root', tenant_id: 'default' },
    });
    expect(await sum(ivy)).toMatchObject({ reserved: 10_000, available: 10_000, pending_payout: 10_000, paid_out: 0 });
    expect(await pay(id, 'TRF-77')).toMatchObject({ status: 'paid', method: 'bank', reference: 'TRF-77', admin_note: 'Looks right' });
    expect(await sum(ivy)).toMatchObject({
      reserved: 0,
      available: 10_000,
      pending_payout: 10_000,
      paid_out: 10_000,
      total_earnings: 20_000,
    });
    expect((await list(ivy)).map(bare)).toEqual([{ id, status: 'paid' }]);
    const events = await harness.query(
      `select payload->>'status' as status from outbox where subject = 'event.billing.payoutStatusChanged' and payload->>'payout_id' = $1 order by seq`,
      [String(id)],
    );
    expect(events.map(({ status }) => status)).toEqual(['pending', 'approved', 'paid']);
    expect(await violations(harness)).toEqual([]);
  });

  it('rejects with a note, before and after the approval, and releases the earnings', async () => {
    const joe = await developer('joe', 10_000);
    const first = await request(harness, joe, 10_000);
    expect(await reject(first.id, administrator(), 'Wrong account')).toMatchObject({ status: 'rejected', admin_note: 'Wrong account' });
    const second = await request(harness, joe, 10_000);
    await approve(second.id);
    await reject(second.id);
    expect((await list(joe)).map(bare)).toEqual([second, first].map(({ id }) => ({ id, status: 'rejected' })));
    expect(await sum(joe)).toMatchObject({ available: 10_000, reserved: 0, paid_out: 0 });
    expect(await violations(harness)).toEqual([]);
  });

  it('is made once: repeating it changes nothing, another one is refused', async () => {
    const amy = await developer('amy', 30_000);
    const [paid, rejected, pending] = [
      await request(harness, amy, 10_000),
      await request(harness, amy, 10_000),
      await request(harness, amy, 10_000),
    ];
    const ended = { body: { code: 'payout_ended', status: 409 } };
    await expect(pay(pending.id)).rejects.toMatchObject(ended);
    const approved = await approve(paid.id);
    expect(await approve(paid.id, administrator({ user: 'imp_u_second' }), 'me too')).toEqual(approved);
    const first = await pay(paid.id, 'TRF-1');
    expect(await pay(paid.id, 'TRF-1')).toEqual(first);
    await expect(pay(paid.id, 'TRF-2')).rejects.toMatchObject({ body: { code: 'payout_ended', detail: expect.stringContaining('TRF-1') } });
    for (const decide of [approve, reject]) await expect(decide(paid.id)).rejects.toMatchObject(ended);
    const taken = await reject(rejected.id);
    expect(await reject(rejected.id)).toEqual(taken);
    for (const decide of [approve, pay]) await expect(decide(rejected.id)).rejects.toMatchObject(ended);
    expect(await sum(amy)).toMatchObject({ paid_out: 10_000, reserved: 10_000, available: 10_000 });
  });

  it('is not made by the developer who is paid, even if they are an administrator', async () => {
    const eva = await developer('eva', 30_000);
    const own = { ...eva, role: 'admin', scopes: ['*'] };
    const { id } = await request(harness, eva, 10_000);
    const refused = { body: { code: 'forbidden', detail: expect.stringContaining('This payout is yours') } };
    for (const decide of [approve, reject]) await expect(decide(id, own)).rejects.toMatchObject(refused);
    await approve(id);
    await expect(pay(id, 'TRF-1', own)).rejects.toMatchObject(refused);
    expect(await pay(id)).toMatchObject({ status: 'paid' });
  });

  it('is exactly one of many concurrent decisions', async () => {
    const sam = await developer('sam', 10_000);
    const { id } = await request(harness, sam, 10_000);
    await approve(id);
    const decided = await Promise.allSettled([...Array(10).keys()].flatMap((n) => [pay(id, `TRF-${n}`), reject(id)]));
    const kept = (await list(sam))[0]!;
    const outcomes = new Set(
      decided.map((each) => (each.status === 'fulfilled' ? `${each.value.status} ${each.value.reference}` : codeOf(each.reason))),
    );
    expect(outcomes).toEqual(new Set([`${kept.status} ${kept.reference}`, 'payout_ended']));
    expect(await violations(harness)).toEqual([]);
  });

  it('needs an operator, an existing payout, and a reference for a payment', async () => {
    const kit = asUser('kit', { tenant: 'imp_t_other' });
    await promote(harness, kit);
    await sell(harness, kit, { base: 10_000, split: 100, payer: elsewhere });
    const { id } = await request(harness, kit, 10_000);
    for (const decide of [approve, reject, (n: number, who: Ctx) => pay(n, 'x', who)])
      for (const who of [kit, ada, administrator({ tenant: 'imp_t_other' })])
        await expect(decide(id, who)).rejects.toMatchObject({ body: { code: 'forbidden', status: 403 } });
    for (const decide of [approve, reject, pay])
      await expect(decide(999_999)).rejects.toMatchObject({ body: { code: 'payout_not_found', status: 404 } });
    for (const [input, field] of [
      [{ payout_id: id, note: '', method: 'bank', reference: '' }, 'reference'],
      [{ payout_id: 0, note: '', method: 'bank', reference: 'x' }, 'payout_id'],
      [{ payout_id: id, note: 'x'.repeat(501), method: 'bank', reference: 'x' }, 'note'],
    ] as const)
      await expect(harness.call(billing.payPayout, administrator(), input)).rejects.toMatchObject({ body: { detail: [{ loc: [field] }] } });
    expect(await approve(id, asUser('clerk', { scopes: ['admin:billing:write'] }))).toMatchObject({
      status: 'approved',
      tenant_id: 'imp_t_other',
    });
  });
});
