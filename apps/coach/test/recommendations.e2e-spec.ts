import { coach, type Race, type RecommendRaces } from '@skep/contracts/coach';
import type { Ctx } from '@skep/platform';
import { asUser, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bob, type Coach, openCoach } from './coach.js';

let world: Coach;
let races: Race[];
let people = 0;
const newcomer = () => asUser(`r${++people}`);
const HOME = { lat: 41.4, lon: 2.2 };
const names = (items: { event: { name: string } }[]) => items.map(({ event }) => event.name);
const ask = (who: Ctx, wishes: RecommendRaces = { sports: ['trail_run'], home: HOME }) => world.call(coach.recommendRaces, who, wishes);
const read = (who: Ctx, recommendation_id: string) => world.call(coach.getRecommendation, who, { recommendation_id });
const ready = (who: Ctx, id: string) =>
  waitUntil('the recommendation', async () => {
    const found = await read(who, id);
    return found.status === 'ready' ? found : undefined;
  });
const made = async (who: Ctx, wishes?: RecommendRaces) => ready(who, (await ask(who, wishes)).recommendation_id);
const ranks = (...items: object[]) => (world.model.calls = { name: 'ranked_races', args: { items } });
const item = (race: Race, score: number) => ({ event_id: race.id, score, reasons: [`${race.name} is nice.`] });

beforeAll(async () => {
  world = await openCoach();
  const at = (lat: number, lon: number) => ({ location: { lat, lon } });
  races = [
    await world.race('Near', { ...at(41.98, 2.82) }),
    await world.race('Far', { ...at(60.4, 5.3), starts_on: '2031-06-10' }),
    await world.race('Swim', { ...at(41.4, 2.2), sport: 'swim', distances: [{ id: 's', name: '', distance_m: 3_000 }] }),
  ];
  await world.race('Past', { ...at(41.4, 2.2), starts_on: '2019-05-05' });
  await world.race('Theirs', { ...at(41.4, 2.2), tenant_id: 'imp_t_other' });
});
beforeEach(() => {
  world.model.mood = 'answer';
  world.model.asked.length = 0;
  ranks(item(races[0]!, 0.4), item(races[1]!, 0.9));
});
afterAll(() => world?.close());

