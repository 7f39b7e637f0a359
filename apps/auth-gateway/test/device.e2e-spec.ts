import { auth, type DeviceTokens } from '@skep/contracts/auth';
import { codeOf, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { type AuthHarness, claimsOf, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth({ SKEP_PUBLIC_URL: 'https://skep.example/' })));
afterAll(() => harness?.close());

/** Starts a device authorization. */
async function device(ctx = someone({ agent: 'python-httpx/0.28.1', ip: '203.0.113.7' })) {
  const code_verifier = randomBytes(48).toString('base64url');
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const granted = await harness.call(auth.authorizeDevice, ctx, { code_challenge, code_challenge_method: 'S256' });
  return { ...granted, code_verifier };
}
type Device = Awaited<ReturnType<typeof device>>;
const poll = ({ device_code, code_verifier }: Device): Promise<DeviceTokens> =>
  harness.call(auth.exchangeDeviceCode, someone({ agent: 'python-httpx/0.28.1' }), { device_code, code_verifier });
const approve = ({ user_code }: Pick<Device, 'user_code'>, email: string, password = PASSWORD, ctx = someone(), tenant_id = 'default') =>
  harness.call(auth.decideDevice, ctx, { user_code, decision: 'approve', email, password, tenant_id });
const deny = ({ user_code }: Pick<Device, 'user_code'>) =>
  harness.call(auth.decideDevice, someone(), { user_code, decision: 'deny', tenant_id: 'default' });
const describeDevice = (user_code: string, ctx = someone()) => harness.call(auth.describeDevice, ctx, { user_code });
/** Simulates that time has passed for a device. */
const advanceTime = ({ user_code }: Device, seconds: number) =>
  harness.query(
    `update device_grant set polled_at = polled_at - $2 * interval '1 second', expires_at = expires_at - $2 * interval '1 second' where user_code = $1`,
    [user_code.replace('-', ''), seconds],
  );

describe('a device', () => {
  it('gets a device code and a user code', async () => {
    expect(await device()).toMatchObject({
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: 'https://skep.example/device',
      verification_uri_complete: expect.stringMatching(/^https:\/\/skep\.example\/device\?user_code=[A-Z]{4}-[A-Z]{4}$/),
      ...{ expires_in: 600, interval: 5 },
    });
  });

  it('gets tokens after the approval, and its session stays marked as `cli`', async () => {
    const { email, user } = await harness.newcomer();
    const cli = await device();
    expect(await poll(cli)).toEqual({ error: 'authorization_pending' });
    await approve(cli, email);
    const tokens = await poll(cli);
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, refresh_token: expect.stringMatching(/^rt_/) });
    expect(claimsOf(tokens.access_token!)).toMatchObject({ sub: user, token_use: 'cli' });
    const next = await harness.call(auth.refresh, someone(), { refresh_token: tokens.refresh_token! });
    expect(claimsOf(next.access_token)).toMatchObject({ token_use: 'cli', sid: claimsOf(tokens.access_token!).sid });
    const { sessions } = await harness.call(auth.listSessions, someone({ tenant: 'default', user }), {});
    expect(sessions.filter(({ surface }) => surface === 'cli')).toMatchObject([{ label: 'python-httpx/0.28.1' }]);
    expect(claimsOf((await harness.login(email)).access_token)).not.toHaveProperty('token_use');
  });

  it('gets its tokens once, even if it polls ten times at once', async () => {
    const { email } = await harness.newcomer();
    const cli = await device();
    await approve(cli, email);
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => poll(cli)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await codeOf(poll(cli))).toBe('invalid_grant');
  });

  it('gets nothing without the verifier, and the right verifier still works afterwards', async () => {
    const { email } = await harness.newcomer();
    const cli = await device();
    await approve(cli, email);
    expect(await codeOf(poll({ ...cli, code_verifier: randomBytes(48).toString('base64url') }))).toBe('invalid_grant');
    expect(await codeOf(poll({ ...cli, device_code: cli.user_code }))).toBe('invalid_grant');
    expect((await poll(cli)).access_token).toBeDefined();
  });

  it('that polls too early gets slow_down, and five more seconds each time', async () => {
    const cli = await device();
    expect(await poll(cli)).toEqual({ error: 'authorization_pending' });
    expect(await poll(cli)).toEqual({ error: 'slow_down' });
    await advanceTime(cli, 6);
    expect(await poll(cli)).toEqual({ error: 'slow_down' });
    await advanceTime(cli, 15);
    expect(await poll(cli)).toEqual({ error: 'authorization_pending' });
  });

  it('is stored without its device code', async () => {
    const cli = await device();
    const [row] = await harness.query('select * from device_grant where user_code = $1', [cli.user_code.replace('-', '')]);
    expect(JSON.stringify(row)).not.toContain(cli.device_code);
    expect(row!['code_hash']).toEqual(createHash('sha256').update(cli.device_code).digest());
  });

  it.each([
    ['another method', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }, 'code_challenge_method'],
    ['no challenge', { code_challenge: '', code_challenge_method: 'S256' }, 'code_challenge'],
  ])('with %s is refused', async (_, input, field) => {
    await expect(problemOf(harness.call(auth.authorizeDevice, someone(), input))).resolves.toMatchObject({
      body: { status: 422, detail: [{ loc: [field] }] },
    });
  });
});

