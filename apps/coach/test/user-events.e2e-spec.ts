import { coach, type Race, type UserEventStatus } from '@skep/contracts/coach';
import { asUser, codeOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ada, bob, type Coach, openCoach } from './coach.js';

let world: Coach;
let races: Race[];
let people = 0;
const newcomer = () => asUser(`p${++people}`);
const listed = async (who = ada, status?: UserEventStatus) =>
  (await world.call(coach.listUserEvents, who, { limit: 50, ...(status && { status }) })).items;
const over = async (who = ada) => (await world.call(coach.listUserEventHistory, who, { limit: 50 })).items;
const activate = (who: typeof ada, id: string) => world.call(coach.activateUserEvent, who, { user_event_id: id });
const active = async (who: typeof ada) => (await world.call(coach.getActiveUserEvent, who, {})).active;

beforeAll(async () => {
  world = await openCoach();
  races = await Promise.all(['A', 'B', 'C'].map((name) => world.race(name)));
});
afterAll(() => world?.close());

describe('a planned race', () => {
  it('is listed with its race, once, until it is over', async () => {
    const who = newcomer();
    const goal = { type: 'time', time_s: 12_600 };
    const mine = await world.call(coach.addUserEvent, who, { event_id: races[0]!.id, distance_id: 'long', goal, priority: 'A' });
    expect(mine).toMatchObject({
      event_id: races[0]!.id,
      event: { name: 'A' },
      distance_id: 'long',
      goal,
      priority: 'A',
      status: 'planned',
    });
    expect(await codeOf(world.plan(who, races[0]!))).toBe('already_planned');
    expect(await listed(who)).toEqual([mine]);
    expect([await listed(who, 'planned'), await listed(who, 'active')]).toEqual([[mine], []]);
    await world.call(coach.updateUserEvent, who, { id: mine.id, status: 'dropped' });
    expect((await world.plan(who, races[0]!)).id).not.toBe(mine.id);
  });

  it('of a race or a distance that is not there is refused', async () => {
    expect(await codeOf(world.call(coach.addUserEvent, ada, { event_id: 'no-such-race' }))).toBe('race_not_found');
    expect(await codeOf(world.call(coach.addUserEvent, ada, { event_id: races[0]!.id, distance_id: 'x' }))).toBe('invalid_input');
  });

  it('keeps a result, and refuses nonsense', async () => {
    const who = newcomer();
    const { id } = await world.plan(who, races[0]!);
    const done = await world.call(coach.updateUserEvent, who, { id, status: 'done', result: { time_s: 12_600, rank: 40 } });
    expect(done).toMatchObject({ status: 'done', result: { time_s: 12_600, rank: 40 } });
    for (const nonsense of [{ status: 'postponed-ish' }, { result: { time_s: 'fast' } }, { goal: 'win' }, { result: { rank: 0 } }])
      expect(await codeOf(world.call(coach.updateUserEvent, who, { id, ...nonsense } as never))).toBe('invalid_input');
    expect(await over(who)).toEqual([done]);
    await world.plan(who, races[0]!);
    expect(await codeOf(world.call(coach.updateUserEvent, who, { id, status: 'planned' }))).toBe('already_planned');
  });

  it('that is deleted leaves the lists and stays in the history', async () => {
    const who = newcomer();
    const { id } = await world.plan(who, races[0]!);
    await activate(who, id);
    await world.call(coach.removeUserEvent, who, { id });
    await world.call(coach.removeUserEvent, who, { id });
    expect([await listed(who), await active(who)]).toEqual([[], null]);
    expect(await over(who)).toEqual([expect.objectContaining({ id, status: 'dropped', deleted_at: expect.any(Date) })]);
    expect(await codeOf(world.call(coach.updateUserEvent, who, { id, status: 'planned' }))).toBe('user_event_not_found');
    expect(await codeOf(activate(who, id))).toBe('user_event_not_found');
  });

  it('of another person does not exist', async () => {
    const { id } = await world.plan(ada, races[1]!);
    expect(await codeOf(activate(bob, id))).toBe('user_event_not_found');
    expect(await codeOf(world.call(coach.updateUserEvent, bob, { id, status: 'dropped' }))).toBe('user_event_not_found');
    expect(await codeOf(world.call(coach.removeUserEvent, bob, { id }))).toBe('user_event_not_found');
    expect(await listed(bob)).toEqual([]);
    expect(await listed(ada)).toMatchObject([{ id, status: 'planned' }]);
  });

  it('is one under an Idempotency-Key', async () => {
    const who = { ...newcomer(), idempotencyKey: 'k' };
    expect((await world.plan(who, races[0]!)).id).toBe((await world.plan(who, races[0]!)).id);
  });

  it('is read in pages, each once', async () => {
    const who = newcomer();
    for (const race of races) await world.plan(who, race);
    const read = async (cursor?: string): Promise<string[]> => {
      const page = await world.call(coach.listUserEvents, who, { limit: 1, ...(cursor && { cursor }) });
      const names = page.items.map(({ event }) => event.name);
      return page.next_cursor ? [...names, ...(await read(page.next_cursor))] : names;
    };
    expect(await read()).toEqual(['C', 'B', 'A']);
  });
});

describe('the race to train for', () => {
  it('is none at first, then one, then another, then none', async () => {
    const who = newcomer();
    const [first, second] = [await world.plan(who, races[0]!), await world.plan(who, races[1]!)];
    expect(await active(who)).toBeNull();
    expect(await activate(who, first.id)).toMatchObject({ id: first.id, status: 'active' });
    expect(await activate(who, first.id)).toMatchObject({ id: first.id, status: 'active' });
    expect(await world.call(coach.updateUserEvent, who, { id: second.id, status: 'active' })).toMatchObject({ status: 'active' });
    expect(await active(who)).toMatchObject({ id: second.id });
    expect(await listed(who, 'planned')).toMatchObject([{ id: first.id }]);
    await world.call(coach.deactivateUserEvent, who, {});
    await world.call(coach.deactivateUserEvent, who, {});
    expect(await active(who)).toBeNull();
  });

  it('cannot be one that is over', async () => {
    const who = newcomer();
    const { id } = await world.plan(who, races[0]!);
    await activate(who, id);
    await world.call(coach.updateUserEvent, who, { id, status: 'done' });
    expect([await active(who), await codeOf(activate(who, id))]).toEqual([null, 'user_event_ended']);
  });

  it('is one, however many are made active at once', async () => {
    const who = newcomer();
    const mine = await Promise.all(races.map((race) => world.plan(who, race)));
    const all = Array.from({ length: 9 }, (_, n) => mine[n % 3]!.id);
    expect(await Promise.all(all.map((id) => activate(who, id)))).toHaveLength(9);
    expect(await listed(who, 'active')).toMatchObject([{ id: (await active(who))!.id }]);
  });
});
