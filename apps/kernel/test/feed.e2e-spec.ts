import { kernel, type PublishEvent } from '@skep/contracts/kernel';
import { asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;

beforeAll(async () => {
  harness = await startKernel({ beside: [] });
  await harness.startCopy();
});
afterAll(() => harness?.close());

const event = (more: Partial<PublishEvent> = {}): PublishEvent => ({
  ...{ tenant_id: 'default', scope: 'test', action: 'ping', id: '', actor: 'system', user_id: '', data: {} },
  ...more,
});
const publish = (more: Partial<PublishEvent> = {}, ctx = asService('test')) => harness.call(kernel.publishEvent, ctx, event(more));
const read = (after: number, limit = 500, who: { tenant_id?: string; user_id?: string } = {}) =>
  harness.call(kernel.readFeed, asService('test'), { after, limit, ...who });
const head = async () => (await read(Number.MAX_SAFE_INTEGER)).head;
/** Waits for a number of events after a `seq`, and returns them. */
const next = (after: number, count: number, who = {}) =>
  waitUntil(`${count} events`, async () => {
    const { events } = await read(after, 500, who);
    return events.length >= count ? events : undefined;
  });

describe('a published event', () => {
  it('gets a number, the type scope.action and a payload that repeats both', async () => {
    const after = await head();
    const { event_id, status } = await publish({ user_id: 'imp_u_ada', id: 'x1', actor: 'bot', data: { n: 1 } });
    expect(event_id).toMatch(/^evt_\d+$/);
    expect(status).toBe('published');
    const [published] = await next(after, 1);
    expect(published).toMatchObject({ seq: after + 1, tenant_id: 'default', user_id: 'imp_u_ada', type: 'test.ping' });
    expect(published?.payload).toEqual({ scope: 'test', action: 'ping', id: 'x1', actor: 'bot', data: { n: 1 } });
    expect(published?.ts).toBeInstanceOf(Date);
  });

  it('may have only an action or only a scope; without a scope its data is also at the top level, for older clients', async () => {
    const after = await head();
    await publish({ scope: '', action: 'chat_message', data: { message_id: 'msg_1', text: 'hi' } });
    await publish({ action: '' });
    expect(await next(after, 2)).toMatchObject([
      { type: 'chat_message', user_id: null, payload: { message_id: 'msg_1', text: 'hi', data: { text: 'hi' } } },
      { type: 'test' },
    ]);
    await expect(publish({ scope: '', action: '' })).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc: ['action'] }] },
    });
  });

  it('over 64 KiB is refused', async () => {
    await expect(publish({ data: { text: 'x'.repeat(70_000) } })).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc: ['data'] }] },
    });
  });

  it('belongs to the tenant of the acting user', async () => {
    const after = await head();
    await publish({}, asService('test', { tenant: 'imp_t_acting' }));
    expect(await next(after, 1)).toMatchObject([{ tenant_id: 'imp_t_acting' }]);
  });

  it('is counted', async () => {
    const before = await harness.call(kernel.getEventStats, asService('test'), {});
    await publish({ scope: 'counted' });
    const after = await waitUntil('the count', async () => {
      const stats = await harness.call(kernel.getEventStats, asService('test'), {});
      return stats.head === before.head + 1 ? stats : undefined;
    });
    expect(after).toMatchObject({
      published_total: before.published_total + 1,
      last_hour: before.last_hour + 1,
      by_type: { 'counted.ping': 1 },
    });
  });
});

