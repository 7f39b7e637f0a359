import { fieldsOf, type JsonSchema } from '@skep/contracts';
import { type Json, type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cloud } from '../src/apis/cloud/index.js';
import { isServerError } from './server-error.js';

const { routes } = cloud;

const SCOPES = 500;
let skep: Skep;
let admin: TestUser;

beforeAll(async () => {
  skep = await startSkep();
  admin = await skep.signInAdmin();
});
afterAll(() => skep?.close());

const send = async (person: TestUser, method: string, path: string, body?: unknown) => {
  const answer = await skep.http(method, path, { token: person.access, ...(body !== undefined && { body }) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
  return answer;
};

/** Reads all rows of a list, following `Link` headers. */
async function readAllRows(person: TestUser, path: string): Promise<{ rows: Json[]; answers: number }> {
  const rows: Json[] = [];
  let next: string | undefined = path;
  let answers = 0;
  for (; next; answers++) {
    const answer = await send(person, 'GET', next);
    rows.push(...answer.rows);
    next = /^<(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  return { rows, answers };
}

describe('an answer that is too large', () => {
  it('of users with as many scopes and attributes as possible is paged, and no row is lost', async () => {
    const scopes = Array.from({ length: SCOPES }, (_, i) => `s${i}-${'x'.repeat(90)}:${'y'.repeat(90)}`);
    const attributes = { text: 'z'.repeat(16_000) };
    const ids: string[] = [];
    for (let i = 0; i < 40; i++) {
      const { json } = await send(admin, 'POST', '/v1/users', {
        email: `many-${i}@example.com`,
        password: 'correct horse battery',
        scopes,
        attributes,
      });
      ids.push(String(json['id']));
    }
    const { rows, answers } = await readAllRows(admin, '/v1/users?limit=200&search=many-');
    expect(rows.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(answers).toBeGreaterThan(1);
    expect((await send(admin, 'GET', '/v1/users?limit=200&search=many-1@')).headers.get('link')).toBeNull();
  });

  it('of the audit log truncates long entries, which smaller pages show completely', async () => {
    const metadata = { text: 'x'.repeat(16_000) };
    const entry = { actor_id: 'a', action: 'long.entry', target_type: 't', target_id: 't', metadata, changes: metadata };
    const headers = { 'x-service-token': skep.serviceToken };
    for (let written = 0; written < 200; written += 20) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => skep.http('POST', '/v1/internal/audit', { headers, body: entry })),
      );
      expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
    }
    const page = async (per_page: number) =>
      (await send(admin, 'GET', `/v1/audit?action=long.entry&per_page=${per_page}`)).json['items'] as unknown as Json[];
    const all = await page(200);
    expect(all).toHaveLength(200);
    for (const item of all) expect(item).toMatchObject({ metadata: { truncated: true }, changes: { truncated: true } });
    expect(await page(10)).toMatchObject(Array.from({ length: 10 }, () => ({ metadata, changes: metadata })));
  });

  it('of extensions is paged, even with nine apps of maximum size', async () => {
    const ada = await skep.signUpUser();
    await send(ada, 'POST', '/v1/developer/register', { display_name: 'Ada' });
    await send(admin, 'POST', '/v1/admin/developer/tier', { user_id: ada.id, tier: 'partner' });
    const apps = Array.from({ length: 9 }, (_, i) => `large-app-${i}`);
    const steps = [{ id: 's1', op: 'send', args: { message: 'x' } }];
    const functions = Array.from({ length: 60 }, (_, i) => ({
      ...{ name: `f${i}`, description: 'd'.repeat(2_000), action_type: 'read', impl: { kind: 'declarative', steps } },
      params_schema: { type: 'object', description: 'p'.repeat(1_900) },
    }));
    for (const app_id of apps) {
      await send(ada, 'POST', '/v1/developer/apps', { app_id, name: app_id, short_description: 'Large.', category: 'general' });
      const ir_dict = { ir_version: '1.0', app: { id: app_id, version: '1.0.0', title: app_id, functions } };
      const deployed = await send(ada, 'POST', '/v1/extensions/developer/call', {
        user_id: ada.id,
        function: 'deploy_ir',
        params: { app_id, ir_dict },
      });
      expect(deployed.json).toMatchObject({ status: 'success' });
      await send(admin, 'POST', `/v1/admin/apps/${app_id}/approve`, {});
      await waitUntil('the install', () => send(ada, 'POST', `/v1/marketplace/apps/${app_id}/install`, {}).then(() => true), 10_000);
    }
    const { rows, answers } = await readAllRows(ada, '/v1/me/extensions');
    expect(rows.map(({ app_id }) => app_id).slice(-9)).toEqual(apps);
    expect(answers).toBeGreaterThan(1);
  });
});

describe('a number or a date at the limit of its range', () => {
  it.each(['9007199254740993', '1e400', '-12345678901234567890'])(
    'that JavaScript cannot represent, %s, is 422 at its location',
    async (number) => {
      const raw = `{"user_id":"${admin.id}","function":"list_apps","params":{"deep":[{"n":${number}}]}}`;
      const { status, json } = await skep.http('POST', '/v1/extensions/developer/call', { token: admin.access, raw });
      expect([status, json['detail']]).toEqual([
        422,
        [{ loc: ['body', 'params', 'deep', 0, 'n'], msg: expect.stringContaining(number), type: 'number_inexact' }],
      ]);
    },
  );

  it.each(['0', '2026-02-31T00:00:00Z', '2026-06-21', '%2B275760-09-13T00:00:00Z', '-271821-04-20T00:00:00Z'])(
    'with the value %s for a date is 422',
    async (from) => {
      const { status, json } = await skep.http('GET', `/v1/audit?from=${from}`, { token: admin.access });
      expect([status, json['detail']]).toMatchObject([422, [{ loc: ['query', 'from'] }]]);
    },
  );

  it('never causes a server error, on any route', async () => {
    const failed: string[] = [];
    for (const { method, path, access, operation } of routes) {
      if (path.endsWith('/logout') || access.kind === 'open') continue;
      const headers: Record<string, string> =
        access.kind === 'service' ? { 'x-service-token': skep.serviceToken } : { authorization: `Bearer ${admin.access}` };
      const schemas = fieldsOf(operation.input).map(({ key, schema }) => [key, schema] as const);
      for (const end of [0, 1]) {
        const input = Object.fromEntries(schemas.map(([key, schema]) => [key, key === 'user_id' ? admin.id : limitOf(schema, end)]));
        const filled = path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(input[key] ?? 'x')));
        const query = new URLSearchParams();
        for (const [key, value] of Object.entries(input)) if (typeof value !== 'object') query.set(key, String(value));
        const answer = await skep.http(method, method === 'GET' ? `${filled}?${query}` : filled, {
          headers,
          ...(method !== 'GET' && { body: input }),
        });
        if (isServerError(answer)) failed.push(`${method} ${path} ${JSON.stringify(input).slice(0, 300)} ${answer.text}`);
      }
    }
    expect(failed).toEqual([]);
  });
});

/** The smallest (0) or largest (1) value that a field accepts. */
function limitOf(schema: JsonSchema, end: number): unknown {
  const { type, format, minimum, maximum, minLength, maxLength } = schema as Record<string, never>;
  const values = schema['enum'] as string[] | undefined;
  if (values) return values.at(end ? -1 : 0);
  if (format === 'date-time') return end ? '9999-12-31T23:59:59.999Z' : '0001-01-01T00:00:00Z';
  if (format === 'email') return `${'e'.repeat(end ? 60 : 1)}@example.com`;
  if (type === 'integer') return end ? (maximum ?? Number.MAX_SAFE_INTEGER) : (minimum ?? Number.MIN_SAFE_INTEGER);
  if (type === 'number') return end ? (maximum ?? Number.MAX_VALUE) : (minimum ?? -Number.MAX_VALUE);
  if (type === 'boolean') return end === 1;
  if (type === 'string') return 'a'.repeat(end ? (maxLength ?? 1) : (minLength ?? 0));
  return type === 'array' ? [] : {};
}
