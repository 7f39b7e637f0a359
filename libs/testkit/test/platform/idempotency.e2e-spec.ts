import { newCtx } from '@skep/platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ServiceHarness, startService, person, waitUntil } from '../../src/index.js';
import { echo, slow, startEcho } from './echo.js';

let harness: ServiceHarness;
let keys = 0;
/** Patient for as long as callers are unless told otherwise. */
const ctx = (more = {}) => person('ada', { deadline: newCtx().deadline, ...more });
const patient = (more = {}) => person('ada', { deadline: Date.now() + 20_000, ...more });
const keyed = () => ({ idempotencyKey: `key ${keys++}` });
const note = (text: string, more = {}) => ({ text, stars: 3, ...more });
const notes = async (text: string) => (await harness.query('select from note where text = $1', [text])).length;
const inProgress = { body: { code: 'idempotency_in_progress', status: 409 }, retryAfter: 1 };
const conflict = { body: { code: 'idempotency_conflict', status: 409 } };

beforeAll(async () => {
  harness = await startService('echo', startEcho);
});
beforeEach(() => void Object.assign(slow, { pause: Promise.resolve(), reached: 0, failures: 0 }));
afterAll(() => harness?.close());

describe.each([
  ['that commits with its key', echo.addNote, ''],
  ['that spans calls', echo.addNoteSlowly, ', first'],
] as const)('an operation %s', (kind, operation, first) => {
  const add = (who: object, text: string, more = {}) => harness.call(operation, ctx(who), note(text, more));

  it('happens once for an Idempotency-Key, also for callers at the same time', async () => {
    const key = keyed();
    const answers = await Promise.all([1, 2, 3].map(() => add(key, `once ${kind}`)));
    expect(await add(key, `once ${kind}`)).toEqual(answers[0]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect([await notes(`once ${kind}`), await notes(`once ${kind}${first}`)]).toEqual([1, 1]);
  });

  it('is refused with another input', async () => {
    const key = keyed();
    await add(key, 'one');
    await expect(add(key, 'another')).rejects.toMatchObject(conflict);
  });

  it('is another one for another person', async () => {
    const key = keyed();
    await add(key, 'mine');
    expect(await add({ ...key, user: 'imp_u_bob' }, 'mine')).toMatchObject({ author: 'imp_u_bob' });
  });

  it('that was refused may be repeated', async () => {
    const key = keyed();
    slow.failures = 1;
    await expect(add(key, `refused ${kind}`, { fail: 'problem' })).rejects.toMatchObject({ body: { code: 'note_refused' } });
    if (first) expect(await add(key, `refused ${kind}`, { fail: 'problem' })).toMatchObject({ text: `refused ${kind}` });
    else expect(await add(key, `refused ${kind}`)).toMatchObject({ text: `refused ${kind}` });
    expect([await notes(`refused ${kind}`), await notes(`refused ${kind}${first}`)]).toEqual([1, 1]);
  });
});

describe('a long operation under an Idempotency-Key', () => {
  const add = (who: object, text: string, more = {}) => harness.call(echo.addNoteSlowly, patient(who), note(text, more));
  /** Makes slow notes wait, until the answer is called. */
  const hold = (): (() => void) => {
    let go = () => {};
    slow.pause = new Promise((resolve) => (go = resolve));
    return go;
  };
  const begun = (text: string, count = 1) => waitUntil(`${text} to begin`, async () => (await notes(`${text}, first`)) === count);

  it('leaves the pool to others: 200 at once, and nobody is refused', async () => {
    const go = hold();
    const long = Promise.all(Array.from({ length: 200 }, (_, n) => add({ ...keyed(), user: `imp_u_long_${n % 2}` }, 'long')));
    await begun('long', 200);
    for (let n = 0; n < 20; n++) {
      await harness.call(echo.addNote, ctx({ user: 'imp_u_other' }), note('unkeyed'));
      await harness.call(echo.addNote, ctx({ ...keyed(), user: 'imp_u_other' }), note('keyed'));
    }
    expect(slow.reached).toBe(0);
    go();
    expect(await long).toHaveLength(200);
    expect(await notes('long')).toBe(200);
    expect(await harness.query('select from idempotency_part')).toEqual([]);
  });

  it('refuses another input at once, and tells who repeats it that it is in progress', async () => {
    const key = keyed();
    const go = hold();
    const first = add(key, 'first');
    await begun('first');
    await expect(add(key, 'other')).rejects.toMatchObject(conflict);
    await expect(add({ ...key, deadline: Date.now() + 500 }, 'first')).rejects.toMatchObject(inProgress);
    const again = add(key, 'first');
    go();
    expect(await again).toEqual(await first);
    expect(slow.reached).toBe(1);
  });

  it('keeps its claim for as long as it works', async () => {
    const key = keyed();
    const go = hold();
    const first = add(key, 'very long');
    await begun('very long');
    const again = add(key, 'very long');
    const outlived = `select from idempotency where lease_until > now() and created_at < now() - interval '6 seconds'`;
    await waitUntil('its first lease to be over', async () => (await harness.query(outlived)).length === 1);
    go();
    expect(await again).toEqual(await first);
    expect(slow.reached).toBe(1);
  });

  it('that did nothing before it failed leaves its key free for any input', async () => {
    const key = keyed();
    await expect(add(key, 'one', { fail: 'refused' })).rejects.toMatchObject({ body: { code: 'note_refused' } });
    expect(await add(key, 'another')).toMatchObject({ text: 'another' });
  });

  it('whose answer is left open is done again, but for what was noted', async () => {
    const key = keyed();
    const answers = [await add(key, 'open', { fail: 'open' }), await add(key, 'open', { fail: 'open' })];
    expect(new Set(answers.map(({ id }) => id)).size).toBe(2);
    expect([await notes('open'), await notes('open, first')]).toEqual([2, 1]);
  });

  it('whose lease has been taken over changes nothing any more, and the new owner goes on from what was noted', async () => {
    const key = keyed();
    const go = hold();
    const late = add(key, 'late').catch((error: unknown) => error);
    await begun('late');
    await harness.query(`update idempotency set owner = gen_random_uuid(), lease_until = '-infinity' where lease_until is not null`);
    const goOn = hold();
    const second = add(key, 'late');
    const claimed = `select from idempotency where lease_until > now()`;
    await waitUntil('the second to have the lease', async () => (await harness.query(claimed)).length === 1);
    go();
    expect(await late).toMatchObject(inProgress);
    expect(await notes('late')).toBe(0);
    goOn();
    expect(await second).toMatchObject({ text: 'late' });
    expect([await notes('late'), await notes('late, first')]).toEqual([1, 1]);
  });
});