describe('the feed', () => {
  it('shows a user their own events and those for their whole tenant, nothing else', async () => {
    const after = await head();
    await publish({ user_id: 'imp_u_ada', data: { n: 1 } });
    await publish({ user_id: 'imp_u_bob', data: { n: 2 } });
    await publish({ data: { n: 3 } });
    await publish({ tenant_id: 'imp_t_other', data: { n: 4 } });
    await publish({ tenant_id: 'imp_t_other', user_id: 'imp_u_ada', data: { n: 5 } });
    await next(after, 5);
    const seen = async (who: object) => (await read(after, 500, who)).events.map(({ payload }) => (payload['data'] as { n: number }).n);
    expect(await seen({})).toEqual([1, 2, 3, 4, 5]);
    expect(await seen({ tenant_id: 'default', user_id: 'imp_u_ada' })).toEqual([1, 3]);
    expect(await seen({ tenant_id: 'imp_t_other', user_id: 'imp_u_bob' })).toEqual([4]);
    expect(await seen({ user_id: 'imp_u_ada' })).toEqual([]);
  });

  it('shows events of one user with the named types, in either spelling, and up to where it looked', async () => {
    const after = await head();
    for (const [action, user_id] of [
      ['a', 'imp_u_ada'],
      ['b:c', 'imp_u_bob'],
      ['b.c', 'imp_u_ada'],
      ['b.c', ''],
      ['d', 'imp_u_ada'],
    ] as const)
      await publish({ action, user_id });
    await next(after, 5);
    const asked = { after, limit: 2, types: ['test.b.c', 'test.d'] };
    const readTypes = (more: object) => harness.call(kernel.readFeed, asService('test'), { ...asked, ...more });
    const { events, upto } = await readTypes({});
    expect(events.map(({ type, user_id }) => [type, user_id])).toEqual([
      ['test.b:c', 'imp_u_bob'],
      ['test.b.c', 'imp_u_ada'],
    ]);
    expect(events[0]?.trace_id).toMatch(/^[0-9a-f]{32}$/);
    expect(await readTypes({ after: upto })).toMatchObject({ events: [{ type: 'test.d' }], upto: await head() });
    expect(await readTypes({ types: ['test.none'] })).toMatchObject({ events: [], upto: await head() });
  });

  it('answers up to where it was read: the limit, the size limit, or the end', async () => {
    const after = await head();
    await Promise.all([...Array(10).keys()].map((n) => publish({ user_id: 'imp_u_ada', data: { n, text: 'x'.repeat(60_000) } })));
    await publish({ user_id: 'imp_u_bob' });
    await waitUntil('all', async () => (await head()) === after + 11);
    const mine = { tenant_id: 'default', user_id: 'imp_u_ada' };
    expect(await read(after, 2, mine)).toMatchObject({ head: after + 11, upto: after + 2 });
    const large = await read(after, 500);
    expect(large.events.length).toBeLessThan(10);
    expect(large.upto).toBe(large.events.at(-1)?.seq);
    const rest = await read(large.upto, 500, mine);
    expect(rest.events.length + large.events.length).toBe(10);
    expect(rest.upto).toBe(after + 11);
  });

  it('refuses a limit of 0', async () => {
    await expect(read(0, 0)).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  });

  it('shows each event once, in order and without gaps, to a reader that continues from the last one, during four concurrent writes', async () => {
    const after = await head();
    const hints: number[] = [];
    harness.bus.subscribe(kernel.feedAdvanced, (moved) => hints.push(moved.head));
    const seen: number[] = [];
    let writing = true;
    const reader = async () => {
      for (let last = after; writing || seen.length < 240;) {
        const { events } = await read(last, 50);
        for (const { seq } of events) seen.push((last = seq));
      }
    };
    const writer = async (w: number) => {
      for (let i = 0; i < 60; i++) await publish({ data: { w, i } });
    };
    const reading = reader();
    await Promise.all([0, 1, 2, 3].map(writer));
    writing = false;
    await reading;
    expect(seen).toEqual([...Array(240).keys()].map((i) => after + 1 + i));
    expect((await read(after, 1000)).events.map(({ seq }) => seq)).toEqual(seen);
    await waitUntil('a hint', () => hints.at(-1) === after + 240);
  });

  it('numbers an event only after its transaction has committed', async () => {
    const after = await head();
    const early = `insert into feed_event (tenant_id, type, payload) values ('default', 'slow', '{}')`;
    const slow = harness.query(`begin; ${early}; select pg_sleep(0.6); commit`);
    await waitUntil(
      'the slow writer to begin',
      async () =>
        (
          await harness.query(
            `select 1 from pg_stat_activity where query like '%pg_sleep(0.6)%' and state = 'active' and pid <> pg_backend_pid()`,
          )
        ).length,
    );
    await publish();
    expect(await next(after, 1)).toMatchObject([{ seq: after + 1, type: 'test.ping' }]);
    await slow;
    expect(await next(after, 2)).toMatchObject([{ seq: after + 1 }, { seq: after + 2, type: 'slow' }]);
  });

  it('broadcasts its head every two seconds without new events', async () => {
    let hints = 0;
    harness.bus.subscribe(kernel.feedAdvanced, () => hints++);
    await waitUntil('a hint', () => hints > 0);
  });
});

it('an old event is deleted, and the feed answers which one is the oldest', async () => {
  const before = await head();
  const prunedTo = async (oldest: number, env: Record<string, string>) => {
    const another = await harness.startCopy(env);
    await waitUntil(`oldest ${oldest}`, async () => (await read(0, 1)).oldest === oldest);
    await another.stop();
  };
  expect((await read(0)).oldest).toBe(1);
  await prunedTo(before - 19, { SKEP_FEED_KEEP_ROWS: '20' });
  expect((await read(0, 1000)).events.map(({ seq }) => seq)).toEqual([...Array(20).keys()].map((i) => before - 19 + i));
  await harness.query(`update feed_event set ts = now() - interval '1 day' where seq <= $1`, [before - 5]);
  await prunedTo(before - 4, { SKEP_FEED_KEEP_DAYS: '0.01' });
  await publish();
  expect((await next(before, 1))[0]?.seq).toBe(before + 1);
});
