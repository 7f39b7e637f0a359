import { type Database, tablesOf } from '@skep/platform';
import { codeOf, type Infrastructure, openTestDatabase, startInfrastructure } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { type CallTokenSubject, CallTokens } from '../src/call-token/call-tokens.js';
import { service } from '../src/main.js';

let infra: Infrastructure;
let db: Database;
let tokens: CallTokens;
beforeAll(async () => {
  infra = await startInfrastructure();
  db = await openTestDatabase(await tablesOf(service), await infra.env('kernel'));
  tokens = new CallTokens(db);
});
afterEach(() => void jest.useRealTimers());
afterAll(async () => {
  await db?.close();
  await infra?.close();
});

const call: CallTokenSubject = { tool_type: 'skeleton', app_id: 'mail', tenant_id: 'default', user_id: 'imp_u_ada' };

it('a call token is valid once, also for copies of the kernel that get it at the same time', async () => {
  const token = await tokens.mint(call);
  expect(token).toMatch(/^[\w-]+\.[\w-]{43}$/);
  const copy = await openTestDatabase(await tablesOf(service), await infra.env('kernel'));
  const used = await Promise.allSettled([tokens.use(token, call), new CallTokens(copy).use(token, call), tokens.use(token, call)]);
  expect(used.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await codeOf(tokens.use(token, call))).toBe('unauthenticated');
  await copy.close();
});

it('can be used again if the transaction that used it rolled back', async () => {
  const token = await tokens.mint(call);
  const failing = db.transaction(async () => {
    await tokens.use(token, call);
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow('rolled back');
  await tokens.use(token, call);
});

it.each([{ tool_type: 'tool' }, { app_id: 'notes' }, { tenant_id: 'second' }, { user_id: 'imp_u_bob' }] as Partial<CallTokenSubject>[])(
  'is refused for another call, and not used up: %j',
  async (other) => {
    const token = await tokens.mint(call);
    expect(await codeOf(tokens.use(token, { ...call, ...other }))).toBe('forbidden');
    await tokens.use(token, call);
  },
);

it('expires after a minute', async () => {
  const token = await tokens.mint(call);
  jest.useFakeTimers({
    now: Date.now() + 61_000,
    doNotFake: [
      'nextTick',
      'setImmediate',
      'setTimeout',
      'setInterval',
      'clearTimeout',
      'clearInterval',
      'queueMicrotask',
      'performance',
      'hrtime',
    ],
  });
  expect(await codeOf(tokens.use(token, call))).toBe('unauthenticated');
});

it('is refused if it was altered, signed with another key, or is no token', async () => {
  const token = await tokens.mint(call);
  const [payload = '', signature = ''] = token.split('.');
  const forged = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('imp_u_ada', 'imp_u_bob')).toString('base64url');
  const elsewhere = await openTestDatabase(await tablesOf(service), await infra.env('kernel-2'));
  const foreign = await new CallTokens(elsewhere).mint(call);
  await elsewhere.close();
  for (const wrong of [
    `${forged}.${signature}`,
    foreign,
    `${payload}.${'A'.repeat(43)}`,
    `${payload}.`,
    payload,
    '',
    'a.b',
    `.${signature}`,
  ])
    for (const user_id of ['imp_u_ada', 'imp_u_bob']) expect(await codeOf(tokens.use(wrong, { ...call, user_id }))).toBe('unauthenticated');
  await tokens.use(token, call);
});
