import { kernel } from '@skep/contracts/kernel';
import { asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { BROKEN, type DeveloperServer, json, onServer, startDeveloperServer } from './developer-server.js';
import { ada, bob, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
let server: DeveloperServer;

const SCHEMA = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] };

beforeAll(async () => {
  server = await startDeveloperServer();
  harness = await startKernel({ env: { SKEP_OUTBOUND_ALLOW: '127.0.0.1' } });
  const broken = Object.keys(BROKEN).map((path) => onServer(server, path));
  const ok = onServer(server, 'ok', { return_schema: SCHEMA, params_schema: { type: 'object', required: ['text'] } });
  await harness.publishApp('remote', [ok, ...broken]);
});
afterAll(async () => {
  await harness?.close();
  await server?.close();
});
beforeEach(() => {
  server.received.length = 0;
  server.answers['ok'] = json({ id: 7 });
});

const secretOf = (app_id: string, ctx = ada()) => harness.call(kernel.createSigningSecret, ctx, { app_id });
const ok = (ctx = ada(), text = 'hello') => harness.run('remote', 'ok', { text }, ctx);
const attempt = (work: () => unknown): boolean => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};
const health = async (app_id: string) => (await harness.call(kernel.getAppHealth, ada(), { app_id })).status;

it('a function on a server gets its params and returns what the server answers', async () => {
  expect(await ok()).toMatchObject({ status: 'success', data: { id: 7 } });
  const { type, data } = JSON.parse(server.received[0]!.body) as { type: string; data: object };
  expect(type).toBe('function.call');
  expect(data).toEqual({ app_id: 'remote', function: 'ok', params: { text: 'hello' }, user_id: 'imp_u_ada', tenant_id: 'default' });
  expect(server.received[0]!.headers['authorization']).toMatch(/^ImperalCallToken /);
  const [action] = (await harness.actions('remote', 'ok')).slice(-1);
  expect(action).toMatchObject({ status: 'success', source: 'api', user_id: 'imp_u_ada' });
});