describe('a recommendation', () => {
  it('is none at first, then pending, then ready with races and reasons', async () => {
    const who = newcomer();
    expect(await codeOf(world.call(coach.getLatestRecommendation, who, {}))).toBe('recommendation_not_found');
    const first = await ask(who, { sports: ['trail_run'], home: HOME, text: 'A hilly race' });
    expect(first).toMatchObject({ status: 'pending', items: [], ranked_by: null });
    const found = await ready(who, first.recommendation_id);
    expect(found.items.map(({ event_id, score, reasons }) => [event_id, score, reasons])).toEqual([
      [races[1]!.id, 0.9, ['Far is nice.']],
      [races[0]!.id, 0.4, ['Near is nice.']],
    ]);
    expect(found.ranked_by).toBe('model');
    expect((await world.call(coach.getLatestRecommendation, who, {})).recommendation_id).toBe(first.recommendation_id);
    const asked = JSON.stringify(world.model.asked[0]);
    expect([asked.includes('A hilly race'), asked.includes('Past'), asked.includes('Theirs'), asked.includes('Swim')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it.each<[string, RecommendRaces, string[]]>([
    ['a sport', { sports: ['swim'] }, ['Swim']],
    ['a month', { months: [6] }, ['Far']],
    ['how far one travels', { home: HOME, travel_km: 200, sports: ['trail_run'] }, ['Near']],
    ['a distance', { distance_range: { max: 5_000 } }, ['Swim']],
    ['what no race has', { months: [1] }, []],
  ])('follows %s', async (_, wishes, expected) => {
    world.model.mood = 500;
    expect(names((await made(newcomer(), wishes)).items)).toEqual(expected);
  });

  it('of a model that invents races has those that were offered, each once', async () => {
    ranks({ event_id: 'race_invented', score: 1, reasons: ['x'] }, item(races[2]!, 0.99), item(races[0]!, 0.5), item(races[0]!, 0.6));
    const { items, ranked_by } = await made(newcomer());
    expect([names(items), ranked_by]).toEqual([['Near'], 'model']);
  });

  it.each([
    ['names none of them', () => ranks({ event_id: 'race_invented', score: 1, reasons: ['x'] })],
    ['answers of the wrong type', () => ranks({ event_id: 7, score: 'high' })],
    ['answers no JSON', () => (world.model.calls = undefined)],
    ['fails', () => (world.model.mood = 500)],
    ['breaks off', () => Object.assign(world.model, { mood: 'broken', calls: undefined })],
  ])('of a model that %s is ranked by rules, with reasons that are true', async (_, breaks) => {
    breaks();
    const { items, ranked_by } = await made(newcomer());
    expect([names(items), ranked_by]).toEqual([['Near', 'Far'], 'rules']);
    expect(items[0]!.reasons).toEqual(['Its sport is trail run.', 'It is 83 km from your home.', 'It is in April 2031.']);
  });

  it('is made again with all that was said, once for each message', async () => {
    const who = newcomer();
    const { recommendation_id } = await made(who);
    const refine = (text: string, client_message_id: string) =>
      world.call(coach.refineRecommendation, who, { recommendation_id, text, client_message_id });
    ranks(item(races[0]!, 1));
    const pending = await refine('Closer to home', 'm1');
    expect([pending.status, names(pending.items)]).toEqual(['pending', ['Far', 'Near']]);
    expect(names((await ready(who, recommendation_id)).items)).toEqual(['Near']);
    const times = world.model.asked.length;
    expect((await refine('Closer to home', 'm1')).status).toBe('ready');
    await refine('And hilly', 'm2');
    await ready(who, recommendation_id);
    expect(JSON.stringify(world.model.asked[times])).toContain('\\"said\\":[\\"Closer to home\\",\\"And hilly\\"]');
    expect(world.model.asked).toHaveLength(times + 1);
    const written = await world.query(`select payload from outbox where subject like '%sourceWritten' and payload->>'user_id' = $1`, [
      who.user,
    ]);
    expect(written.map(({ payload }) => (payload as { source: string }).source)).toEqual(['race_recommendation', 'race_recommendation']);
  });

  it('of another person does not exist', async () => {
    const who = newcomer();
    const before = await made(who);
    const { recommendation_id } = before;
    expect(await codeOf(read(bob, recommendation_id))).toBe('recommendation_not_found');
    const words = { recommendation_id, text: 'x', client_message_id: 'x' };
    expect(await codeOf(world.call(coach.refineRecommendation, bob, words))).toBe('recommendation_not_found');
    expect(await codeOf(world.call(coach.selectRace, bob, { recommendation_id, event_id: races[0]!.id }))).toBe('recommendation_not_found');
    expect((await world.call(coach.listUserEvents, bob, { limit: 50 })).items).toEqual([]);
    expect(await read(who, recommendation_id)).toEqual(before);
  });

  it.each([
    ['an unknown sport', { sports: ['chess'] }],
    ['a month that is none', { months: [13] }],
    ['a home that is none', { home: { lat: 'here', lon: 0 } }],
    ['a distance that is none', { travel_km: 'far' }],
  ])('with %s is refused', async (_, wishes) => expect(await codeOf(ask(newcomer(), wishes as never))).toBe('invalid_input'));
});

describe('a recommended race', () => {
  it('that is taken is planned and active, once', async () => {
    const who = newcomer();
    const { recommendation_id } = await made(who);
    const select = (event_id: string) => world.call(coach.selectRace, who, { recommendation_id, event_id, distance_id: 'long' });
    const all = await Promise.all(Array.from({ length: 4 }, () => select(races[0]!.id)));
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    const other = await select(races[1]!.id);
    expect(other).toMatchObject({ created: true, status: 'active', event_id: races[1]!.id, distance_id: 'long' });
    expect((await world.call(coach.getActiveUserEvent, who, {})).active?.id).toBe(other.id);
    expect(await codeOf(select('no-such-race'))).toBe('race_not_found');
  });
});

it('a search beyond the catalogue says what is not configured', async () => {
  // Without the agent service beside it, the caller gets the same as during an outage.
  expect(await codeOf(world.call(coach.discoverRaces, newcomer(), { query: 'night trail race' }))).toBe('unavailable');
});
