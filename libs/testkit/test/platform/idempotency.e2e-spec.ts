import { newCtx } from '@skep/platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { type ServiceHarness, startService, asUser, waitUntil } from '../../src/index.js';
import { echo, slowNotes, startEcho } from './echo/main.js';

let harness: ServiceHarness;
let keys = 0;
/** A caller with the default timeout. */
const ctx = (more = {}) => asUser('ada', { deadline: newCtx().deadline, ...more });
/** A caller with a long timeout. */
const withLongTimeout = (more = {}) => asUser('ada', { deadline: Date.now() + 20_000, ...more });
const newKey = () => ({ idempotencyKey: `key ${keys++}` });
const note = (text: string, more = {}) => ({ text, stars: 3, ...more });
const countNotes = async (text: string) => (await harness.query('select from note where text = $1', [text])).length;
/** Makes slow operations wait until the returned function is called. */
const pause = (): (() => void) => {
  let resume = () => {};
  slowNotes.pause = new Promise((resolve) => (resume = resolve));
  return resume;
};
/** Lets another process take over the leases of all requests in progress. */
const takeOverLeases = () =>
  harness.query(`update idempotency set owner = gen_random_uuid(), lease_until = '-infinity' where lease_until is not null`);
/** Locks the rows of keys until the connection ends, as a process does that stores an answer. */
async function lockKeys(condition: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: harness.env['DATABASE_OWNER_URL']! });
  await client.connect();
  await client.query(`begin; select from idempotency where ${condition} for update`);
  return client;
}
const inProgress = { body: { code: 'idempotency_in_progress', status: 409 }, retryAfter: 1 };
const conflict = { body: { code: 'idempotency_conflict', status: 409 } };

beforeAll(async () => {
  harness = await startService('echo', startEcho);
});
beforeEach(() => void Object.assign(slowNotes, { pause: Promise.resolve(), reached: 0, failures: 0 }));
afterAll(() => harness?.close());

