import { coach, type TakeIntakeTurn } from '@skep/contracts/coach';
import { asUser, codeOf, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bob, type Coach, openCoach } from './coach.js';

let world: Coach;
let people = 0;
const newcomer = () => asUser(`n${++people}`);
const says = (reply: string, answers: object = {}) => (world.model.calls = { name: 'intake_reply', args: { reply, answers } });
const turn = (who: ReturnType<typeof newcomer>, input: Partial<TakeIntakeTurn>) =>
  world.call(coach.takeIntakeTurn, who, { client_message_id: 'c1', ...input });
const read = (who: ReturnType<typeof newcomer>) => world.call(coach.getIntake, who, {});

beforeAll(async () => {
  world = await openCoach();
});
beforeEach(() => {
  world.model.mood = 'answer';
  world.model.asked.length = 0;
  says('And how many hours?');
});
afterAll(() => world?.close());

describe('an intake', () => {
  it('begins empty, takes words and answers, and can be taken up again', async () => {
    const who = newcomer();
    expect(await read(who)).toEqual({ status: 'open', step: 'sports', answers: {}, messages: [] });
    says('How many hours a week?', { sports: ['run'], experience: 'beginner' });
    const first = await turn(who, { message: 'I began to run', answers: { dog: 'Rex' } });
    expect(first).toMatchObject({ step: 'weekly_hours', complete: false, profile_patch: { sports: ['run'], experience: 'beginner' } });
    expect(first.messages.map(({ role, text }) => [role, text])).toEqual([
      ['person', 'I began to run'],
      ['coach', 'How many hours a week?'],
    ]);
    expect(await read(who)).toEqual({
      ...{ status: 'open', step: 'weekly_hours', messages: first.messages },
      answers: { dog: 'Rex', sports: ['run'], experience: 'beginner' },
    });
  });

  it('writes to the profile what the person answers, and only proposes what a model understands', async () => {
    const who = newcomer();
    const { profile_id } = await world.call(coach.beginCoaching, who, {});
    says('Noted.', { weekly_hours: 20, experience: 'expert', user_id: 'imp_u_bob' });
    const { profile_patch } = await turn(who, { message: 'Four hours', answers: { weekly_hours: 4 } });
    expect(profile_patch).toEqual({ weekly_hours: 20, experience: 'expert' });
    expect(await world.call(coach.getProfile, who, { profile_id })).toMatchObject({ weekly_hours: 4, experience: null });
    expect((await read(who)).answers).toEqual({ weekly_hours: 4, experience: 'expert' });
  });

  it('is complete when every topic has an answer, also none', async () => {
    const who = newcomer();
    const answers = { sports: ['run'], experience: 'expert', weekly_hours: 9, goals: 'A marathon', injuries: null };
    expect(await turn(who, { answers })).toMatchObject({ complete: true, step: 'done' });
    expect([(await read(who)).status, world.model.asked]).toEqual(['complete', []]);
  });

  it('takes a turn once, however often and at once it is sent', async () => {
    const who = newcomer();
    const all = await Promise.all(Array.from({ length: 5 }, () => turn(who, { message: 'only once' })));
    expect(new Set(all.map((each) => JSON.stringify(each))).size).toBe(1);
    says('Another answer');
    expect(await turn(who, { message: 'only once' })).toEqual(all[0]);
    expect((await read(who)).messages.map(({ text }) => text)).toEqual(['only once', 'And how many hours?']);
    expect(world.model.asked).toHaveLength(1);
    const { rows } = {
      rows: await world.query(`select payload from outbox where subject like '%sourceWritten' and payload->>'user_id' = $1`, [who.user]),
    };
    expect(rows).toEqual([{ payload: expect.objectContaining({ source: 'intake', tenant_id: 'default' }) }]);
  });

  it.each([
    ['fails', () => (world.model.mood = 500), 'model_unavailable'],
    ['answers what does not fit', () => (world.model.calls = { name: 'intake_reply', args: { words: 5 } }), 'model_failed'],
  ])(
    'keeps the words when the model %s, and asks again when they are repeated',
    async (_, breaks, code) => {
      const who = newcomer();
      breaks();
      expect(await codeOf(turn(who, { message: 'my words' }))).toBe(code);
      expect((await read(who)).messages.map(({ text }) => text)).toEqual(['my words']);
      world.model.mood = 'answer';
      says('Now I hear you.');
      expect((await turn(who, { message: 'my words' })).messages.map(({ text }) => text)).toEqual(['my words', 'Now I hear you.']);
    },
    30_000,
  );

  it('refuses what is of the wrong kind, and keeps nothing of it', async () => {
    const who = newcomer();
    expect(await codeOf(turn(who, {}))).toBe('invalid_input');
    expect(await codeOf(turn(who, { answers: 'many' as never }))).toBe('invalid_input');
    const { body } = await problemOf(turn(who, { answers: { weekly_hours: 'many' } }));
    expect(body.detail).toEqual([expect.objectContaining({ loc: ['answers', 'weekly_hours'] })]);
    expect((await read(who)).messages).toEqual([]);
  });

  it('is one’s own', async () => {
    const who = newcomer();
    await turn(who, { message: 'knee surgery' });
    expect(JSON.stringify(await read(bob))).not.toContain('knee');
    const { messages } = await read(who);
    expect(await world.call(coach.readSource, who, { message_id: messages[0]!.id })).toMatchObject({
      text: 'knee surgery',
      source: 'intake',
    });
    expect(await codeOf(world.call(coach.readSource, bob, { message_id: messages[0]!.id }))).toBe('source_not_found');
  });

  it('goes with its person', async () => {
    const who = newcomer();
    await turn(who, { message: 'forget me' });
    await world.query(`select erase_user('default', $1, '{}')`, [who.user]);
    await waitUntil('nothing to be left', async () => (await read(who)).messages.length === 0);
    for (const table of ['intake', 'intake_turn', 'source_message'])
      expect(await world.query(`select 1 from ${table} where user_id = $1`, [who.user])).toEqual([]);
  });
});
