import { type Json, type Skep, startSkep, type TestUser } from '@skep/testkit';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operatorCommand } from './operator-command.js';

const SKEP = fileURLToPath(new URL('../../../../tools/skep.mjs', import.meta.url));
const RACE = {
  ...{
    name: 'Girona Trail',
    sport: 'trail_run',
    country: 'es',
    starts_on: '2031-04-12',
    location: { lat: 41.98, lon: 2.82 },
    language: 'en',
  },
  distances: [{ id: 'long', name: 'Long', distance_m: 42_195 }],
};
let skep: Skep;
let ada: TestUser;
let folder: string;

const asService = { headers: {} as Record<string, string> };
const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  skep.http(method, path, { token: ada.access, headers, ...(body !== undefined && { body }) });
const addRace = (more: object = {}) => skep.http('POST', '/events', { ...asService, body: { ...RACE, ...more } });

beforeAll(async () => {
  skep = await startSkep();
  asService.headers = { 'x-service-token': skep.serviceToken };
  ada = await skep.signUpUser();
  folder = await mkdtemp(join(tmpdir(), 'races-'));
});
afterAll(async () => {
  await skep?.close();
  if (folder) await rm(folder, { recursive: true });
});

describe('the catalogue of races', () => {
  it('takes races of services only, and says whether they are new', async () => {
    expect((await addRace({ external_id: 'g' })).status).toBe(201);
    expect((await addRace({ external_id: 'g' })).status).toBe(200);
    expect((await send('POST', '/events', RACE)).status).toBe(403);
    expect((await skep.http('POST', '/events', { body: RACE })).status).toBe(401);
  });

  it('says in which language it answers', async () => {
    const { id } = (await addRace()).json;
    const { json, headers } = await send('GET', `/events/${String(id)}`, undefined, { 'accept-language': 'zu, en;q=0.5' });
    expect([json['language'], headers.get('content-language'), json['country']]).toEqual(['en', 'en', 'ES']);
  });

  it('names the field of the query that is wrong', async () => {
    for (const [field, value] of Object.entries({ limit: '0', near: 'here', from: 'tomorrow', distance_min: 'far', radius_km: '-1' })) {
      const { status, json } = await send('GET', `/events?${field}=${value}`);
      expect([field, status, (json['detail'] as unknown as Json[]).map(({ loc }) => loc)]).toEqual([field, 422, [['query', field]]]);
    }
  });

  it('is filled by the operator from a file, which names the lines that are wrong', async () => {
    const file = join(folder, 'races.jsonl');
    const line = (name: string) => JSON.stringify({ ...RACE, name, external_id: name });
    await writeFile(file, [line('One'), '', line('Two'), line('One')].join('\n'));
    expect(await operatorCommand(skep, 'events', 'import', file)).toBe('2 races added, 1 replaced, 0 lines refused.\n');
    await writeFile(file, ['{', JSON.stringify({ name: 'x' }), line('Three')].join('\n'));
    const failed = promisify(execFile)(process.execPath, [SKEP, 'events', 'import', file], { env: skep.operatorEnv });
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stdout: '1 races added, 0 replaced, 2 lines refused.\n',
      stderr: expect.stringMatching(/Line 1: .*\n.*Line 2: .*sport/s),
    });
    expect((await send('GET', '/events?q=three')).json['items']).toHaveLength(1);
  });
});

describe('what a person plans', () => {
  it('is null, then a race, then null', async () => {
    const { id: event_id } = (await addRace()).json;
    expect((await send('GET', '/user_events/active')).text).toBe('null');
    const mine = await send('POST', '/user_events', { event_id }, { 'idempotency-key': 'k1' });
    expect([mine.status, (await send('POST', '/user_events', { event_id }, { 'idempotency-key': 'k1' })).json['id']]).toEqual([
      201,
      mine.json['id'],
    ]);
    expect((await send('POST', '/user_events', { event_id })).status).toBe(409);
    await send('PUT', '/user_events/active', { user_event_id: mine.json['id'] });
    expect((await send('GET', '/user_events/active')).json).toMatchObject({ id: mine.json['id'], status: 'active' });
    expect((await send('DELETE', '/user_events/active')).status).toBe(204);
    expect((await send('DELETE', `/user_events/${String(mine.json['id'])}`)).status).toBe(204);
    expect((await send('GET', '/user_events')).json['items']).toEqual([]);
    expect((await send('GET', '/user_events/history')).text).toContain(String(mine.json['id']));
  });

  it('is taken from a recommendation, which is pending first', async () => {
    const asked = await send('POST', '/onboarding/race-recommendations', { sports: ['trail_run'] });
    expect([asked.status, asked.headers.get('retry-after')]).toEqual([202, '1']);
    const at = `/onboarding/race-recommendations/${String(asked.json['recommendation_id'])}`;
    let found = await send('GET', at);
    for (const end = Date.now() + 20_000; found.status === 202 && Date.now() < end;) found = await send('GET', at);
    expect([found.status, found.headers.get('retry-after'), found.json['ranked_by']]).toEqual([200, null, 'rules']);
    const [{ event_id }] = found.json['items'] as unknown as [Json];
    expect((await send('POST', `${at}/select`, { event_id })).status).toBe(201);
    expect((await send('POST', `${at}/select`, { event_id })).status).toBe(200);
    expect((await send('POST', `${at}/select`, { event_id: 'no-such-race' })).status).toBe(404);
  });
});

it('what needs a language model or a search says what is not configured, and keeps the words', async () => {
  const said = await send('POST', '/onboarding/intake', { message: 'I run', client_message_id: 'c1' });
  expect([said.status, said.json['code']]).toEqual([503, 'not_configured']);
  expect((await send('GET', '/onboarding/intake')).text).toContain('I run');
  const found = await send('POST', '/onboarding/race-recommendations/discover', { query: 'night trail race' });
  expect([found.status, found.json['code'], String(found.json['detail'])]).toEqual([
    503,
    'not_configured',
    expect.stringMatching(/BRAVE_API_KEY.*TAVILY_API_KEY/),
  ]);
});