it('a call is signed with the secret of the app as Standard Webhooks says, and with both secrets after a change', async () => {
  const first = await secretOf('remote');
  await ok();
  const { headers, body } = server.received[0]!;
  expect(() => new Webhook(first.secret).verify(body, headers)).not.toThrow();
  expect(() => new Webhook(first.secret).verify(`${body} `, headers)).toThrow();

  const second = await secretOf('remote');
  expect(second.secret).not.toBe(first.secret);
  expect(second.previous_until!.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  await ok();
  const rotated = server.received[1]!;
  for (const { secret } of [first, second]) expect(() => new Webhook(secret).verify(rotated.body, rotated.headers)).not.toThrow();

  await harness.query(`update signing_secret set previous_until = now() where app_id = 'remote'`);
  const isSignedBy = async ({ secret }: typeof first) => {
    await ok();
    const { body, headers } = server.received.at(-1)!;
    return attempt(() => new Webhook(secret).verify(body, headers));
  };
  await waitUntil('the former secret to sign no more', async () => !(await isSignedBy(first)));
  expect(await isSignedBy(second)).toBe(true);
});

it('the secret is sealed in the database, and another developer or tenant with the same app id has another one', async () => {
  const { secret } = await secretOf('sealed');
  const [row] = await harness.query(`select secret from signing_secret where app_id = 'sealed'`);
  expect((row!['secret'] as Buffer).includes(secret)).toBe(false);
  const others = [await secretOf('sealed', bob()), await secretOf('sealed', asUser('ada', { tenant: 'other' }))];
  expect(new Set([secret, ...others.map((other) => other.secret)]).size).toBe(3);
  const listed = await harness.call(kernel.listSigningSecrets, ada(), { app_id: 'sealed' });
  expect(listed).toEqual([{ webhook: null, shown_at: expect.any(Date), rotated_at: null, previous_until: null }]);
  expect(JSON.stringify(listed)).not.toContain(secret);
});

it('each call has an id of its own, and a call that is repeated under its Idempotency-Key has the same one', async () => {
  await ok();
  await ok();
  const key = { idempotencyKey: 'lost answer' };
  server.answers['ok'] = BROKEN['cut']!;
  expect(await ok(ada(key))).toMatchObject({ status: 'error', error_code: 'BACKEND_5XX', retryable: true });
  server.answers['ok'] = json({ id: 8 });
  expect(await ok(ada(key))).toMatchObject({ status: 'success', data: { id: 8 } });
  expect(await ok(ada(key))).toMatchObject({ status: 'success', data: { id: 8 } });
  await ok(ada({ idempotencyKey: 'another' }));
  const ids = server.received.map(({ headers }) => headers['webhook-id']);
  expect(ids).toHaveLength(5);
  expect(ids[2]).toBe(ids[3]);
  expect(new Set(ids).size).toBe(4);
});

it.each([
  ['silent', 'BACKEND_TIMEOUT', true],
  ['reset', 'BACKEND_5XX', true],
  ['cut', 'BACKEND_5XX', true],
  ['html', 'EXT_UNSTRUCTURED_ERROR', false],
  ['huge', 'EXT_UNSTRUCTURED_ERROR', false],
  ['deep', 'EXT_UNSTRUCTURED_ERROR', false],
  ['unstorable', 'EXT_UNSTRUCTURED_ERROR', false],
  ['redirect', 'EXT_UNSTRUCTURED_ERROR', false],
  ['refused', 'EXT_UNSTRUCTURED_ERROR', false],
  ['busy', 'RATE_LIMITED', true],
  ['failed', 'BACKEND_5XX', true],
  ['late', 'BACKEND_TIMEOUT', true],
])('a server that is %s makes the function fail with %s', async (path, error_code, retryable) => {
  const result = await harness.run('remote', path, {}, ada({ deadline: Date.now() + 1_500 }));
  expect(result).toMatchObject({ status: 'error', error_code, retryable, data: null });
  expect(server.received).toHaveLength(1);
  const actions = await harness.actions('remote', path);
  expect(actions.map(({ status }) => status)).toEqual(['failed']);
});

it('a failure says what the server says', async () => {
  expect((await harness.run('remote', 'refused')).error).toBe('the server of this app answered 409: This order is closed.');
});

it('an answer that does not match the return_schema is a failure', async () => {
  server.answers['ok'] = json({ id: 'seven' });
  const result = await ok();
  expect(result).toMatchObject({ status: 'error', error_code: 'EXT_UNSTRUCTURED_ERROR', retryable: false });
  expect(result.error).toMatch(/return_schema: 'id' must be integer/);
});

it('invalid params are refused before the server is asked', async () => {
  expect(await harness.run('remote', 'ok')).toMatchObject({ status: 'error', error_code: 'VALIDATION_MISSING_FIELD' });
  expect(server.received).toEqual([]);
});

it('a release that was published without the permission does not call the server', async () => {
  await harness.publishApp('shy', [onServer(server, 'ok')], {}, []);
  await harness.infra.query('registry', `update app set live_revision = 1 where app_id = 'shy'`);
  await harness.infra.query(
    'registry',
    `insert into install (tenant_id, user_id, app_id, permissions) values ('default', 'imp_u_bob', 'shy', '{}')`,
  );
  await harness.infra.query('registry', `insert into approval (app_id, revision, approved_at) values ('shy', 1, now())`);
  expect(await harness.run('shy', 'ok', {}, bob())).toMatchObject({ status: 'error', error_code: 'PERMISSION_DENIED' });
  expect(server.received).toEqual([]);
});

it('a release requests the permission to call the server', async () => {
  const { permissions } = await harness.call(kernel.checkIr, ada(), { app_id: 'shy', ir: irOf('shy', 'https://example.com/f') });
  expect(permissions.map(({ id }) => id)).toEqual(['server:call']);
});

it.each([
  ['ftp://example.com/f', /must be an https address/],
  ['not an address', /must be an https address/],
  ['https://ada:pw@example.com/f', /must not contain a password/],
])('the address %s is refused at the deploy', async (url, message) => {
  const { faults } = await harness.call(kernel.checkIr, ada(), { app_id: 'shy', ir: irOf('shy', url) });
  expect(faults[0]?.message).toMatch(message);
});

it('an address that is not encrypted is a warning', async () => {
  const { warnings } = await harness.call(kernel.checkIr, ada(), { app_id: 'shy', ir: irOf('shy', 'http://example.com/f') });
  expect(warnings[0]?.message).toMatch(/not encrypted/);
});

it('a smoke run does not call the server', async () => {
  const ir_dict = irOf('shy', server.urlOf('ok'));
  const { ok: succeeded, result } = await harness.call(kernel.smokeIr, ada(), { ir_dict, function: 'f', args: {} });
  expect(succeeded).toBe(false);
  expect(result).toMatchObject({ error_code: 'PERMISSION_DENIED' });
  expect(server.received).toEqual([]);
});

it('the health of an app follows from how its server answers', async () => {
  await harness.publishApp('healthy', [onServer(server, 'ok'), onServer(server, 'failed'), onServer(server, 'refused')]);
  expect(await health('healthy')).toBe('unknown');
  await harness.run('healthy', 'refused');
  await waitUntil('ok', async () => (await health('healthy')) === 'ok');
  await harness.run('healthy', 'failed');
  await waitUntil('degraded', async () => (await health('healthy')) === 'degraded');
  await harness.publishApp('ill', [onServer(server, 'reset')]);
  await harness.run('ill', 'reset');
  await waitUntil('down', async () => (await health('ill')) === 'down');
  await harness.query(`update app_health set checked_at = now() - interval '25 hours'`);
  expect(await health('ill')).toBe('unknown');
});

it('a private address is not called unless the operator allows it', async () => {
  await harness.restart({ SKEP_OUTBOUND_ALLOW: '' });
  expect(await ok()).toMatchObject({ status: 'error', error_code: 'EXT_UNSTRUCTURED_ERROR', retryable: false });
  expect(server.received).toEqual([]);
});

const irOf = (id: string, url: string) => ({
  ir_version: '1.0',
  app: { id, version: '1.0.0', title: 'An app', functions: [{ name: 'f', description: 'Does it.', impl: { kind: 'http', url } }] },
});
