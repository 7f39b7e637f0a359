import { auth } from '@skep/contracts/auth';
import { type InjectChat, kernel } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import { asService, asUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fn, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
beforeAll(async () => {
  harness = await startKernel({ beside: ['registry', 'auth-gateway'] });
  await harness.publishApp('reports', [fn('f', [])]);
});
afterAll(() => harness?.close());

const message = { ext_id: 'reports', user_id: 'imp_u_ada', tenant_id: 'default', text: 'Ready.', msg_type: 'response' };
const inject = (ctx: Ctx, more: Partial<InjectChat> = {}) => harness.call(kernel.injectChat, ctx, { ...message, ...more });
/** An app that acts for a user. */
const app = (user: string) => asUser(user, { actor: 'extension:reports' });
const events = async (type: string, user_id: string) =>
  (await harness.query('select payload from feed_event where type = $1 and user_id = $2 order by id', [type, user_id])).map(
    ({ payload }) => payload as Record<string, unknown>,
  );
const code = (rejected: Promise<unknown>) =>
  rejected.then(
    () => undefined,
    (error: { body: { code: string } }) => error.body.code,
  );

it('a text is a chat_message of the user, and panels to refresh are a panel_refresh', async () => {
  const { message_id, status } = await inject(app('ada'), { text: 'Hello', refresh_panels: ['left'] });
  expect([status, message_id]).toEqual(['sent', expect.stringMatching(/^msg_/)]);
  expect(await events('chat_message', 'imp_u_ada')).toEqual([
    expect.objectContaining({ scope: 'reports', actor: 'reports', id: message_id, text: 'Hello', msg_type: 'response', message_id }),
  ]);
  expect(await events('panel_refresh', 'imp_u_ada')).toEqual([expect.objectContaining({ panels: ['left'], data: { panels: ['left'] } })]);
  expect(await inject(app('ada'), { text: '', refresh_panels: ['left'] })).toEqual({ status: 'sent', message_id: null });
});

it('a service names the user, and a repeat under an Idempotency-Key sends nothing more', async () => {
  const ctx = asService('portal', { idempotencyKey: 'once' });
  const first = await inject(ctx, { user_id: 'imp_u_named' });
  expect(await inject(ctx, { user_id: 'imp_u_named' })).toEqual(first);
  expect(await events('chat_message', 'imp_u_named')).toHaveLength(1);
});

it('a message to another user than the acting one is refused, and an app must act for a user who has it', async () => {
  expect(await code(inject(app('ada'), { user_id: 'imp_u_bob' }))).toBe('forbidden');
  expect(await code(inject(asService('portal', { tenant: 'default', user: 'imp_u_ada' }), { user_id: 'imp_u_bob' }))).toBe('forbidden');
  expect(await code(inject({ ...app('ada'), user: '' }, { user_id: 'imp_u_bob' }))).toBe('forbidden');
  expect(await code(inject(app('bob'), { user_id: 'imp_u_bob' }))).toBe('app_not_installed');
  expect(await events('chat_message', 'imp_u_bob')).toEqual([]);
});

it('a text above 64 KiB, an unknown kind, and neither text nor panels are invalid', async () => {
  expect(await inject(app('ada'), { text: 'x'.repeat(65_536) })).toMatchObject({ status: 'sent' });
  for (const more of [{ text: 'x'.repeat(65_537) }, { text: 'ü'.repeat(40_000) }, { msg_type: 'shout' }, { text: '' }])
    expect(await code(inject(app('ada'), more))).toBe('invalid_input');
});

describe('a message to the hub of a user', () => {
  const admin = asUser('root', { role: 'admin', scopes: ['*'] });
  const hub = (ctx: Ctx, user_id: string, content = 'Hello') =>
    harness.call(kernel.sendHubMessage, ctx, { user_id, content, context: { a: 1 } });
  let user_id: string;
  beforeAll(async () => {
    user_id = (await harness.call(auth.createUser, admin, { email: 'hub@example.com', password: 'a long enough one', role: 'user' })).id;
  });

  it('is a chat_message of the user, once under an Idempotency-Key', async () => {
    const once = { ...admin, idempotencyKey: 'hub-once' };
    const sent = await hub(once, user_id);
    expect(sent).toEqual({
      ...{ status: 'signaled', namespace: 'skep-hub', workflow_id: `personal-${user_id}`, message_id: expect.stringMatching(/^msg_/) },
    });
    expect(await hub(once, user_id)).toEqual(sent);
    expect(await events('chat_message', user_id)).toEqual([
      expect.objectContaining({ scope: 'skep-hub', id: sent.message_id, text: 'Hello', context: { a: 1 } }),
    ]);
  });

  it('is refused for a user of another tenant, and if it is empty or too large', async () => {
    const before = (await events('chat_message', user_id)).length;
    expect(await code(hub({ ...admin, tenant: 'imp_t_other' }, user_id))).toBe('user_not_found');
    expect(await code(hub(admin, 'imp_u_nobody'))).toBe('user_not_found');
    expect(await code(hub(admin, user_id, ''))).toBe('invalid_input');
    expect(await code(hub(admin, user_id, 'é'.repeat(40_000)))).toBe('invalid_input');
    expect(await events('chat_message', user_id)).toHaveLength(before);
  });
});
