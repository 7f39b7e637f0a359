import { asAnonymous } from '@skep/testkit';
import { describe, expect, it } from '@jest/globals';
import { startHolds } from './hold-harness.js';

const { query, newUser, topUp, place, capture, release, balance, lines } = startHolds();

describe('a hold', () => {
  it('reserves credits, which stay in the balance until they are captured', async () => {
    const who = newUser();
    const held = await place(who, 100, { platform_fee: 50 });
    expect(held).toEqual({
      hold_id: expect.stringMatching(/^hold_[0-9a-f]{32}$/),
      status: 'held',
      amount: 150,
      available: 350,
      expires_at: expect.any(Date),
    });
    expect(await balance(who)).toBe(500);
    expect(await capture(who, held.hold_id)).toEqual({
      hold_id: held.hold_id,
      status: 'captured',
      charged: 150,
      debt: 0,
      balance: 350,
      available: 350,
    });
    expect(await balance(who)).toBe(350);
  });

  it('is explained in the wallet’s history', async () => {
    const who = newUser();
    const { hold_id } = await place(who, 100, { platform_fee: 50 });
    await capture(who, hold_id);
    expect((await lines(who))[0]).toMatchObject({
      amount: -150,
      balance_after: 350,
      reason: 'call',
      app_id: 'notes',
      description: 'save: 100 for the app and 50 for the language model',
    });
  });

  it('releases the part that is not captured', async () => {
    const who = newUser();
    const { hold_id } = await place(who, 100, { platform_fee: 250 });
    expect(await capture(who, hold_id, { platform_fee: 60 })).toMatchObject({ charged: 160, balance: 340, available: 340 });
    expect((await lines(who))[0]).toMatchObject({ description: 'save: 100 for the app and 60 for the language model' });
    const fee = await place(who, 100, { platform_fee: 20 });
    await capture(who, fee.hold_id, { base_price: 0 });
    expect((await lines(who))[0]).toMatchObject({ amount: -20, description: 'save: 20 for the language model' });
  });

  it('costs nothing and leaves no history entry if it is released', async () => {
    const who = newUser();
    const { hold_id } = await place(who, 500);
    expect(await release(who, hold_id)).toMatchObject({ status: 'released', charged: 0, balance: 500, available: 500 });
    expect(await lines(who)).toHaveLength(1);
    expect(await place(who, 500)).toMatchObject({ status: 'held', available: 0 });
  });

  it('is released if nothing is captured', async () => {
    const who = newUser();
    const { hold_id } = await place(who, 5);
    expect(await capture(who, hold_id, { base_price: 0, platform_fee: 0 })).toMatchObject({ status: 'released', charged: 0 });
  });

  it('is one hold per key, and other terms under that key are refused', async () => {
    const who = newUser();
    const first = await place(who, 10, { key: 'once' });
    expect(await Promise.all(Array.from({ length: 10 }, () => place(who, 10, { key: 'once' })))).toEqual(Array(10).fill(first));
    await expect(place(who, 11, { key: 'once' })).rejects.toMatchObject({ body: { code: 'idempotency_conflict', status: 409 } });
    expect(await place(newUser(), 11, { key: 'once' })).toMatchObject({ amount: 11 });
    await capture(who, first.hold_id);
    expect(await place(who, 10, { key: 'once' })).toMatchObject({ hold_id: first.hold_id, status: 'captured' });
  });

  it('ends once: repeating the same end is idempotent, another one is refused', async () => {
    const who = newUser();
    const [taken, given] = [await place(who, 10), await place(who, 10)];
    const end = await capture(who, taken.hold_id, { base_price: 7 });
    expect(await capture(who, taken.hold_id, { base_price: 7 })).toMatchObject({ charged: 7, balance: end.balance });
    await release(who, given.hold_id);
    expect(await release(who, given.hold_id)).toMatchObject({ status: 'released' });
    for (const otherEnd of [
      () => capture(who, taken.hold_id, { base_price: 8 }),
      () => release(who, taken.hold_id),
      () => capture(who, given.hold_id),
    ])
      await expect(otherEnd()).rejects.toMatchObject({ body: { code: 'hold_ended', status: 409 } });
    expect(await balance(who)).toBe(493);
  });

  it('cannot exceed the available credits, and the refusal says how many are available', async () => {
    const who = newUser();
    await place(who, 300);
    const tooMuch = place(who, 100, { platform_fee: 250, key: 'later' });
    await expect(tooMuch).rejects.toMatchObject({
      body: {
        code: 'insufficient_credits',
        status: 402,
        detail: expect.stringMatching(/350 credits.*has 200 available.*reserve 300 more.*POST \/v1\/billing\/topup/),
      },
    });
    await topUp(who, 1_000);
    expect(await place(who, 100, { platform_fee: 250, key: 'later' })).toMatchObject({ status: 'held', available: 850 });
  });

  it('cannot be captured with a higher base price', async () => {
    const who = newUser();
    const { hold_id } = await place(who, 10);
    await expect(capture(who, hold_id, { base_price: 11 })).rejects.toMatchObject({ body: { code: 'conflict' } });
    expect(await capture(who, hold_id)).toMatchObject({ charged: 10 });
  });

  it('keeps its terms, even against the tables’ owner', async () => {
    const who = newUser();
    const { hold_id } = await place(who, 10);
    for (const sql of [
      `update hold set base_price = 9, amount = 9 where id = '${hold_id}'`,
      `update hold set split = 100 where id = '${hold_id}'`,
      `delete from hold where id = '${hold_id}'`,
    ])
      await expect(query(sql)).rejects.toMatchObject({ code: '23001' });
    await release(who, hold_id);
    await expect(query(`update hold set status = 'held', ended_at = null where id = '${hold_id}'`)).rejects.toThrow('has ended');
    await expect(query(`update wallet set held = balance + 1 where user_id = '${who.user}'`)).rejects.toThrow('wallet_held_within_balance');
  });

  it.each([
    [{ base_price: 0, platform_fee: 0 }, 'base_price'],
    [{ base_price: -1 }, 'base_price'],
    [{ base_price: 1.5 }, 'base_price'],
    [{ platform_fee: -1 }, 'platform_fee'],
    [{ split: 101 }, 'split'],
    [{ ttl_s: 0 }, 'ttl_s'],
    [{ key: '' }, 'key'],
  ])('%# names the field that is out of bounds', async (terms, field) => {
    await expect(place(newUser(), 10, terms)).rejects.toMatchObject({ body: { status: 422, detail: [{ loc: [field] }] } });
  });

  it('belongs to one user, and needs a user', async () => {
    const who = newUser();
    const { hold_id } = await place(who, 10);
    for (const stranger of [newUser(), { ...who, tenant: 'imp_t_other' }]) {
      await expect(capture(stranger, hold_id)).rejects.toMatchObject({ body: { code: 'hold_not_found', status: 404 } });
      await expect(release(stranger, hold_id)).rejects.toMatchObject({ body: { code: 'hold_not_found' } });
    }
    await expect(capture(who, 'hold_none')).rejects.toMatchObject({ body: { code: 'hold_not_found' } });
    await expect(place(asAnonymous(), 1)).rejects.toMatchObject({ body: { code: 'unauthenticated' } });
  });
});
