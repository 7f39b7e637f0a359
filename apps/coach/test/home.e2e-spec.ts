import { coach, type SourceWritten } from '@skep/contracts/coach';
import type { Ctx } from '@skep/platform';
import { asService, asUser, codeOf, problemOf, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { start } from '../src/main.js';

let harness: ServiceHarness;
let ada: Ctx;
const person = async (timezone = 'UTC') => {
  const who = asUser(randomBytes(6).toString('hex'), { scopes: ['coach:use'] });
  await harness.call(coach.beginCoaching, who, { timezone });
  return who;
};
const checkIn = (who: Ctx, client_message_id: string, more: object = { text: 'Slept badly', mood: 3 }) =>
  harness.call(coach.checkIn, who, { client_message_id, ...more });
const home = (who: Ctx, tz?: string) => harness.call(coach.getHome, who, tz ? { tz } : {});
const eventsOf = async ({ user }: Ctx) =>
  (
    await harness.query('select payload from outbox where subject = $1 and payload->>$2 = $3', [
      coach.sourceWritten.subject,
      'user_id',
      user,
    ])
  ).map(({ payload }) => payload as SourceWritten);

const bodyOf = async (request: Promise<unknown>) => (await problemOf(request)).body;

beforeAll(async () => {
  harness = await startService('coach', start);
});
beforeEach(async () => {
  ada = await person();
});
afterAll(() => harness?.close());

describe('a check-in', () => {
  it('that is repeated, also at once, is one, with one event that has no words', async () => {
    const first = await checkIn(ada, 'c1');
    const all = await Promise.all(Array.from({ length: 4 }, () => checkIn(ada, 'c1', { text: 'Fine' })));
    expect(first.created).toBe(true);
    expect(all).toEqual(Array.from({ length: 4 }, () => ({ id: first.id, created: false })));
    const events = await eventsOf(ada);
    expect(events).toEqual([{ tenant_id: 'default', user_id: ada.user, source: 'check_in', message_id: first.id, at: expect.any(String) }]);
    expect(JSON.stringify(events)).not.toContain('Slept');
  });

  it('four times at once is one', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => checkIn(ada, 'c1')));
    expect([new Set(all.map(({ id }) => id)).size, all.filter(({ created }) => created).length, (await eventsOf(ada)).length]).toEqual([
      1, 1, 1,
    ]);
  });

  it('of another person with the same id is another one', async () => {
    expect((await checkIn(ada, 'c1')).id).not.toBe((await checkIn(await person(), 'c1')).id);
  });

  it('is read by services on behalf of its person only', async () => {
    const { id: message_id } = await checkIn(ada, 'c1', { text: 'Slept badly', sleep_quality: 2 });
    expect(await harness.call(coach.readSource, ada, { message_id })).toMatchObject({
      source: 'check_in',
      text: 'Slept badly\nSleep quality: 2 of 10.',
    });
    for (const who of [await person(), { ...ada, tenant: 'other' }])
      expect(await codeOf(harness.call(coach.readSource, who, { message_id }))).toBe('source_not_found');
  });

  it('says something, with numbers from 0 to 10', async () => {
    expect(await bodyOf(checkIn(ada, 'c1', {}))).toMatchObject({ status: 422, detail: [{ loc: ['text'] }] });
    expect(await bodyOf(checkIn(ada, 'c1', { mood: 11 }))).toMatchObject({ status: 422, detail: [{ loc: ['mood'] }] });
    expect(await bodyOf(harness.call(coach.checkIn, ada, { text: 'Hi' } as never))).toMatchObject({
      detail: [{ loc: ['client_message_id'] }],
    });
    expect((await checkIn(ada, 'c1', { soreness: 0 })).created).toBe(true);
  });

  it('is for people whom the coach knows', async () => {
    expect(await codeOf(checkIn(asUser('nobody', { scopes: ['coach:use'] }), 'c1'))).toBe('person_not_found');
  });
});

describe('the Home screen', () => {
  it('has the day, what waits, and the check-in of today', async () => {
    expect(await home(ada)).toMatchObject({
      date: new Date().toISOString().slice(0, 10),
      pending: { check_in: true, board_id: null },
      connections: [],
    });
    const { id } = await checkIn(ada, 'c1');
    const after = await home(ada);
    expect(after).toMatchObject({ readiness: { check_in_id: id, mood: 3, soreness: null }, pending: { check_in: false } });
    await harness.query(`update check_in set created_at = now() - interval '25 hours' where id = $1`, [id]);
    expect((await home(ada)).readiness).toBeUndefined();
  });

  it('stays the same until something changes', async () => {
    const [before, again] = [await home(ada), await home(ada)];
    expect(again).toEqual(before);
    await checkIn(ada, 'c1');
    expect((await home(ada)).updated_at.getTime()).toBeGreaterThan(before.updated_at.getTime());
  });

  it('has today in the time zone that is asked for, or in that of the person', async () => {
    const [east, west] = [await home(ada, 'Pacific/Kiritimati'), await home(ada, 'Pacific/Pago_Pago')];
    expect(east.date > west.date).toBe(true);
    expect((await home(await person('Pacific/Kiritimati'))).date).toBe(east.date);
    expect(await bodyOf(home(ada, 'Mars/Olympus'))).toMatchObject({ status: 422, detail: [{ loc: ['tz'] }] });
  });

  it('has the race that the person trains for, and their providers while they are connected', async () => {
    const { id: event_id } = await harness.call(coach.writeRace, asService('importer'), {
      ...{ tenant_id: 'default', name: 'Girona Trail', sport: 'trail_run', starts_on: '2031-04-12', language: 'en', description: '' },
      distances: [{ id: 'long', name: 'Long', distance_m: 42_195 }],
    });
    const { id } = await harness.call(coach.addUserEvent, ada, { event_id });
    expect((await home(ada)).active_event).toBeUndefined();
    await harness.call(coach.activateUserEvent, ada, { user_event_id: id });
    const source = [ada.tenant, ada.user];
    await harness.query(
      `insert into health_source (tenant_id, user_id, provider, connection_id) values ($1, $2, 'strava', 'con_1')`,
      source,
    );
    const { active_event, connections, updated_at } = await home(ada);
    expect(active_event).toEqual((await harness.call(coach.getActiveUserEvent, ada, {})).active);
    expect(connections).toEqual([{ provider: 'strava', data: 'filling', connected_at: expect.any(Date) }]);
    await harness.query('update health_source set disconnected_at = now() where tenant_id = $1 and user_id = $2', source);
    const after = await home(ada);
    expect([after.connections, after.updated_at > updated_at]).toEqual([[], true]);
  });

  it('is that of the person only', async () => {
    await checkIn(ada, 'c1');
    expect((await home(await person())).readiness).toBeUndefined();
    expect(await codeOf(home(asUser('nobody', { scopes: ['coach:use'] })))).toBe('person_not_found');
  });
});

it('everything of a person is gone once they are erased', async () => {
  await checkIn(ada, 'c1');
  const { auth } = await import('@skep/contracts/auth');
  await harness.publish(auth.userErased, { tenant_id: 'default', user_id: ada.user } as never);
  await waitUntil(
    'the erasure',
    async () => (await harness.query('select from source_message where user_id = $1', [ada.user])).length === 0,
  );
  expect(await harness.query('select from check_in where user_id = $1', [ada.user])).toEqual([]);
});
