import { waitUntil } from '@skep/testkit';
import { describe, expect, it } from '@jest/globals';
import { startHolds } from './hold-harness.js';

const { query, newUser, place, capture, release, balance } = startHolds();

describe('an overdue hold', () => {
  it('expires once with any number of instances, and cannot be captured afterwards', async () => {
    const who = newUser();
    const holds = await Promise.all([...Array(20).keys()].map(() => place(who, 25, { ttl_s: 1 })));
    await expect(place(who, 1)).rejects.toMatchObject({ body: { code: 'insufficient_credits' } });
    await waitUntil('the wallet to be free again', async () => (await place(who, 500, { key: 'all' })).status === 'held');
    for (const { hold_id } of holds)
      await expect(capture(who, hold_id)).rejects.toMatchObject({
        body: { code: 'hold_ended', detail: `The hold ${hold_id} is already expired.` },
      });
    expect(await release(who, holds[0]!.hold_id)).toMatchObject({ status: 'expired', charged: 0 });
    expect(await balance(who)).toBe(500);
  });

  it('expires alone, without the other holds of its wallet', async () => {
    const who = newUser();
    const [due, later] = [await place(who, 100, { ttl_s: 1 }), await place(who, 100, { ttl_s: 900 })];
    await waitUntil(
      'the first to expire',
      async () => (await query(`select from hold where id = $1 and status = 'expired'`, [due.hold_id]))[0],
    );
    expect(await capture(who, later.hold_id)).toMatchObject({ status: 'captured', balance: 400, available: 400 });
  });

  it('is either captured or expired if both happen at once', async () => {
    const who = newUser();
    const holds = await Promise.all([...Array(100).keys()].map(() => place(who, 5, { ttl_s: 1 })));
    await query('select pg_sleep(0.95)');
    let captured = 0;
    for (const { hold_id } of holds) {
      const end = await capture(who, hold_id).catch((error: { body: { code: string } }) => error.body.code);
      if (typeof end !== 'string') captured++;
      else expect(end).toBe('hold_ended');
    }
    await waitUntil(
      'all of them to end',
      async () => (await query(`select from hold where status = 'held' and user_id = $1`, [who.user])).length === 0,
    );
    const ends = await query(`select status, count(*)::int as n from hold where user_id = $1 group by 1`, [who.user]);
    expect(Object.fromEntries(ends.map(({ status, n }) => [status, n]))).toEqual({
      ...(captured && { captured }),
      ...(captured < 100 && { expired: 100 - captured }),
    });
    expect(await balance(who)).toBe(500 - captured * 5);
  });
});
