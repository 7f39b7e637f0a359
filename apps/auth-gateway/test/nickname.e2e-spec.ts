import { auth } from '@skep/contracts/auth';
import type { Ctx } from '@skep/platform';
import { codeOf, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type AuthHarness, startAuth } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => {
  harness = await startAuth();
  await harness.query(`insert into tenant (id, name) values ('imp_t_acme', 'Acme')`);
});
afterAll(() => harness?.close());

const get = async (ctx: Ctx) => (await harness.call(auth.getNickname, ctx, {})).nickname;
const set = (ctx: Ctx, nickname: string) => harness.call(auth.setNickname, ctx, { nickname });

it('a user sets, reads and changes their nickname, and the earlier one becomes free', async () => {
  const [ada, bob] = [await harness.newcomer(), await harness.newcomer()];
  expect(await get(ada.ctx)).toBeNull();
  expect(await set(ada.ctx, 'ada')).toEqual({ nickname: 'ada' });
  expect(await set(ada.ctx, 'ada')).toEqual({ nickname: 'ada' });
  expect(await set(ada.ctx, 'ada_2')).toEqual({ nickname: 'ada_2' });
  expect([await get(ada.ctx), await get(bob.ctx)]).toEqual(['ada_2', null]);
  expect(await set(bob.ctx, 'ada')).toEqual({ nickname: 'ada' });
});

it('a nickname has one user, in all tenants: another one keeps theirs', async () => {
  const [ada, bob] = [await harness.newcomer(), await harness.newcomer()];
  const zoe = await harness.newcomer('zoe@example.com', 'imp_t_acme');
  await set(ada.ctx, 'only-ada');
  await set(bob.ctx, 'bob-before');
  expect(await codeOf(set(bob.ctx, 'only-ada'))).toBe('nickname_unavailable');
  expect(await codeOf(set(zoe.ctx, 'only-ada'))).toBe('nickname_unavailable');
  expect([await get(ada.ctx), await get(bob.ctx), await get(zoe.ctx)]).toEqual(['only-ada', 'bob-before', null]);
});

it('of users who choose a nickname in the same moment one gets it, and a user who sets two has one of them', async () => {
  const people = await Promise.all(Array.from({ length: 4 }, () => harness.newcomer()));
  const outcomes = await Promise.all(
    people.map(({ ctx }) =>
      set(ctx, 'wanted').then(
        () => 'set',
        (error: { body: { code: string } }) => error.body.code,
      ),
    ),
  );
  expect(outcomes.sort()).toEqual([...Array<string>(3).fill('nickname_unavailable'), 'set']);
  const { ctx } = await harness.newcomer();
  await Promise.all([set(ctx, 'one-of'), set(ctx, 'two-of')]);
  expect(['one-of', 'two-of']).toContain(await get(ctx));
});

it.each(['ab', 'x'.repeat(31), '-no', 'no-', 'Ada', 'a b', ''])('the nickname %j is invalid', async (nickname) => {
  const { ctx } = await harness.newcomer();
  expect((await problemOf(set(ctx, nickname))).body).toMatchObject({ code: 'invalid_input', detail: [{ loc: ['nickname'] }] });
});

it('an erased user leaves no nickname', async () => {
  const [ada, admin] = [await harness.newcomer(), await harness.newcomer()];
  await set(ada.ctx, 'to-erase');
  await harness.call(auth.deleteUser, { ...admin.ctx, scopes: ['*'] }, { user_id: ada.user, permanent: true });
  expect(await harness.query(`select from nickname where nickname = 'to-erase'`)).toEqual([]);
});
