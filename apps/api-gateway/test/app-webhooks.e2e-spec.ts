import { type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const APP = 'hooks';
const HOOK = `/v1/ext/${APP}/webhook`;
const SECRETS = `/v1/developer/apps/${APP}/signing-secrets`;

let skep: Skep;
let ada: TestUser;
let bob: TestUser;
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ headers: { 'Content-Type': 'text/html', 'Set-Cookie': 'a=b' }, body: '<script>alert(1)</script>' }));
    request.resume();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  skep = await startSkep({ env: { SKEP_OUTBOUND_ALLOW: '127.0.0.1', SKEP_RATE_LIMITS: 'webhooks.app=40' } });
  [ada, bob] = await Promise.all([skep.signUpUser(), skep.signUpUser()]);
  await skep.http('POST', '/v1/developer/register', { token: ada.access, body: { display_name: 'Ada' } });
  await skep.http('POST', '/v1/developer/apps', { token: ada.access, body: { app_id: APP, name: 'Hooks' } });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/page`;
  const tool = (name: string) => ({ name, description: 'Answers another party.', action_type: 'write', endpoint });
  const manifest_json = {
    ...{ app_id: APP, version: '1.0.0' },
    tools: [tool('greet'), tool('__webhook__page'), tool('__webhook__locked')],
    webhooks: [{ path: '/page' }, { path: '/locked', method: 'PUT', secret_header: 'X-Hook-Secret' }],
  };
  const path = `/v1/developer/apps/${APP}`;
  await skep.http('POST', `${path}/_sync_manifest`, { headers: { 'x-service-token': skep.serviceToken }, body: { manifest_json } });
  await skep.http('POST', `${path}/deploys`, { token: ada.access, body: { version: '1.0.0' } });
  const deploys = async () => (await skep.http('GET', `${path}/deploys`, { token: ada.access })).rows;
  await waitUntil('the deploy', async () => String((await deploys())[0]?.['status']) === 'success', 15_000);
});
afterAll(async () => {
  await skep?.close();
  server?.close();
});

describe('a webhook of an app', () => {
  it('takes bytes of any media type without a credential, and its answer is no page of Skep', async () => {
    for (const [raw, type] of [
      ['a=1', 'application/x-www-form-urlencoded'],
      ['{"a":', 'application/json'],
      ['<a/>', 'text/xml'],
    ]) {
      const { status, headers, text } = await skep.http('POST', `${HOOK}/page`, {
        raw: raw!,
        headers: { 'content-type': type!, cookie: 'c=1' },
      });
      expect([status, text]).toEqual([200, '<script>alert(1)</script>']);
      expect(headers.get('content-type')).toMatch(/^text\/plain/);
      expect(headers.get('content-security-policy')).toMatch(/sandbox$/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('set-cookie')).toBeNull();
    }
    const [action] = await skep.infra.query(
      'kernel',
      `select message_preview, source from action where tool_name = '__webhook__page' limit 1`,
    );
    expect(action).toMatchObject({ source: 'webhook' });
    expect(action!['message_preview']).not.toContain('cookie');
  });

  it('takes at most 256 KiB', async () => {
    expect((await skep.http('POST', `${HOOK}/page`, { raw: 'x'.repeat(257 << 10) })).status).toBe(413);
    expect((await skep.http('POST', `${HOOK}/page`, { raw: 'x'.repeat(255 << 10) })).status).toBe(200);
  });

  it.each([
    ['POST', '/v1/ext/hooks/webhook/other'],
    ['GET', '/v1/ext/hooks/webhook/page'],
    ['POST', '/v1/ext/nowhere/webhook/page'],
    ['POST', '/v1/ext/hooks/webhook/page/more'],
    ['POST', '/v1/ext/No%20App/webhook/page'],
    ['POST', `/v1/ext/hooks/webhook/${'x'.repeat(300)}`],
    ['POST', `/v1/ext/${'x'.repeat(100)}/webhook/page`],
  ])('%s %s is not found', async (method, path) => {
    expect((await skep.http(method, path)).json).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('the secret of a webhook', () => {
  const locked = (secret?: unknown) =>
    skep.http('PUT', `${HOOK}/locked`, { raw: 'x', ...(secret !== undefined && { headers: { 'x-hook-secret': String(secret) } }) });
  const create = (token: string, body: object = { webhook: '/locked' }) => skep.http('POST', SECRETS, { token, body });

  it('is shown once to the developer, and the former one stays valid', async () => {
    for (const given of [undefined, 'wrong']) expect((await locked(given)).status).toBe(401);
    const first = (await create(ada.access)).json;
    const second = (await create(ada.access)).json;
    expect(first['secret']).not.toBe(second['secret']);
    for (const { secret } of [first, second]) expect((await locked(secret)).status).toBe(200);
    const listed = await skep.http('GET', SECRETS, { token: ada.access });
    expect(listed.rows).toMatchObject([{ webhook: null }, { webhook: '/locked', previous_until: expect.any(String) }]);
    for (const { secret } of [first, second]) expect(listed.text).not.toContain(String(secret));
    const used = await skep.infra.query('kernel', `select message_preview from action where tool_name = '__webhook__locked'`);
    expect(JSON.stringify(used)).not.toContain(String(second['secret']).slice(0, 20));
  });

  it('is not for others, nor of a webhook without one', async () => {
    expect((await create(bob.access)).status).toBe(404);
    expect((await skep.http('GET', SECRETS, { token: bob.access })).status).toBe(404);
    expect((await create(ada.access, { webhook: '/page' })).status).toBe(404);
    expect((await create(ada.access, { webhook: 'no path' })).status).toBe(422);
  });
});

it('a deploy whose tools name an endpoint runs on that server, and lists no function of a webhook', async () => {
  const call = { user_id: ada.id, function: 'greet' };
  const { json } = await skep.http('POST', `/v1/extensions/${APP}/call`, { token: ada.access, body: call });
  expect(json).toMatchObject({ status: 'success', data: { body: '<script>alert(1)</script>' } });
  const app = await skep.http('GET', `/v1/developer/apps/${APP}`, { token: ada.access });
  expect(app.json['tools_json']).toMatchObject([{ name: 'greet' }]);
  await waitUntil('the health', async () => (await skep.http('GET', `/v1/ext/${APP}/health`)).json['status'] === ('ok' as never));
  expect((await skep.http('GET', '/v1/ext/nowhere/health')).json).toEqual({ app_id: 'nowhere', status: 'unknown', checked_at: null });
});

it('the marketplace lists the webhooks of an approved app, without their headers', async () => {
  const list = () => skep.http('GET', `/v1/marketplace/apps/${APP}/webhooks`);
  expect((await list()).status).toBe(404);
  const admin = (await skep.signInAdmin()).access;
  const about = { short_description: 'Answers other parties.', category: 'productivity' };
  await skep.http('PUT', `/v1/developer/apps/${APP}`, { token: ada.access, body: about });
  await skep.http('POST', `/v1/developer/apps/${APP}/submit`, { token: ada.access, body: {} });
  expect((await skep.http('POST', `/v1/admin/apps/${APP}/approve`, { token: admin, body: {} })).status).toBe(200);
  expect((await list()).rows).toEqual([
    { path: '/page', method: 'POST' },
    { path: '/locked', method: 'PUT' },
  ]);
  await skep.http('POST', `/v1/admin/apps/${APP}/status`, { token: admin, body: { status: 'suspended', reason: 'Test' } });
  expect((await list()).status).toBe(404);
  await skep.http('POST', `/v1/admin/apps/${APP}/status`, { token: admin, body: { status: 'active' } });
});

it('requests of all senders to one app are limited', async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 41; n++) statuses.push((await skep.http('POST', `${HOOK}/other`)).status);
  expect(statuses).toContain(429);
  expect((await skep.http('POST', '/v1/ext/nowhere/webhook/page')).status).toBe(404);
});

it('a Gmail push is refused until an operator has configured it', async () => {
  const { status, json } = await skep.http('POST', '/v1/webhooks/gmail', { raw: '{}', headers: { 'content-type': 'application/json' } });
  expect([status, json]).toEqual([
    503,
    expect.objectContaining({ code: 'not_configured', detail: expect.stringContaining('GMAIL_PUSH_AUDIENCE') }),
  ]);
});
