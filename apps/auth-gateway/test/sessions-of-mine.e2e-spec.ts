import { auth, type SessionRevoked } from '@skep/contracts';
import { codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthHarness, claimsOf, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
const told: SessionRevoked[] = [];
beforeAll(async () => {
  harness = await startAuth();
  harness.bus.subscribe(auth.sessionRevoked, (revoked) => told.push(revoked));
});
afterAll(() => harness?.close());

/** A person with several sessions; `ctx` belongs to the first one. */
async function personWith(count: number) {
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
const toldOf = (session: string) => waitUntil(`the end of ${session}`, () => told.find(({ session_id }) => session_id === session));

describe('my sessions', () => {
  it('are listed, this one first, with program, address and times', async () => {
    const before = Date.now();
    const { ctx, session, others } = await personWith(2);
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

  it('move when they are refreshed', async () => {
    const { ctx, others } = await personWith(2);
    const before = (await list(ctx))[1]!.last_seen_at;
    await refresh(others[0]!.refresh_token);
    expect((await list(ctx))[1]!.last_seen_at.getTime()).toBeGreaterThan(before.getTime());
  });

  it.each([
    ['ended', 'update session set revoked_at = now() where id = $1'],
    ['idle for too long', 'update session set idle_until = now() where id = $1'],
    ['too old', 'update session set expires_at = now() where id = $1'],
  ])('are not listed once %s', async (_, sql) => {
    const { ctx, others } = await personWith(2);
    await harness.query(sql, [others[0]!.session]);
    expect(await list(ctx)).toHaveLength(1);
  });

  it('are nobody else’s, in this tenant or another', async () => {
    const { ctx, user } = await personWith(1);
    const stranger = await harness.newcomer();
    expect((await list(stranger.ctx)).map(({ session_id }) => session_id)).toEqual([stranger.session]);
    expect(await list({ ...ctx, user, tenant: 'elsewhere' })).toEqual([]);
  });
});

describe('ending one of my sessions', () => {
  it('stops its refresh token, tells why, and is the same the second time', async () => {
    const { ctx, user, session, others } = await personWith(2);
    const { refresh_token, session: gone } = others[0]!;
    const answers = [await revoke(ctx, gone), await revoke(ctx, gone)];
    expect(answers[0]).toEqual(answers[1]);
    expect(await codeOf(refresh(refresh_token))).toBe('invalid_refresh_token');
    expect(await toldOf(gone)).toMatchObject({ user_id: user, tenant_id: 'default', reason: 'user' });
    expect((await list(ctx)).map(({ session_id }) => session_id)).toEqual([session]);
  });

  it('works for the present one', async () => {
    const { ctx, session, tokens } = await personWith(1);
    await revoke(ctx, session);
    expect(await codeOf(refresh(tokens.refresh_token))).toBe('invalid_refresh_token');
  });

  it('does not know sessions that are made up, of somebody else or of another tenant', async () => {
    const { ctx, session, tokens } = await personWith(1);
    const stranger = await harness.newcomer();
    expect(await codeOf(revoke(ctx, 'ses_made_up'))).toBe('session_not_found');
    expect(await codeOf(revoke(stranger.ctx, session))).toBe('session_not_found');
    expect(await codeOf(revoke({ ...ctx, tenant: 'elsewhere' }, session))).toBe('session_not_found');
    await expect(refresh(tokens.refresh_token)).resolves.toBeDefined();
  });

  it('needs a session', async () => {
    expect(await codeOf(revoke(someone(), ''))).toBe('invalid_input');
  });
});

describe('ending my other sessions', () => {
  const revokeOthers = (ctx: ReturnType<typeof someone>) => harness.call(auth.revokeOtherSessions, ctx, {});

  it('leaves this one and says how many ended', async () => {
    const { ctx, tokens, others } = await personWith(3);
    const stranger = await harness.newcomer();
    expect(await revokeOthers(ctx)).toEqual({ revoked: 2 });
    for (const { refresh_token } of others) expect(await codeOf(refresh(refresh_token))).toBe('invalid_refresh_token');
    for (const { session } of others) expect((await toldOf(session)).reason).toBe('user');
    await expect(refresh(tokens.refresh_token)).resolves.toBeDefined();
    await expect(refresh(stranger.tokens.refresh_token)).resolves.toBeDefined();
    expect(await revokeOthers(ctx)).toEqual({ revoked: 0 });
  });

  it('is refused to one without a session, who would end them all', async () => {
    const { ctx, tokens } = await personWith(1);
    expect(await codeOf(revokeOthers({ ...ctx, session: undefined }))).toBe('session_required');
    await expect(refresh(tokens.refresh_token)).resolves.toBeDefined();
  });
});
