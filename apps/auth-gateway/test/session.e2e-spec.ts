import { auth, type SessionRevoked, type Tokens } from '@skep/contracts/auth';
import { codeOf, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AuthHarness, claimsOf, startAuth, someone } from './auth.js';

let harness: AuthHarness;
const revocations: SessionRevoked[] = [];
beforeAll(async () => {
  harness = await startAuth();
  harness.bus.subscribe(auth.sessionRevoked, (revoked) => revocations.push(revoked));
});
afterAll(() => harness?.close());

const refresh = (refresh_token: string, ctx = someone()): Promise<Tokens> => harness.call(auth.refresh, ctx, { refresh_token });
const logout = (refresh_token: string, ctx = someone()) => harness.call(auth.logout, ctx, { refresh_token });
const revocationOf = (session: string) =>
  waitUntil(`the revocation of ${session}`, () => revocations.find(({ session_id }) => session_id === session));
const countTokens = async (session: string) => (await harness.query('select * from refresh_token where session_id = $1', [session])).length;
/** Simulates that the token was used earlier. */
const age = (token: string, seconds: number) =>
  harness.query(`update refresh_token set used_at = used_at - $2 * interval '1 second' where hash = $1`, [sha256(token), seconds]);
const sha256 = (text: string) => createHash('sha256').update(text).digest();