describe('the user of a device', () => {
  it('sees the program and the address of the device, however the code is typed', async () => {
    const { user_code } = await device();
    const shown = await describeDevice(user_code.toLowerCase().replace('-', ' '));
    expect(shown).toMatchObject({ user_code, label: 'python-httpx/0.28.1', ip_address: '203.0.113.7', created_at: expect.any(Date) });
  });

  it('sees the full name that the device gives itself', async () => {
    const client_id = 'The command line on the old laptop of someone with a rather long name, in the kitchen';
    const input = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256', client_id };
    const { user_code } = await harness.call(auth.authorizeDevice, someone(), input);
    expect((await describeDevice(user_code)).label).toBe(client_id);
  });

  it('denies it permanently', async () => {
    const { email } = await harness.newcomer();
    const cli = await device();
    await deny(cli);
    expect(await codeOf(poll(cli))).toBe('access_denied');
    expect(await codeOf(approve(cli, email))).toBe('user_code_not_found');
  });

  it.each(['a wrong password', undefined])('with %s does not approve it', async (password) => {
    const { email } = await harness.newcomer();
    const cli = await device();
    expect(await codeOf(approve(cli, password ? email : 'nobody@example.com', password))).toBe('invalid_credentials');
    expect(await poll(cli)).toEqual({ error: 'authorization_pending' });
  });

  it('of another tenant approves it for that tenant only', async () => {
    await harness.query(`insert into tenant (id, name) values ('second', 'Second') on conflict do nothing`);
    const { email } = await harness.newcomer(undefined, 'second');
    const cli = await device();
    expect(await codeOf(approve(cli, email))).toBe('invalid_credentials');
    await approve(cli, email, PASSWORD, someone(), 'second');
    expect(claimsOf((await poll(cli)).access_token!)).toMatchObject({ tenant_id: 'second' });
  });

  it.each([
    ['changed the password since', `update account set password_hash = password_hash || ' ' where id = $1`],
    ['was deactivated since', 'update account set is_active = false where id = $1'],
  ])('who %s has no valid approval', async (_, sql) => {
    const { email, user } = await harness.newcomer();
    const cli = await device();
    await approve(cli, email);
    await harness.query(sql, [user]);
    expect(await codeOf(poll(cli))).toBe('access_denied');
  });

  it('cannot guess user codes, or passwords without a code', async () => {
    const ctx = someone();
    for (let n = 0; n < 20; n++) expect(await codeOf(describeDevice('BBBB-BBBB', ctx))).toBe('user_code_not_found');
    expect(await codeOf(describeDevice((await device()).user_code, ctx))).toBe('too_many_requests');
    const { email } = await harness.newcomer();
    expect(await codeOf(approve({ user_code: 'BBBB-BBBB' }, email))).toBe('user_code_not_found');
  });
});
