import { type Json, SERVICES, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { operatorCommand } from './operator-command.js';

let skep: Skep;
let ada: TestUser;
beforeAll(async () => {
  skep = await startSkep();
  ada = await skep.signUpUser();
});
afterAll(() => skep?.close());

const data = async (...line: string[]) => JSON.parse(await operatorCommand(skep, ...line, '--json')) as Json;
const list = async (...line: string[]) => (await data(...line)) as unknown as Json[];
const login = (email: string, password: string) => skep.http('POST', '/v1/auth/login', { body: { email, password } });

/** Runs a command that fails. @returns its error message */
async function errorOf(...line: string[]): Promise<string> {
  const { stderr, code } = (await operatorCommand(skep, ...line).catch((error: unknown) => error)) as { stderr: string; code: number };
  expect(code).toBe(1);
  return stderr.trim();
}

describe('the command line', () => {
  it('creates an administrator, who can log in with the printed password', async () => {
    const { password } = await data('admin', 'create', 'grace@example.com');
    const { json } = await login('grace@example.com', String(password));
    expect((await skep.http('GET', '/v1/users', { token: String(json['access_token']) })).status).toBe(200);
    expect(await errorOf('admin', 'create', 'grace@example.com')).toBe('This e-mail address already has an account.');
    expect(await errorOf('admin', 'create', 'grace')).toBe('email: email must be an email');
  });

  it('finds users by e-mail address or id', async () => {
    expect((await list('users', 'list', '--search', ada.email)).map(({ id }) => id)).toEqual([ada.id]);
    expect(await operatorCommand(skep, 'users', 'list')).toMatch(new RegExp(`^email .*${ada.email} +${ada.id} +user +true`, 's'));
    for (const person of [ada.email, ada.email.toUpperCase(), ada.id])
      expect(await data('users', 'show', person)).toMatchObject({ id: ada.id, email: ada.email });
  });

  it('lists the users of all pages', async () => {
    await skep.infra.query('auth-gateway', `insert into tenant (id, name) values ('many', 'Many')`);
    await skep.infra.query(
      'auth-gateway',
      `insert into account (id, tenant_id, email, role, scopes, attributes) select 'imp_u_' || n, 'many', n || '@example.com', 'user', '{}', '{}' from generate_series(1, 450) n`,
    );
    const ids = (await list('users', 'list', '--tenant', 'many')).map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([450, 450]);
  });

  it('suspends and restores a user', async () => {
    expect(await operatorCommand(skep, 'users', 'suspend', ada.email)).toBe(`${ada.email} is suspended.\n`);
    expect((await login(ada.email, ada.password)).status).toBe(401);
    expect(await data('users', 'show', ada.email)).toMatchObject({ is_active: false });
    await operatorCommand(skep, 'users', 'restore', ada.email);
    expect((await login(ada.email, ada.password)).status).toBe(200);
  });

  it('sends a user a password reset link', async () => {
    const before = await skep.mailToken(ada.email);
    await operatorCommand(skep, 'users', 'reset-password', ada.email);
    const token = await waitUntil('the mail', async () => {
      const newest = await skep.mailToken(ada.email);
      return newest === before ? undefined : newest;
    });
    ada.password = 'another correct horse';
    expect((await skep.http('POST', '/v1/auth/reset-password', { body: { token, new_password: ada.password } })).status).toBe(200);
    expect((await login(ada.email, ada.password)).status).toBe(200);
  });

  it('explains in one sentence when a user does not exist', async () => {
    const nobody = 'No user with the e-mail address nobody@example.com in the tenant default.';
    for (const line of [
      ['users', 'show'],
      ['users', 'suspend'],
      ['users', 'reset-password'],
    ])
      expect(await errorOf(...line, 'nobody@example.com')).toBe(nobody);
    expect(await errorOf('tier', 'grant', 'nobody@example.com', 'studio')).toBe(nobody);
    expect(await errorOf('users', 'show', ada.email, '--tenant', 'acme')).toMatch(/in the tenant acme\.$/);
    expect(await errorOf('users', 'show', 'imp_u_nobody')).toBe('No user with the id imp_u_nobody in the tenant default.');
    expect(await errorOf('factors', 'remove', 'nobody@example.com')).toBe('User not found.');
    expect(await errorOf('factors', 'remove', 'nobody')).toBe('email: email must be an email');
  });

  it('creates, lists, suspends and restores a tenant', async () => {
    await operatorCommand(skep, 'tenants', 'create', 'acme', 'Acme Ltd');
    expect(await list('tenants', 'list')).toContainEqual(expect.objectContaining({ tenant_id: 'acme', name: 'Acme Ltd', is_active: true }));
    const { email, password } = await data('admin', 'create', 'eve@acme.example', '--tenant', 'acme');
    const logIn = () => skep.http('POST', '/v1/auth/login', { body: { email, password, tenant_id: 'acme' } });
    expect((await logIn()).status).toBe(200);
    expect(await operatorCommand(skep, 'tenants', 'suspend', 'acme')).toBe('The tenant acme is suspended.\n');
    expect((await logIn()).status).toBe(403);
    await operatorCommand(skep, 'tenants', 'restore', 'acme');
    expect((await logIn()).status).toBe(200);
    expect(await errorOf('tenants', 'suspend', 'nowhere')).toBe('Tenant not found.');
  });

  it('rejects and approves a pending app, suspends and restores it, and grants its developer a tier', async () => {
    const token = String((await login(ada.email, ada.password)).json['access_token']);
    const post = async (path: string, body: object) => {
      const answer = await skep.http('POST', path, { token, body });
      if (answer.status >= 300) throw new Error(answer.text);
      return answer.json;
    };
    const ir_dict = JSON.parse(await readFile(new URL('../../../../docs/examples/link-saver.json', import.meta.url), 'utf8')) as object;
    await post('/v1/developer/register', { display_name: 'Ada' });
    await post('/v1/developer/apps', {
      app_id: 'link-saver',
      name: 'Link Saver',
      short_description: 'Keeps links.',
      category: 'productivity',
    });
    const deploy = { user_id: ada.id, function: 'deploy_ir', params: { app_id: 'link-saver', ir_dict } };
    expect(await post('/v1/extensions/developer/call', deploy)).toMatchObject({ status: 'success' });
    await post('/v1/developer/apps/link-saver/submit', {});
    expect((await list('apps', 'pending')).map(({ app_id }) => app_id)).toEqual(['link-saver']);
    await operatorCommand(skep, 'apps', 'reject', 'link-saver', 'The description is empty.');
    expect(await operatorCommand(skep, 'apps', 'pending')).toBe('No app waits for a review.\n');
    await post('/v1/developer/apps/link-saver/submit', {});
    expect(await operatorCommand(skep, 'apps', 'approve', 'link-saver')).toBe('link-saver is approved.\n');
    expect(await errorOf('apps', 'approve', 'link-saver')).toBe('This app is not under review.');

    const getApp = async () => (await skep.http('GET', '/v1/developer/apps/link-saver', { token })).json;
    expect(await operatorCommand(skep, 'apps', 'suspend', 'link-saver', 'It sends links away.')).toBe('link-saver is suspended.\n');
    expect(await getApp()).toMatchObject({ status: 'suspended', suspend_reason: 'It sends links away.' });
    expect(await data('apps', 'suspend', 'link-saver', 'It is slow.')).toMatchObject({ suspend_reason: 'It is slow.' });
    expect(await operatorCommand(skep, 'apps', 'restore', 'link-saver')).toBe("link-saver is restored. Its status is 'active'.\n");
    expect(await getApp()).toMatchObject({ status: 'active', suspend_reason: null });
    expect(await operatorCommand(skep, 'apps', 'restore', 'link-saver')).toBe("link-saver is restored. Its status is 'active'.\n");
    expect(await errorOf('apps', 'suspend', 'nowhere', 'It spies.')).toBe('App not found');
    expect(await errorOf('apps', 'suspend', 'link-saver')).toMatch(/apps suspend APP REASON/);

    await operatorCommand(skep, 'tier', 'grant', ada.email, 'studio', '--until', '2099-01-31T00:00:00Z');
    const profile = await skep.http('GET', '/v1/developer/profile', { token });
    expect(profile.json).toMatchObject({ tier: 'studio', tier_until: '2099-01-31T00:00:00.000Z' });
    expect(await errorOf('tier', 'grant', ada.email, 'boss')).toMatch(/^tier: /);
  });
});

describe('the status', () => {
  const parts = ({ parts }: Json) => Object.fromEntries((parts as unknown as Json[]).map(({ part, state }) => [part, state]));

  it('shows every service with its outbox, and the consumers', async () => {
    const all = await data('status');
    expect(all['ready']).toBe(true);
    expect(Object.keys(parts(all))).toEqual(['postgres', 'nats', ...SERVICES.toSorted(), 'api-gateway']);
    expect(all['parts']).toContainEqual({ part: 'billing', state: 'ready', processes: 1, outbox_age_ms: expect.any(Number) });
    expect(all['consumers']).toContainEqual({
      name: 'billing-kernel-callsFinished',
      pending: expect.any(Number),
      in_hand: expect.any(Number),
    });
    expect(await operatorCommand(skep, 'status')).toMatch(/^billing +ready +1 +\d+$/m);
  });

  it('fails without NATS, and shows what is known', async () => {
    await skep.infra.nats.kill();
    const { stdout, code } = (await operatorCommand(skep, 'status', '--json').catch((error: unknown) => error)) as {
      stdout: string;
      code: number;
    };
    expect(code).toBe(1);
    expect(parts(JSON.parse(stdout) as Json)).toMatchObject({ nats: 'down', billing: 'unknown', postgres: 'unknown' });
    expect(await errorOf('keys', 'rotate')).toMatch(/^No NATS server answers at .* Is Skep running\?$/);
    await skep.infra.nats.start();
  });
});
