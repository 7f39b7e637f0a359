import { auth } from '@skep/contracts/auth';
import { codeOf, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { type AuthHarness, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => {
  harness = await startAuth();
  await harness.query(`insert into tenant (id, name) values ('imp_t_acme', 'Acme')`);
});
afterAll(() => harness?.close());

const signup = (email: string, more: object = {}, ctx = someone()) =>
  harness.call(auth.signup, ctx, { email, password: PASSWORD, tenant_id: 'default', ...more });
const verify = (token: string) => harness.call(auth.verifyEmail, someone(), { token });

describe('signing up', () => {
  it('creates an account by the link in the e-mail', async () => {
    const receipt = await signup('ada@example.com', { first_name: 'Ada', last_name: 'Lovelace' });
    expect(receipt).toEqual({ user_id: expect.stringMatching(/^imp_u_[0-9a-z]{16,}$/), message: expect.any(String) });
    const tokens = await verify(await harness.tokenFor('ada@example.com'));
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
    const me = await harness.call(auth.getMe, someone({ tenant: 'default', user: receipt.user_id }), {});
    expect(me).toMatchObject({
      ...{ imperal_id: receipt.user_id, email: 'ada@example.com', role: 'user', tenant_id: 'default', is_active: true, agency_id: null },
      ...{ org_id: null, auth_method: 'password', attributes: { first_name: 'Ada', last_name: 'Lovelace' }, cases_user_id: null },
    });
    expect(me.scopes).toContain('billing:read');
    expect(me.last_login).toBeInstanceOf(Date);
    await expect(harness.login('ADA@example.com ')).resolves.toMatchObject({ token_type: 'bearer' });
  });

  it('stores only the hash of the link token', async () => {
    await signup('hashed@example.com');
    const token = await harness.tokenFor('hashed@example.com');
    expect(Buffer.from(token, 'base64url')).toHaveLength(24);
    const [row] = await harness.query(`select token_hash from pending_signup where email = 'hashed@example.com'`);
    expect(row!['token_hash']).toEqual(createHash('sha256').update(token).digest());
  });

  it('accepts a link once, even if it is opened several times at once', async () => {
    await signup('once@example.com');
    const token = await harness.tokenFor('once@example.com');
    const ends = await Promise.allSettled([verify(token), verify(token), verify(token)]);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(problemOf(verify(token))).resolves.toMatchObject({ body: { code: 'invalid_token', status: 400 } });
  });

  it('accepts a link for 24 hours', async () => {
    await signup('late@example.com');
    const token = await harness.tokenFor('late@example.com');
    await harness.query(`update pending_signup set expires_at = expires_at - interval '24 hours' where email = 'late@example.com'`);
    expect(await codeOf(verify(token))).toBe('invalid_token');
  });

  it('rejects an invented token', async () => {
    expect(await codeOf(verify('x'.repeat(43)))).toBe('invalid_token');
  });

  it('gives the same response for an address with an account, whose owner gets an e-mail without a verification link', async () => {
    const { email } = await harness.newcomer();
    const fresh = await signup('fresh@example.com');
    const taken = await signup(email, { password: 'another password' });
    expect(taken.message).toBe(fresh.message);
    expect(taken.user_id).toMatch(/^imp_u_[0-9a-z]{20}$/);
    const mails = await waitUntil('the mail', async () => (await harness.mailsTo(email))[0]);
    expect(mails).toMatch(/already has an account/);
    expect(mails).not.toMatch(/token=/);
    await expect(harness.login(email)).resolves.toBeDefined();
  });

  it('makes a later login respond the same, whether the address has an account or not', async () => {
    const { email } = await harness.newcomer();
    const other = 'a password of a stranger';
    for (const address of [email, 'nobody.yet@example.com']) {
      await signup(address, { password: other });
      const ends = [await codeOf(harness.login(address, other)), await codeOf(harness.login(address, 'not this one'))];
      expect(ends).toEqual(['email_not_verified', 'invalid_credentials']);
    }
  });

  it('a second time does not change the first sign-up and sends no verification link', async () => {
    const ctx = someone();
    await signup('twice@example.com', {}, ctx);
    const token = await harness.tokenFor('twice@example.com');
    await signup('twice@example.com', { password: 'password of a stranger' }, ctx);
    const mails = await waitUntil('both mails', async () => {
      const all = await harness.mailsTo('twice@example.com');
      return all.length === 2 ? all : undefined;
    });
    expect(mails.filter((mail) => /token=/.test(mail))).toHaveLength(1);
    await verify(token);
    await expect(harness.login('twice@example.com')).resolves.toBeDefined();
    expect(await codeOf(harness.login('twice@example.com', 'password of a stranger'))).toBe('invalid_credentials');
  });

  it('in an unknown tenant gives the same response and sends nothing', async () => {
    const receipt = await signup('lost@example.com', { tenant_id: 'nowhere' });
    expect(receipt).toEqual({ user_id: expect.stringMatching(/^imp_u_/), message: expect.any(String) });
    expect(await codeOf(harness.login('lost@example.com', PASSWORD, someone(), 'nowhere'))).toBe('email_not_verified');
    await signup('after.lost@example.com');
    await harness.tokenFor('after.lost@example.com');
    expect(await harness.mailsTo('lost@example.com')).toEqual([]);
  });

  it('reports every invalid field', async () => {
    const { body } = await problemOf(signup('nope', { password: 'short', tenant_id: 'a b' }));
    expect(body).toMatchObject({ status: 422, detail: [{ loc: ['email'] }, { loc: ['password'] }, { loc: ['tenant_id'] }] });
  });

  it('is limited per address and network', async () => {
    const ctx = someone({ ip: '198.51.100.7' });
    for (let i = 0; i < 5; i++) await signup('often@example.com', {}, ctx);
    const { body, retryAfter } = await problemOf(signup('often@example.com', {}, ctx));
    expect(body).toMatchObject({ code: 'too_many_requests', status: 429 });
    expect(retryAfter).toBeGreaterThan(0);
    await expect(signup('often@example.com')).resolves.toBeDefined();
  });
});

describe('tenants', () => {
  it('have separate accounts for the same address', async () => {
    const here = await harness.newcomer('both@example.com');
    const there = await harness.newcomer('both@example.com', 'imp_t_acme');
    expect(here.user).not.toBe(there.user);
    await harness.query(`update account set is_active = false where id = $1`, [here.user]);
    expect(await codeOf(harness.login('both@example.com'))).toBe('invalid_credentials');
    await expect(harness.login('both@example.com', PASSWORD, someone(), 'imp_t_acme')).resolves.toBeDefined();
  });

  it('do not see users of another tenant', async () => {
    const { user } = await harness.newcomer();
    expect(await codeOf(harness.call(auth.getMe, someone({ tenant: 'imp_t_acme', user }), {}))).toBe('user_not_found');
    expect(await codeOf(harness.call(auth.describeUser, someone(), { user_id: user, tenant_id: 'imp_t_acme' }))).toBe('user_not_found');
  });
});

describe('registration by a service', () => {
  const register = (input: object) =>
    harness.call(auth.register, someone({ actor: 'service:kernel' }), {
      email: 'svc@example.com',
      password: PASSWORD,
      tenant_id: 'default',
      ...input,
    });

  it('creates a verified account and a session, and deletes pending sign-ups', async () => {
    await signup('svc@example.com', { password: 'password of a stranger' });
    const token = await harness.tokenFor('svc@example.com');
    await expect(register({})).resolves.toMatchObject({ token_type: 'bearer' });
    await expect(harness.login('svc@example.com')).resolves.toBeDefined();
    expect(await codeOf(verify(token))).toBe('invalid_token');
  });

  it('is a conflict for a taken address and rejects invalid input and an unknown tenant', async () => {
    const { email } = await harness.newcomer();
    await expect(problemOf(register({ email }))).resolves.toMatchObject({ body: { code: 'conflict', status: 409 } });
    await expect(problemOf(register({ email: 'x@example.com', tenant_id: 'nowhere' }))).resolves.toMatchObject({
      body: { detail: [{ loc: ['tenant_id'] }] },
    });
    await expect(problemOf(register({ email: 'x@example.com', password: 'short' }))).resolves.toMatchObject({
      body: { detail: [{ loc: ['password'] }] },
    });
  });
});

describe('an acting user', () => {
  it('is described with role and scopes', async () => {
    const { user, email } = await harness.newcomer();
    const person = await harness.call(auth.describeUser, someone(), { user_id: user, tenant_id: 'default' });
    expect(person).toMatchObject({ user_id: user, tenant_id: 'default', email, role: 'user' });
    expect(Object.keys(person).sort()).toEqual(['email', 'role', 'scopes', 'tenant_id', 'user_id']);
  });

  it('is not found if unknown, unverified or inactive', async () => {
    const { user } = await harness.newcomer();
    await harness.query('update account set is_active = false where id = $1', [user]);
    const { user_id: pending } = await signup('waiting@example.com');
    for (const user_id of [user, pending, 'imp_u_nobody'])
      expect(await codeOf(harness.call(auth.describeUser, someone(), { user_id, tenant_id: 'default' }))).toBe('user_not_found');
    await expect(problemOf(harness.call(auth.describeUser, someone(), { user_id: '', tenant_id: 'default' }))).resolves.toMatchObject({
      body: { status: 422 },
    });
  });
});
