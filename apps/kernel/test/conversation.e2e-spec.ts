import { auth } from '@skep/contracts/auth';
import { kernel } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import { asService, asUser, codeOf } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
let ada: string;
let bob: string;
const admin = (more: Partial<Ctx> = {}) => asUser('root', { role: 'admin', scopes: ['*'], ...more });

beforeAll(async () => {
  harness = await startKernel({ beside: ['auth-gateway'] });
  const create = async (email: string) =>
    (await harness.call(auth.createUser, admin(), { email, password: 'a long enough one', role: 'user' })).id;
  [ada, bob] = [await create('ada@example.com'), await create('bob@example.com')];
});
afterAll(() => harness?.close());

const reset = (user_id: string, ctx: Ctx = admin()) => harness.call(kernel.resetConversation, ctx, { user_id });
async function talk(user: string, tenant = 'default'): Promise<void> {
  const owner = [tenant, user];
  await harness.query(
    `insert into skeleton_section (tenant_id, user_id, app_id, section, data, updated_at) values ($1, $2, 'mail', 'inbox', '{}', now())`,
    owner,
  );
  await harness.query(
    `insert into cache_entry (tenant_id, user_id, app_id, model, key, envelope, expires_at) values ($1, $2, 'mail', 'Inbox', 'k', '{}', now())`,
    owner,
  );
  await harness.query(
    `insert into feed_event (tenant_id, user_id, type, payload) values ($1, $2, 'chat_message', '{}'), ($1, $2, 'task_update', '{}')`,
    owner,
  );
  const ctx = asUser('', { user, tenant, scopes: ['developer:*'], deadline: Date.now() + 15_000 });
  await harness.call(kernel.updateMySettings, ctx, { confirmation_enabled: true });
  const params = { app_id: 'never-made', name: 'Never made' };
  expect((await harness.run('developer', 'create_app', params, ctx)).error_code).toBe('CONFIRMATION_REQUIRED');
}
const left = async (user: string) =>
  (
    await harness.query(
      `select (select count(*) from skeleton_section where user_id = $1)::int as sections, (select count(*) from cache_entry where user_id = $1)::int as cached,
              (select array_agg(type order by id) from feed_event where user_id = $1) as events, (select status from confirmation where user_id = $1) as status`,
      [user],
    )
  )[0];

it('a reset clears what is kept of the conversation of one user, cancels calls that wait, and tells the user', async () => {
  for (const user of [ada, bob]) await talk(user);
  expect(await reset(ada)).toEqual({ user_id: ada, status: 'reset', redis_keys_deleted: 3, workflow_terminated: true });
  expect(await left(ada)).toEqual({
    ...{ sections: 0, cached: 0, status: 'cancelled' },
    events: ['task_update', 'confirmations.pending', 'confirmations.cancelled', 'conversation.reset'],
  });
  expect(await left(bob)).toMatchObject({
    sections: 1,
    cached: 1,
    status: 'pending',
    events: ['chat_message', 'task_update', 'confirmations.pending'],
  });
  expect(await reset(ada)).toMatchObject({ redis_keys_deleted: 0, workflow_terminated: false });
});

it('a service resets it too, and a repeat under an Idempotency-Key does nothing more', async () => {
  const ctx = asService('portal', { tenant: 'default', idempotencyKey: 'once' });
  expect(await reset(bob, ctx)).toMatchObject({ redis_keys_deleted: 3 });
  expect(await reset(bob, ctx)).toMatchObject({ redis_keys_deleted: 3 });
  expect((await left(bob))!['events']).toEqual(['task_update', 'confirmations.pending', 'confirmations.cancelled', 'conversation.reset']);
});

it('a user of another tenant, or an unknown one, is not found, and keeps everything', async () => {
  await harness.query(`insert into feed_event (tenant_id, user_id, type, payload) values ('default', $1, 'chat_message', '{}')`, [ada]);
  const before = await left(ada);
  expect(await codeOf(reset(ada, admin({ tenant: 'imp_t_other' })))).toBe('user_not_found');
  expect(await codeOf(reset('imp_u_nobody'))).toBe('user_not_found');
  expect(await left(ada)).toEqual(before);
});
