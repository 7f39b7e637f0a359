import { contract, Empty, operation } from '@skep/contracts';
import { newCtx } from '@skep/platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ServiceHarness, startService, asUser, waitUntil } from '../../src/index.js';
import { echo, noteAddedHandler, Note, startEcho } from './echo/main.js';

let harness: ServiceHarness;
/** A caller with the default timeout. */
const ctx = (more = {}) => asUser('ada', { deadline: newCtx().deadline, ...more });
const note = (text: string, fail?: string) => ({ text, stars: 3, ...(fail && { fail }) });

beforeAll(async () => {
  harness = await startService('echo', startEcho);
});
afterAll(() => harness?.close());

describe('an operation', () => {
  it('answers its caller, with times as Dates', async () => {
    const added = await harness.call(echo.addNote, ctx(), note('hello'));
    expect(added).toMatchObject({ text: 'hello', author: 'imp_u_ada' });
    expect(added.created_at).toBeInstanceOf(Date);
  });

  it('names every invalid field', async () => {
    const call = harness.call(echo.addNote, ctx(), { text: '', stars: 11 });
    await expect(call).rejects.toMatchObject({
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

  it('never sends an answer without a required field', async () => {
    await expect(harness.call(echo.breakContract, ctx(), {})).rejects.toMatchObject({ body: { code: 'internal' } });
  });

  it('fails for its caller at the deadline', async () => {
    await expect(harness.call(echo.sleep, ctx({ deadline: Date.now() + 100 }), { ms: 600 })).rejects.toMatchObject({
      body: { code: 'deadline_exceeded' },
    });
  });

  it('may take several seconds while its service runs', async () => {
    const slow = harness.call(echo.sleep, ctx({ deadline: Date.now() + 20_000 }), { ms: 5_000 });
    await expect(slow).resolves.toBeDefined();
  });

  it('is unavailable within seconds if the service that received it dies, however long the caller’s timeout', async () => {
    const { unanswered } = contract('dead', { unanswered: operation('', { input: Empty, output: Empty }) });
    harness.bus.connection.subscribe(unanswered.subject, { callback: () => undefined });
    await expect(harness.call(unanswered, ctx({ deadline: Date.now() + 60_000 }), {})).rejects.toMatchObject({
      body: { code: 'unavailable' },
    });
  });

  it('is not answered by a late reply to an earlier request', async () => {
    const { request } = contract('late', { request: operation('', { input: Empty, output: Note }) });
    const replies: ((text: string) => void)[] = [];
    harness.bus.connection.subscribe(request.subject, {
      callback: (_, message) => void replies.push((text) => message.respond(JSON.stringify({ text }))),
    });
    await expect(harness.call(request, ctx({ deadline: Date.now() + 100 }), {})).rejects.toMatchObject({
      body: { code: 'deadline_exceeded' },
    });
    const second = harness.call(request, ctx(), {});
    await waitUntil('both requests', () => replies.length === 2);
    replies[0]?.('late');
    replies[1]?.('in time');
    await expect(second).resolves.toMatchObject({ text: 'in time' });
  });

  it('cannot call another service inside a transaction', async () => {
    await expect(harness.call(echo.callInTransaction, ctx(), {})).rejects.toMatchObject({ body: { code: 'internal' } });
  });

  it.each([undefined, 'a-key'])('cannot call another service without spansCalls, with the Idempotency-Key %s', async (idempotencyKey) => {
    await expect(harness.call(echo.callWithoutSpansCalls, ctx({ idempotencyKey }), {})).rejects.toMatchObject({
      body: { code: 'internal' },
    });
  });

  it('is unavailable at once if no service answers', async () => {
    const { missing } = contract('missing', { missing: operation('', { input: Empty, output: Empty }) });
    // The timeout is shorter than the time after which a silent service counts as dead.
    const shortTimeout = ctx({ deadline: Date.now() + 2_000 });
    await expect(harness.call(missing, shortTimeout, {})).rejects.toMatchObject({
      body: { code: 'unavailable', status: 503 },
      retryAfter: 1,
    });
  });

  it('reports the total number of rows', async () => {
    await harness.call(echo.addNote, ctx(), note('second'));
    const { rows, total } = await harness.call(echo.pageNotes, ctx(), {});
    expect(rows).toHaveLength(1);
    expect(total).toBeGreaterThan(1);
  });
});

describe('a service', () => {
  it('does not start without a handler for each operation, and names those that have none', async () => {
    const more = contract('echo', { ...echo, forgotten: operation('', { input: Empty, output: Empty }) });
    await expect(startEcho(await harness.infra.env('echo-2'), more)).rejects.toThrow('forgotten');
  });

  it('names all invalid settings at once', async () => {
    await expect(startEcho({ MANAGEMENT_PORT: 'x' })).rejects.toThrow(/NATS_URL[\s\S]*MANAGEMENT_PORT|MANAGEMENT_PORT[\s\S]*NATS_URL/);
  });
});

describe('an event', () => {
  const consumed = async () => (await harness.call(echo.count, ctx(), {})).consumed;

  it('is consumed once, after its handler has failed', async () => {
    await waitUntil('earlier events', async () => (await consumed()) === (await harness.call(echo.count, ctx(), {})).notes);
    const before = await consumed();
    const deliveries = noteAddedHandler.deliveries;
    noteAddedHandler.failures = 2;
    await harness.call(echo.addNote, ctx(), note('retried'));
    await waitUntil('the event', async () => (await consumed()) === before + 1);
    expect(noteAddedHandler.deliveries - deliveries).toBe(3);
  });

  it('is consumed once among concurrent events, although the handler fails for one of them', async () => {
    const before = await consumed();
    noteAddedHandler.failures = 1;
    await Promise.all(Array.from({ length: 30 }, (_, i) => harness.call(echo.addNote, ctx(), note(`together ${i}`))));
    await waitUntil('all of them', async () => (await consumed()) >= before + 30, 10_000);
    expect([noteAddedHandler.failures, await consumed()]).toEqual([0, before + 30]);
  });

  it('does not exist if its cause was rolled back', async () => {
    const before = await consumed();
    await harness.call(echo.addNote, ctx(), note('x', 'crash')).catch(() => undefined);
    await harness.call(echo.addNote, ctx(), note('y'));
    await waitUntil('the second one', async () => (await consumed()) > before);
    expect(await consumed()).toBe(before + 1);
  });
});