describe('a refresh', () => {
  it('gives new tokens of the same session', async () => {
    const { tokens, session, user } = await harness.newcomer();
    const next = await refresh(tokens.refresh_token);
    expect(next).toMatchObject({ token_type: 'bearer', expires_in: 3600, refresh_token: expect.stringMatching(/^rt_[\w-]{43}$/) });
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect(claimsOf(next.access_token)).toMatchObject({ sub: user, sid: session });
    await expect(refresh(next.refresh_token)).resolves.toBeDefined();
  });

  it('stores only hashes', async () => {
    const { tokens, session } = await harness.newcomer();
    const [row] = await harness.query('select * from refresh_token where session_id = $1', [session]);
    expect(row!['hash']).toEqual(sha256(tokens.refresh_token));
  });

  it('by fifty callers at once creates one successor, which all of them get', async () => {
    const { tokens, session } = await harness.newcomer();
    // They queue behind a lock on the session, so that they really run at the same time.
    const held = harness.query('select pg_sleep(0.3) from (select from session where id = $1 for update) as locked', [session]);
    await sleep(100);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(tokens.refresh_token)));
    await held;
    expect(new Set(answers.map(({ refresh_token }) => refresh_token)).size).toBe(1);
    expect(await countTokens(session)).toBe(2);
    await expect(refresh(answers[0]!.refresh_token)).resolves.toBeDefined();
  });

  it('within the grace period gives the same successor again', async () => {
    const { tokens } = await harness.newcomer();
    const { refresh_token } = await refresh(tokens.refresh_token);
    await age(tokens.refresh_token, 28);
    expect((await refresh(tokens.refresh_token)).refresh_token).toBe(refresh_token);
  });

  it('days later gives the same successor again to the client that lost the response', async () => {
    const { tokens, session } = await harness.newcomer();
    const client = someone({ agent: 'a-program/1.0' });
    const { refresh_token } = await refresh(tokens.refresh_token, client);
    await age(tokens.refresh_token, 2 * 86_400);
    expect((await refresh(tokens.refresh_token, { ...client, request: 'another' })).refresh_token).toBe(refresh_token);
    expect(await countTokens(session)).toBe(2);
    await expect(refresh(refresh_token, client)).resolves.toBeDefined();
  });

  it('by the same client revokes the session if the successor was used', async () => {
    const { tokens, session } = await harness.newcomer();
    const client = someone({ agent: 'a-program/1.0' });
    const second = await refresh(tokens.refresh_token, client);
    const third = await refresh(second.refresh_token, client);
    expect(await codeOf(refresh(tokens.refresh_token, client))).toBe('invalid_refresh_token');
    expect(await codeOf(refresh(third.refresh_token, client))).toBe('invalid_refresh_token');
    expect((await revocationOf(session)).reason).toBe('reuse');
  });

  it.each(['another program', 'another network'])(
    'after the grace period by %s revokes the session, although the successor is unused',
    async (who) => {
      const { tokens, session } = await harness.newcomer();
      const client = someone({ agent: 'a-program/1.0' });
      const thief = who === 'another program' ? { ...client, agent: 'curl/8.5.0' } : someone({ agent: 'a-program/1.0' });
      await refresh(tokens.refresh_token, client);
      await age(tokens.refresh_token, 31);
      expect(await codeOf(refresh(tokens.refresh_token, thief))).toBe('invalid_refresh_token');
      expect((await revocationOf(session)).reason).toBe('reuse');
    },
  );

  it('by the owner revokes the session if a thief in another network used the token first', async () => {
    const { tokens, session } = await harness.newcomer();
    const stolen = await refresh(tokens.refresh_token, someone({ agent: 'a-program/1.0' }));
    await age(tokens.refresh_token, 31);
    expect(await codeOf(refresh(tokens.refresh_token, someone({ agent: 'a-program/1.0' })))).toBe('invalid_refresh_token');
    expect(await codeOf(refresh(stolen.refresh_token))).toBe('invalid_refresh_token');
    expect((await revocationOf(session)).reason).toBe('reuse');
  });

  it('after the grace period revokes the session, including its newest token, and publishes an event', async () => {
    const { tokens, session, user } = await harness.newcomer();
    const next = await refresh(tokens.refresh_token);
    await age(tokens.refresh_token, 31);
    expect(await codeOf(refresh(tokens.refresh_token))).toBe('invalid_refresh_token');
    await expect(problemOf(refresh(next.refresh_token))).resolves.toMatchObject({ body: { code: 'invalid_refresh_token', status: 401 } });
    const revoked = await revocationOf(session);
    expect(revoked).toMatchObject({ user_id: user, reason: 'reuse' });
    expect(revoked.forget_at.getTime()).toBe(claimsOf(next.access_token).exp * 1000);
  });

  it('with an older token revokes the session even within the grace period', async () => {
    const { tokens, session } = await harness.newcomer();
    const second = await refresh(tokens.refresh_token);
    const third = await refresh(second.refresh_token);
    expect(await codeOf(refresh(tokens.refresh_token))).toBe('invalid_refresh_token');
    expect(await codeOf(refresh(third.refresh_token))).toBe('invalid_refresh_token');
    expect((await revocationOf(session)).reason).toBe('reuse');
  });

  it('does not affect the user’s other sessions', async () => {
    const { tokens, email } = await harness.newcomer();
    const other = await harness.login(email);
    await refresh((await refresh(tokens.refresh_token)).refresh_token);
    await problemOf(refresh(tokens.refresh_token));
    await expect(refresh(other.refresh_token)).resolves.toBeDefined();
  });

  it.each([
    ['30 idle days', `update session set idle_until = idle_until - interval '30 days' where id = $1`],
    ['90 days', `update session set expires_at = expires_at - interval '90 days' where id = $1`],
    ['its user is deactivated', `update account set is_active = false where id = (select account_id from session where id = $1)`],
  ])('is rejected after %s', async (_, sql) => {
    const { tokens, session } = await harness.newcomer();
    await harness.query(sql, [session]);
    expect(await codeOf(refresh(tokens.refresh_token))).toBe('invalid_refresh_token');
  });

  it('extends the idle time, but not the total lifetime', async () => {
    const { tokens, session } = await harness.newcomer();
    await harness.query(`update session set idle_until = now() + interval '1 day', expires_at = now() + interval '2 days' where id = $1`, [
      session,
    ]);
    await refresh(tokens.refresh_token);
    const [row] = await harness.query(
      `select idle_until > now() + interval '29 days' as idle, expires_at < now() + interval '3 days' as whole from session where id = $1`,
      [session],
    );
    expect(row).toEqual({ idle: true, whole: true });
  });

  it('gives the current role and scopes', async () => {
    const { tokens, user } = await harness.newcomer();
    await harness.query(`update account set role = 'developer', scopes = '{store:read}' where id = $1`, [user]);
    expect(claimsOf((await refresh(tokens.refresh_token)).access_token)).toMatchObject({ role: 'developer', scopes: ['store:read'] });
  });

  it.each(['rt_made-up', `rt_${'x'.repeat(43)}`, 'eyJhbGciOiJub25lIn0.e30.'])('rejects %s', async (token) => {
    await expect(problemOf(refresh(token))).resolves.toMatchObject({ body: { code: 'invalid_refresh_token', status: 401 } });
  });

  it('without a token names the field', async () => {
    await expect(problemOf(refresh(''))).resolves.toMatchObject({ body: { status: 422, detail: [{ loc: ['refresh_token'] }] } });
  });
});

