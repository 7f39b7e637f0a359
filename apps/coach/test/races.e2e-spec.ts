import { coach, type FindRaces } from '@skep/contracts/coach';
import { codeOf, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ada, type Coach, eve, newRace, openCoach } from './coach.js';

let world: Coach;
const find = async (search: Partial<FindRaces>, who = ada) => {
  const { items, next_cursor } = await world.call(coach.listRaces, who, { limit: 20, radius_km: 50, ...search });
  return { names: items.map(({ name }) => name), next_cursor };
};
const named = async (search: Partial<FindRaces>, who = ada) => (await find(search, who)).names;

beforeAll(async () => {
  world = await openCoach();
  const girona = { place: 'Girona', country: 'ES', location: { lat: 41.98, lon: 2.82 }, description: 'Steep climbs above the river.' };
  await world.race('Girona Trail', girona);
  await world.race('Marathon de Montréal', { sport: 'run', country: 'CA', starts_on: '2031-09-20', location: { lat: 45.5, lon: -73.57 } });
  const short = [{ id: 'short', name: 'Short', distance_m: 10_000 }];
  await world.race('Bergen Fjord Run', { sport: 'run', country: 'NO', starts_on: '2031-06-01', distances: short });
  await world.race('Old Race', { starts_on: '2019-05-05' });
  await world.race('Theirs', { tenant_id: 'imp_t_other' });
});
afterAll(() => world?.close());

describe('a search for races', () => {
  it('without conditions gives those to come, the earliest first', async () =>
    expect(await named({})).toEqual(['Girona Trail', 'Bergen Fjord Run', 'Marathon de Montréal']));

  it.each<[string, Partial<FindRaces>, string[]]>([
    ['words of the name', { q: 'girona trail' }, ['Girona Trail']],
    ['words of the description, in another form', { q: 'climb rivers' }, ['Girona Trail']],
    ['words without their accents', { q: 'montreal' }, ['Marathon de Montréal']],
    ['a misspelt word', { q: 'marathn montrel' }, ['Marathon de Montréal']],
    ['the beginning of a word', { q: 'giron' }, ['Girona Trail']],
    ['a race that is over', { q: 'old race' }, ['Old Race']],
    ['no such words', { q: 'zanzibar' }, []],
    ['no words at all', { q: '!?' }, []],
    ['a sport', { sport: 'run' }, ['Bergen Fjord Run', 'Marathon de Montréal']],
    ['a country', { country: 'ES' }, ['Girona Trail']],
    ['days', { from: '2031-05-01', to: '2031-07-01' }, ['Bergen Fjord Run']],
    ['days of the past', { to: '2020-01-01' }, ['Old Race']],
    ['a short distance', { distance_max: 20_000 }, ['Bergen Fjord Run']],
    ['a range of distances', { distance_min: 42_000, distance_max: 43_000, sport: 'run' }, ['Marathon de Montréal']],
    ['a place', { near: '41.4,2.2', radius_km: 100 }, ['Girona Trail']],
    ['a place, but not so near', { near: '41.4,2.2', radius_km: 50 }, []],
    ['a place and words', { near: '41.4, 2.2', radius_km: 100, q: 'trail' }, ['Girona Trail']],
    ['a place and a sport that is not there', { near: '41.4,2.2', radius_km: 100, sport: 'run' }, []],
  ])('by %s', async (_, search, expected) => expect(await named(search)).toEqual(expected));

  it('in another tenant finds its own ones', async () => {
    expect(await named({}, eve)).toEqual(['Theirs']);
    expect(await named({ q: 'girona' }, eve)).toEqual([]);
    expect(await named({ near: '41.98,2.82' }, eve)).toEqual([]);
  });

  it('is paged, each race once', async () => {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await find({ limit: 1, ...(cursor && { cursor }) });
      names.push(...page.names);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(names).toEqual(['Girona Trail', 'Bergen Fjord Run', 'Marathon de Montréal']);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a limit of 0', { limit: 0 }, 'limit'],
    ['a place that is none', { near: 'here' }, 'near'],
    ['a place beyond the earth', { near: '91,0' }, 'near'],
    ['a day that is none', { from: 'tomorrow' }, 'from'],
    ['a distance that is none', { distance_min: 'far' }, 'distance_min'],
    ['an unknown sport', { sport: 'chess' }, 'sport'],
    ['a cursor that is none', { cursor: 'x' }, 'cursor'],
  ])('with %s is refused', async (_, search, field) => {
    const { body } = await problemOf(world.call(coach.listRaces, ada, search as never));
    expect([body.code, body.detail]).toEqual(['invalid_input', [expect.objectContaining({ loc: [field] })]]);
  });
});

describe('a race', () => {
  it('is replaced by its external id, in its tenant', async () => {
    const before = await world.race('First', { external_id: 'x-1', starts_on: '2018-01-01' });
    const after = await world.race('Second', { external_id: 'x-1', starts_on: '2018-01-02' });
    const other = await world.race('Other', { external_id: 'x-1', starts_on: '2018-01-03', tenant_id: 'imp_t_other' });
    expect([before, after]).toEqual([
      expect.objectContaining({ name: 'First', created: true }),
      expect.objectContaining({ name: 'Second', created: false, id: before.id, starts_on: '2018-01-02' }),
    ]);
    expect(other.id).not.toBe(before.id);
    expect(await named({ q: 'first' })).toEqual([]);
  });

  it('that cannot be is refused', async () => {
    const write = (more: object) => codeOf(world.call(coach.writeRace, ada, { ...newRace('x'), ...more }));
    expect(await write({ starts_on: '' })).toBe('invalid_input');
    expect(await write({ starts_on: '2031-02-30' })).toBe('invalid_input');
    expect(await write({ ends_on: '2031-01-01' })).toBe('invalid_input');
    expect(await write({ language: 'not_a_tag!' })).toBe('invalid_input');
    expect(await write({ distances: [1, 2].map(() => ({ id: 'a', name: '', distance_m: 1 })) })).toBe('invalid_input');
    expect(await write({ website: 'javascript:alert(1)' })).toBe('invalid_input');
  });

  it('of another tenant does not exist', async () => {
    const race = await world.race('Secret', { starts_on: '2017-01-01' });
    expect((await world.call(coach.getRace, ada, { event_id: race.id })).name).toBe('Secret');
    for (const operation of [coach.getRace, coach.listRaceTranslations, coach.addUserEvent])
      expect(await codeOf(world.call(operation as typeof coach.getRace, eve, { event_id: race.id }))).toBe('race_not_found');
    expect(await codeOf(world.call(coach.translateRace, eve, { event_id: race.id, lang: 'es' }))).toBe('race_not_found');
  });
});