describe.each([
  ['without spansCalls', echo.addNote, ''],
  ['with spansCalls', echo.addNoteSlowly, ', first'],
] as const)('an operation %s', (kind, operation, first) => {
  const add = (caller: object, text: string, more = {}) => harness.call(operation, ctx(caller), note(text, more));

  it('runs once per Idempotency-Key, also for concurrent requests', async () => {
    const key = newKey();
    const answers = await Promise.all([1, 2, 3].map(() => add(key, `once ${kind}`)));
    expect(await add(key, `once ${kind}`)).toEqual(answers[0]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect([await countNotes(`once ${kind}`), await countNotes(`once ${kind}${first}`)]).toEqual([1, 1]);
  });

  it('is refused if the key was used with another input', async () => {
    const key = newKey();
    await add(key, 'one');
    await expect(add(key, 'another')).rejects.toMatchObject(conflict);
  });

  it('runs again for another user with the same key', async () => {
    const key = newKey();
    await add(key, 'mine');
    expect(await add({ ...key, user: 'imp_u_bob' }, 'mine')).toMatchObject({ author: 'imp_u_bob' });
  });

  it('may be repeated after a problem', async () => {
    const key = newKey();
    slowNotes.failures = 1;
    await expect(add(key, `refused ${kind}`, { fail: 'problem' })).rejects.toMatchObject({ body: { code: 'note_refused' } });
    if (first) expect(await add(key, `refused ${kind}`, { fail: 'problem' })).toMatchObject({ text: `refused ${kind}` });
    else expect(await add(key, `refused ${kind}`)).toMatchObject({ text: `refused ${kind}` });
    expect([await countNotes(`refused ${kind}`), await countNotes(`refused ${kind}${first}`)]).toEqual([1, 1]);
  });
});

describe('an operation that spans calls, under an Idempotency-Key', () => {
  const add = (caller: object, text: string, more = {}) => harness.call(echo.addNoteSlowly, withLongTimeout(caller), note(text, more));
  const started = (text: string, count = 1) => waitUntil(`${text} to start`, async () => (await countNotes(`${text}, first`)) === count);

  it('holds no connection: 200 run at once, and other requests succeed', async () => {
    const resume = pause();
    const long = Promise.all(Array.from({ length: 200 }, (_, n) => add({ ...newKey(), user: `imp_u_long_${n % 2}` }, 'long')));
    await started('long', 200);
    for (let n = 0; n < 20; n++) {
      await harness.call(echo.addNote, ctx({ user: 'imp_u_other' }), note('unkeyed'));
      await harness.call(echo.addNote, ctx({ ...newKey(), user: 'imp_u_other' }), note('keyed'));
    }
    expect(slowNotes.reached).toBe(0);
    resume();
    expect(await long).toHaveLength(200);
    expect(await countNotes('long')).toBe(200);
    expect(await harness.query('select from idempotency_part')).toEqual([]);
  });

  it('refuses another input at once, and answers a repeat with idempotency_in_progress at its deadline', async () => {
    const key = newKey();
    const resume = pause();
    const first = add(key, 'first');
    await started('first');
    await expect(add(key, 'other')).rejects.toMatchObject(conflict);
    await expect(add({ ...key, deadline: Date.now() + 500 }, 'first')).rejects.toMatchObject(inProgress);
    const again = add(key, 'first');
    resume();
    expect(await again).toEqual(await first);
    expect(slowNotes.reached).toBe(1);
  });

  it('renews its lease while it runs, also while another one stores its answer', async () => {
    const key = newKey();
    const resume = pause();
    const storing = add(newKey(), 'storing');
    await started('storing');
    const locked = await lockKeys('lease_until is not null');
    const first = add(key, 'very long');
    await started('very long');
    const again = add(key, 'very long');
    const renewed = `select from idempotency where lease_until > now() and created_at < now() - interval '6 seconds'`;
    await waitUntil('its first lease to expire', async () => (await harness.query(renewed)).length === 1);
    await locked.end();
    resume();
    expect(await again).toEqual(await first);
    await storing;
    expect(slowNotes.reached).toBe(2);
  });

  it('is waited for by 200 repeats that take no connection meanwhile', async () => {
    const key = newKey();
    const resume = pause();
    const first = add(key, 'awaited');
    await started('awaited');
    const connect = jest.spyOn(pg.Pool.prototype, 'connect');
    const repeats = Promise.all(Array.from({ length: 200 }, () => add(key, 'awaited')));
    await expect(add({ ...key, deadline: Date.now() + 1_500 }, 'awaited')).rejects.toMatchObject(inProgress);
    const taken = connect.mock.calls.length;
    await expect(add({ ...key, deadline: Date.now() + 2_000 }, 'awaited')).rejects.toMatchObject(inProgress);
    expect(connect.mock.calls.length - taken).toBeLessThan(100);
    connect.mockRestore();
    resume();
    const answer = await first;
    expect((await repeats).every(({ id }) => id === answer.id)).toBe(true);
    expect(slowNotes.reached).toBe(1);
  });

  it('whose process froze while it stored the answer is waited for without a connection', async () => {
    const key = newKey();
    const resume = pause();
    const frozen = add(key, 'frozen').catch((error: unknown) => error);
    await started('frozen');
    await takeOverLeases();
    const locked = await lockKeys(`lease_until = '-infinity'`);
    const repeats = Promise.all(Array.from({ length: 10 }, () => add(key, 'frozen')));
    await expect(add({ ...key, deadline: Date.now() + 500 }, 'frozen')).rejects.toMatchObject(inProgress);
    await harness.call(echo.addNote, ctx(newKey()), note('meanwhile'));
    await locked.end();
    resume();
    expect(new Set((await repeats).map(({ id }) => id)).size).toBe(1);
    expect(await frozen).toMatchObject(inProgress);
    expect(await countNotes('frozen')).toBe(1);
  });

  it('leaves its key free for any input if it fails before it did anything', async () => {
    const key = newKey();
    await expect(add(key, 'one', { fail: 'refused' })).rejects.toMatchObject({ body: { code: 'note_refused' } });
    expect(await add(key, 'another')).toMatchObject({ text: 'another' });
  });

  it('runs again without its recorded parts if its answer was not stored', async () => {
    const key = newKey();
    const answers = [await add(key, 'open', { fail: 'temporary' }), await add(key, 'open', { fail: 'temporary' })];
    expect(new Set(answers.map(({ id }) => id)).size).toBe(2);
    expect([await countNotes('open'), await countNotes('open, first')]).toEqual([2, 1]);
  });

  it('writes nothing after another process took over its lease, which continues from the recorded parts', async () => {
    const key = newKey();
    const resume = pause();
    const late = add(key, 'late').catch((error: unknown) => error);
    await started('late');
    await takeOverLeases();
    const resumeSecond = pause();
    const second = add(key, 'late');
    const claimed = `select from idempotency where lease_until > now()`;
    await waitUntil('the second request to get the lease', async () => (await harness.query(claimed)).length === 1);
    resume();
    expect(await late).toMatchObject(inProgress);
    expect(await countNotes('late')).toBe(0);
    resumeSecond();
    expect(await second).toMatchObject({ text: 'late' });
    expect([await countNotes('late'), await countNotes('late, first')]).toEqual([1, 1]);
  });
});

describe('a run that an operation starts under an Idempotency-Key', () => {
  const countRuns = async (text: string) => (await harness.query(`select from run where input->>'text' = $1`, [text])).length;
  const start = (operation: typeof echo.startCounting, caller: object, text: string) =>
    harness.call(operation, withLongTimeout(caller), note(text));

  it('is the same one for a repeat, and for a repeat after a crash', async () => {
    const key = newKey();
    const { id } = await start(echo.startCounting, key, 'short');
    expect(await start(echo.startCounting, key, 'short')).toEqual({ id });
    const resume = pause();
    const late = start(echo.startCountingSlowly, key, 'slow').catch((error: unknown) => error);
    await waitUntil('the run', async () => (await countRuns('slow')) === 1);
    await takeOverLeases();
    const second = start(echo.startCountingSlowly, key, 'slow');
    await waitUntil(
      'the second request to get the lease',
      async () => (await harness.query('select from idempotency where lease_until > now()')).length,
    );
    resume();
    expect(await late).toMatchObject(inProgress);
    expect(await start(echo.startCountingSlowly, key, 'slow')).toEqual(await second);
    expect([await countRuns('short'), await countRuns('slow')]).toEqual([1, 1]);
  });

  it('is the same one after a failure, and another one under another key', async () => {
    const key = newKey();
    slowNotes.failures = 2;
    for (let n = 0; n < 2; n++)
      await expect(start(echo.startCountingSlowly, key, 'failed')).rejects.toMatchObject({ body: { code: 'note_refused' } });
    await expect(start(echo.startCountingSlowly, key, 'other')).rejects.toMatchObject(conflict);
    await start(echo.startCountingSlowly, key, 'failed');
    expect(await countRuns('failed')).toBe(1);
    await start(echo.startCountingSlowly, newKey(), 'failed');
    expect(await countRuns('failed')).toBe(2);
  });

  it('has nothing of the request: it may call services, and is not part of its lease', async () => {
    const started = [await start(echo.startCounting, {}, 'free'), await start(echo.startCountingSlowly, newKey(), 'free')];
    const ended = async ({ id }: { id: string }) =>
      (await harness.query('select attempt, status from run where id = $1 and ended_at is not null', [id]))[0];
    for (const run of started) expect(await waitUntil('its end', () => ended(run))).toEqual({ attempt: 1, status: 'done' });
  });
});