describe('a logout', () => {
  it.each(['without a bearer', 'with a bearer'])('%s revokes the session and publishes an event', async (how) => {
    const { tokens, session, user, ctx } = await harness.newcomer();
    await expect(logout(tokens.refresh_token, how === 'with a bearer' ? ctx : someone())).resolves.toEqual({ message: expect.any(String) });
    expect(await codeOf(refresh(tokens.refresh_token))).toBe('invalid_refresh_token');
    expect(await revocationOf(session)).toMatchObject({ user_id: user, reason: 'logout' });
  });

  it('gives the same response for an unknown token, and the second time', async () => {
    const { tokens, session } = await harness.newcomer();
    const answers = [await logout(tokens.refresh_token), await logout(tokens.refresh_token), await logout('anything at all')];
    expect(new Set(answers.map(({ message }) => message)).size).toBe(1);
    await revocationOf(session);
    expect(await harness.query(`select count(*)::int as n from outbox where payload->>'session_id' = $1`, [session])).toEqual([{ n: 1 }]);
  });

  it('without a token names the field', async () => {
    await expect(problemOf(logout(''))).resolves.toMatchObject({ body: { detail: [{ loc: ['refresh_token'] }] } });
  });
});

describe('the list of revoked sessions', () => {
  const list = async (since: Date) => (await harness.call(auth.listRevokedSessions, someone(), { since })).rows;

  it('contains sessions revoked since then whose access tokens may still be valid', async () => {
    const before = new Date(Date.now() - 1000);
    const [out, alive, over] = [await harness.newcomer(), await harness.newcomer(), await harness.newcomer()];
    for (const { tokens } of [out, over]) await logout(tokens.refresh_token);
    await harness.query('update session set access_until = now() where id = $1', [over.session]);
    const sessions = (await list(before)).map(({ session_id }) => session_id);
    expect(sessions).toContain(out.session);
    expect(sessions).not.toContain(alive.session);
    expect(sessions).not.toContain(over.session);
    expect((await list(before)).find(({ session_id }) => session_id === out.session)).toEqual({
      ...{
        session_id: out.session,
        user_id: out.user,
        reason: 'logout',
        forget_at: new Date(claimsOf(out.tokens.access_token).exp * 1000),
      },
    });
    expect(await list(new Date(Date.now() + 60_000))).toEqual([]);
  });

  it('is read as a whole over the bus, however long it is', async () => {
    await harness.query(
      `insert into session (id, account_id, tenant_id, idle_until, expires_at, access_until, revoked_at, revoke_reason)
       select 'ses_bulk' || n, 'imp_u_bulk', 'default', now(), now(), now() + interval '1 hour', '2020-01-01', 'admin' from generate_series(1, 2100) n`,
    );
    const ids = (await list(new Date('2020-01-01'))).map(({ session_id }) => session_id).filter((id) => id.startsWith('ses_bulk'));
    expect([ids.length, new Set(ids).size]).toEqual([2100, 2100]);
  });

  it('requires a date', async () => {
    await expect(problemOf(list('x' as unknown as Date))).resolves.toMatchObject({ body: { detail: [{ loc: ['since'] }] } });
  });
});

it('a session is removed with its refresh tokens a week after it ended, and no other', async () => {
  await harness.query(`
    insert into session (id, account_id, tenant_id, idle_until, expires_at, access_until, revoked_at)
    select 'ses_' || name, 'imp_u_gone', 'default', now() + idle, now() + expires, now(), now() + revoked
      from (values ('revoked', interval '1 day', interval '1 day', interval '-8 days'), ('idle', '-8 days', '1 day', null),
                   ('expired', '-6 days', '-8 days', null), ('lately', '-6 days', '-6 days', '-6 days'), ('active', '1 day', '1 day', null))
           s (name, idle, expires, revoked);
    insert into refresh_token (hash, session_id) select sha256(id::bytea), id from session where account_id = 'imp_u_gone'`);
  const left = async (table: string, id: string) =>
    (await harness.query(`select ${id} as id from ${table} where ${id} ~ '^ses_(active|lately|revoked|idle|expired)' order by 1`)).map(
      (row) => row['id'],
    );
  const another = await harness.startCopy();
  const rest = ['ses_active', 'ses_lately'];
  await waitUntil('the removal', async () => (await left('session', 'id')).join() === rest.join());
  await another.stop();
  expect(await left('refresh_token', 'session_id')).toEqual(rest);
});
