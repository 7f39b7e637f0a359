import { contract, Empty, operation } from '@skep/contracts';
import { newCtx } from '@skep/platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ServiceHarness, startService, person, waitUntil } from '../../src/index.js';
import { echo, hearing, Note, startEcho } from './echo.js';

let harness: ServiceHarness;
/** Patient for as long as callers are unless told otherwise. */
const ctx = (more = {}) => person('ada', { deadline: newCtx().deadline, ...more });
const note = (text: string, fail?: string) => ({ text, stars: 3, ...(fail && { fail }) });

beforeAll(async () => {
  harness = await startService('echo', startEcho);
});
afterAll(() => harness?.close());

describe('an operation', () => {
  it('answers its caller, with Dates as Dates', async () => {
    const added = await harness.call(echo.addNote, ctx(), note('hello'));
    expect(added).toMatchObject({ text: 'hello', author: 'imp_u_ada' });
    expect(added.created_at).toBeInstanceOf(Date);
  });

  it('names every field that is wrong', async () => {
    const wrong = harness.call(echo.addNote, ctx(), { text: '', stars: 11 });
    await expect(wrong).rejects.toMatchObject({
      body: { code: 'invalid_input', status: 422, detail: [{ loc: ['text'] }, { loc: ['stars'] }] },
    });
  });

  it('carries a problem to the caller unchanged', async () => {
    await expect(harness.call(echo.addNote, ctx(), note('x', 'problem'))).rejects.toMatchObject({
      body: { code: 'note_refused', status: 409, detail: 'Not this one.' },
    });
  });

  it('hides an unexpected error', async () => {
    const crash = harness.call(echo.addNote, ctx(), note('x', 'crash'));
    await expect(crash).rejects.toMatchObject({ body: { code: 'internal', status: 500 } });
    await expect(crash).rejects.not.toThrow(/secret/);
  });

  it('never sends a reply that breaks its contract', async () => {
    await expect(harness.call(echo.breakContract, ctx(), {})).rejects.toMatchObject({ body: { code: 'internal' } });
  });

  it('ends for its caller when the deadline passes', async () => {
    await expect(harness.call(echo.sleep, ctx({ deadline: Date.now() + 100 }), { ms: 600 })).rejects.toMatchObject({
      body: { code: 'deadline_exceeded' },
    });
  });

  it('may take long as long as its service lives', async () => {
    const slow = harness.call(echo.sleep, ctx({ deadline: Date.now() + 20_000 }), { ms: 5_000 });
    await expect(slow).resolves.toBeDefined();
  });

  it('is unavailable soon when whoever took it has died, however patient its caller', async () => {
    const { taken } = contract('grave', { taken: operation('', { input: Empty, output: Empty }) });
    harness.bus.connection.subscribe(taken.subject, { callback: () => undefined });
    await expect(harness.call(taken, ctx({ deadline: Date.now() + 60_000 }), {})).rejects.toMatchObject({ body: { code: 'unavailable' } });
  });

  it('is not answered by what comes late for another', async () => {
    const { asked } = contract('late', { asked: operation('', { input: Empty, output: Note }) });
    const answers: ((text: string) => void)[] = [];
    harness.bus.connection.subscribe(asked.subject, {
      callback: (_, message) => void answers.push((text) => message.respond(JSON.stringify({ text }))),
    });
    await expect(harness.call(asked, ctx({ deadline: Date.now() + 100 }), {})).rejects.toMatchObject({
      body: { code: 'deadline_exceeded' },
    });
    const second = harness.call(asked, ctx(), {});
    await waitUntil('both have asked', () => answers.length === 2);
    answers[0]?.('late');
    answers[1]?.('in time');
    await expect(second).resolves.toMatchObject({ text: 'in time' });
  });

  it('may not call another service inside a transaction', async () => {
    await expect(harness.call(echo.callInTransaction, ctx(), {})).rejects.toMatchObject({ body: { code: 'internal' } });
  });

  it.each([undefined, 'a-key'])('may not call another service without spansCalls, be its Idempotency-Key %s', async (idempotencyKey) => {
    await expect(harness.call(echo.callBriefly, ctx({ idempotencyKey }), {})).rejects.toMatchObject({ body: { code: 'internal' } });
  });

  it('is unavailable at once when nobody answers', async () => {
    const { nobody } = contract('nobody', { nobody: operation('', { input: Empty, output: Empty }) });
    // Silence would be noticed only after the deadline, and be another problem.
    const soon = ctx({ deadline: Date.now() + 2_000 });
    await expect(harness.call(nobody, soon, {})).rejects.toMatchObject({ body: { code: 'unavailable', status: 503 }, retryAfter: 1 });
  });

  it('tells how many rows there are in all', async () => {
    await harness.call(echo.addNote, ctx(), note('second'));
    const { rows, total } = await harness.call(echo.pageNotes, ctx(), {});
    expect(rows).toHaveLength(1);
    expect(total).toBeGreaterThan(1);
  });
});

describe('a service', () => {
  it('refuses to start while an operation is unanswered, and names it', async () => {
    const more = contract('echo', { ...echo, forgotten: operation('', { input: Empty, output: Empty }) });
    await expect(startEcho(await harness.infra.env('echo-2'), more)).rejects.toThrow('forgotten');
  });

  it('says all that is wrong with its environment at once', async () => {
    await expect(startEcho({ MANAGEMENT_PORT: 'x' })).rejects.toThrow(/NATS_URL[\s\S]*MANAGEMENT_PORT|MANAGEMENT_PORT[\s\S]*NATS_URL/);
  });
});

describe('an event', () => {
  const heard = async () => (await harness.call(echo.count, ctx(), {})).heard;

  it('is taken once, though hearing it fails at first', async () => {
    await waitUntil('earlier events', async () => (await heard()) === (await harness.call(echo.count, ctx(), {})).notes);
    const before = await heard();
    const deliveries = hearing.deliveries;
    hearing.failures = 2;
    await harness.call(echo.addNote, ctx(), note('told'));
    await waitUntil('the event', async () => (await heard()) === before + 1);
    expect(hearing.deliveries - deliveries).toBe(3);
  });

  it('is taken once among others that come at the same time, though one of them fails', async () => {
    const before = await heard();
    hearing.failures = 1;
    await Promise.all(Array.from({ length: 30 }, (_, i) => harness.call(echo.addNote, ctx(), note(`together ${i}`))));
    await waitUntil('all of them', async () => (await heard()) >= before + 30, 10_000);
    expect([hearing.failures, await heard()]).toEqual([0, before + 30]);
  });

  it('does not exist when its cause was rolled back', async () => {
    const before = await heard();
    await harness.call(echo.addNote, ctx(), note('x', 'crash')).catch(() => undefined);
    await harness.call(echo.addNote, ctx(), note('y'));
    await waitUntil('the second one', async () => (await heard()) > before);
    expect(await heard()).toBe(before + 1);
  });
});
