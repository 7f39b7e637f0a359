import { auth, type SessionRevoked } from '@skep/contracts/auth';
import { codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthHarness, claimsOf, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
const revocations: SessionRevoked[] = [];
beforeAll(async () => {
  harness = await startAuth();
  harness.bus.subscribe(auth.sessionRevoked, (revoked) => revocations.push(revoked));
});
afterAll(() => harness?.close());

/** Creates a user with several sessions; `ctx` belongs to the first one. */
async function userWithSessions(count: number) {
  const { email, user, session, tokens, ctx } = await harness.newcomer();
  const others = [];
  for (let n = 1; n < count; n++) others.push(await harness.login(email, PASSWORD, someone({ agent: `tool-${n}/1.0`, ip: `10.9.8.${n}` })));
  return {
    email,
    user,
    tokens,
    session,
    others: others.map((pair) => ({ ...pair, session: claimsOf(pair.access_token).sid })),
    ctx: { ...ctx, session },
  };
}
const list = async (ctx = someone()) => (await harness.call(auth.listSessions, ctx, {})).sessions;
const revoke = (ctx: ReturnType<typeof someone>, session_id: string) => harness.call(auth.revokeSession, ctx, { session_id });
const refresh = (refresh_token: string) => harness.call(auth.refresh, someone(), { refresh_token });
const revocationOf = (session: string) =>
  waitUntil(`the revocation of ${session}`, () => revocations.find(({ session_id }) => session_id === session));

describe('my sessions', () => {
  it('are listed, the current one first, with program, address and times', async () => {
    const before = Date.now();
    const { ctx, session, others } = await userWithSessions(2);
    const [mine, other, ...rest] = await list(ctx);
    expect(rest).toEqual([]);
    expect(mine).toMatchObject({ session_id: session, current: true, is_current: true, label: null, surface: 'web' });
    expect(other).toMatchObject({
      session_id: others[0]!.session,
      current: false,
      is_current: false,
      label: 'tool-1/1.0',
      ip_address: '10.9.8.1',
    });
    expect(other!.last_seen_at).toEqual(other!.updated_at);
    expect(other!.created_at.getTime()).toBeGreaterThanOrEqual(before);
    expect(other!.created_at.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('show when they were last refreshed', async () => {
    const { ctx, others } = await userWithSessions(2);
    const before = (await list(ctx))[1]!.last_seen_at;
    await refresh(others[0]!.refresh_token);
    expect((await list(ctx))[1]!.last_seen_at.getTime()).toBeGreaterThan(before.getTime());
  });

  it.each([
    ['were revoked', 'update session set revoked_at = now() where id = $1'],
    ['were idle for too long', 'update session set idle_until = now() where id = $1'],
    ['expired', 'update session set expires_at = now() where id = $1'],
  ])('are not listed after they %s', async (_, sql) => {
    const { ctx, others } = await userWithSessions(2);
    await harness.query(sql, [others[0]!.session]);
    expect(await list(ctx)).toHaveLength(1);
  });

  it('are not visible to other users or in other tenants', async () => {
    const { ctx, user } = await userWithSessions(1);
    const stranger = await harness.newcomer();
    expect((await list(stranger.ctx)).map(({ session_id }) => session_id)).toEqual([stranger.session]);
    expect(await list({ ...ctx, user, tenant: 'elsewhere' })).toEqual([]);
  });
});

describe('revoking one of my sessions', () => {
  it('invalidates its refresh token, publishes the reason and is idempotent', async () => {
    const { ctx, user, session, others } = await userWithSessions(2);
    const { refresh_token, session: revoked } = others[0]!;
    const answers = [await revoke(ctx, revoked), await revoke(ctx, revoked)];
    expect(answers[0]).toEqual(answers[1]);
    expect(await codeOf(refresh(refresh_token))).toBe('invalid_refresh_token');
    expect(await revocationOf(revoked)).toMatchObject({ user_id: user, tenant_id: 'default', reason: 'user' });
    expect((await list(ctx)).map(({ session_id }) => session_id)).toEqual([session]);
  });

  it('works for the current one', async () => {
    const { ctx, session, tokens } = await userWithSessions(1);
    await revoke(ctx, session);
    expect(await codeOf(refresh(tokens.refresh_token))).toBe('invalid_refresh_token');
  });

  it('does not find invented sessions, or those of another user or tenant', async () => {
    const { ctx, session, tokens } = await userWithSessions(1);
    const stranger = await harness.newcomer();
    expect(await codeOf(revoke(ctx, 'ses_made_up'))).toBe('session_not_found');
    expect(await codeOf(revoke(stranger.ctx, session))).toBe('session_not_found');
    expect(await codeOf(revoke({ ...ctx, tenant: 'elsewhere' }, session))).toBe('session_not_found');
    await expect(refresh(tokens.refresh_token)).resolves.toBeDefined();
  });

  it('requires a session id', async () => {
    expect(await codeOf(revoke(someone(), ''))).toBe('invalid_input');
  });
});

describe('revoking my other sessions', () => {
  const revokeOthers = (ctx: ReturnType<typeof someone>) => harness.call(auth.revokeOtherSessions, ctx, {});

  it('keeps the current one and returns the number', async () => {
    const { ctx, tokens, others } = await userWithSessions(3);
    const stranger = await harness.newcomer();
    expect(await revokeOthers(ctx)).toEqual({ revoked: 2 });
    for (const { refresh_token } of others) expect(await codeOf(refresh(refresh_token))).toBe('invalid_refresh_token');
    for (const { session } of others) expect((await revocationOf(session)).reason).toBe('user');
    await expect(refresh(tokens.refresh_token)).resolves.toBeDefined();
    await expect(refresh(stranger.tokens.refresh_token)).resolves.toBeDefined();
    expect(await revokeOthers(ctx)).toEqual({ revoked: 0 });
  });

  it('is refused without a current session', async () => {
    const { ctx, tokens } = await userWithSessions(1);
    expect(await codeOf(revokeOthers({ ...ctx, session: undefined }))).toBe('session_required');
    await expect(refresh(tokens.refresh_token)).resolves.toBeDefined();
  });
});
