import {
  BOARD_PLAN,
  type BoardEvent,
  faultsOfBoard,
  type LanguageModel,
  languageModel,
  setRunLogAge,
  type Skep,
  startSkep,
  type TestUser,
  waitUntil,
} from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Reader } from './streams/reader.js';

const BOARDS = '/user_states/boards';
/** What the model says in a summary: long enough to be interrupted. */
const WORDS = Array.from({ length: 40 }, (_, n) => `w${n}`).join(' ');

let skep: Skep;
let model: LanguageModel;
let ada: TestUser;

const ask = (method: string, path: string, body?: unknown, who = ada, headers: Record<string, string> = {}) =>
  skep.http(method, path, { token: who.access, headers, ...(body !== undefined && { body }) });
const newcomer = async () => {
  const who = await skep.signUpUser();
  await ask('POST', '/users', { timezone: 'UTC' }, who);
  return who;
};
const begin = (more: object = {}, who = ada) =>
  Reader.open(`${skep.url}${BOARDS}/stream`, who.access, {
    input: { kind: 'daily', client_request_id: randomUUID(), force: true, ...more },
  });
const resume = (id: string, lastId?: string, query = '') =>
  Reader.open(`${skep.url}${BOARDS}/${id}/stream${query}`, ada.access, { ...(lastId !== undefined && { lastId }) });
const boardOf = (reader: Reader) => (reader.events[0] as unknown as BoardEvent).data.board_id!;
const begun = async (reader: Reader, count = 4) => {
  await waitUntil('its first events', () => reader.events.length >= count);
  return boardOf(reader);
};
const faults = (reader: Reader) => faultsOfBoard(reader.events as unknown as BoardEvent[]);

beforeAll(async () => {
  model = await languageModel();
  const operator = { SKEP_LLM_PROVIDER: 'openai', SKEP_LLM_BASE_URL: `${model.url}/v1`, SKEP_LLM_MODEL: 'usual', SKEP_LLM_TIER: 'free' };
  skep = await startSkep({ split: true, env: { ...operator, SKEP_RUN_LEASE_MS: '2000', SKEP_RATE_LIMITS: 'off' } });
});
beforeEach(async () => {
  Object.assign(model, { mood: 'answer', says: WORDS, pauseMs: 20, calls: BOARD_PLAN });
  ada = await newcomer();
});
afterAll(() => Promise.all([skep?.close(), model?.close()]));

describe('the stream of a board', () => {
  it('has its events in their order, numbered from 0, and is neither cached nor held back', async () => {
    const answer = await fetch(`${skep.url}${BOARDS}/stream`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ada.access}`, 'content-type': 'application/json', 'accept-encoding': 'gzip' },
      body: JSON.stringify({ kind: 'daily', client_request_id: '1' }),
    });
    const headers = Object.fromEntries(answer.headers);
    expect(headers).toMatchObject({ 'content-type': expect.stringContaining('text/event-stream'), 'x-accel-buffering': 'no' });
    expect([headers['cache-control'], headers['content-encoding']]).toEqual([expect.stringContaining('no-store'), undefined]);
    await answer.text();
    const reader = await begin({ client_request_id: '1' });
    await reader.end();
    expect(faults(reader)).toEqual([]);
    const id = boardOf(reader);
    expect(reader.events.map((event) => event.id)).toEqual(reader.events.map((_, n) => `${id}:${n}`));
    expect(reader.events.at(-1)!.event).toBe('board.completed');
  });

  it('goes on without its reader, who takes it up after any event, by header or by ?after=', async () => {
    const reader = await begin();
    const id = await begun(reader);
    reader.close();
    await reader.end();
    const [rest, all] = [await resume(id, reader.lastId), await resume(id)];
    await Promise.all([rest.end(), all.end()]);
    expect(faults(all)).toEqual([]);
    expect([...reader.events, ...rest.events]).toEqual(all.events);
    for (const [n, { id: at }] of all.events.slice(0, -1).entries()) {
      const again = n % 2 ? await resume(id, at) : await resume(id, undefined, `?after=${n % 4 ? n : encodeURIComponent(at!)}`);
      expect(await again.end()).toEqual(all.events.slice(n + 1));
    }
  });

  it('is the same for each device that reads along', async () => {
    const first = await begin();
    const id = await begun(first);
    const others = [await resume(id), await resume(id, `${id}:1`), await resume(id, `brd_other:1`)];
    await Promise.all([first, ...others].map((reader) => reader.end()));
    expect(faults(first)).toEqual([]);
    expect(others.map(({ events }) => events)).toEqual([first.events, first.events.slice(2), first.events]);
  });

  it('is that of the first request with the same client_request_id', async () => {
    const [first, second] = await Promise.all([begin({ client_request_id: '1' }), begin({ client_request_id: '1' })]);
    await Promise.all([first.end(), second.end()]);
    const third = await begin({ client_request_id: '1' });
    expect([await third.end(), second.events]).toEqual([first.events, first.events]);
    expect((await ask('GET', BOARDS)).json['items']).toHaveLength(1);
  });

  it('says 204 once a client has all of it', async () => {
    const reader = await begin();
    await reader.end();
    const path = `${BOARDS}/${boardOf(reader)}/stream`;
    expect((await ask('GET', path, undefined, ada, { 'last-event-id': reader.lastId! })).status).toBe(204);
    expect((await ask('GET', `${path}?after=${reader.events.length - 1}`)).status).toBe(204);
  });

  it('does not exist for other people', async () => {
    const reader = await begin();
    const id = await begun(reader);
    const bob = await newcomer();
    for (const lastId of ['', `${id}:1`])
      expect((await ask('GET', `${BOARDS}/${id}/stream`, undefined, bob, { 'last-event-id': lastId })).status).toBe(404);
    expect((await ask('GET', `${BOARDS}/brd_${'0'.repeat(32)}/stream`)).status).toBe(404);
    expect((await skep.http('GET', `${BOARDS}/${id}/stream?token=${ada.access}`)).status).toBe(401);
    await reader.end();
  });

  it('begins with an ordinary error, if it does not begin', async () => {
    const stream = (body: object) => ask('POST', `${BOARDS}/stream`, body);
    for (const [body, field] of [
      [{ kind: 42, client_request_id: '1' }, 'kind'],
      [{ kind: 'daily' }, 'client_request_id'],
      [{ kind: 'activity', client_request_id: '1' }, 'activity_id'],
    ] as const) {
      const { status, json } = await stream(body);
      expect([status, json['detail']]).toEqual([422, [expect.objectContaining({ loc: ['body', field] })]]);
    }
    const reader = await begin();
    const id = await begun(reader);
    const other = await stream({ kind: 'daily', client_request_id: '2', force: true });
    expect([other.status, other.json]).toEqual([409, expect.objectContaining({ code: 'board_running', board_id: id })]);
    expect((await ask('GET', `${BOARDS}/${id}/stream?after=soon`)).status).toBe(422);
    await reader.end();
  });

  it('ends with an error, if the model breaks off', async () => {
    Object.assign(model, { mood: 'broken', pauseMs: undefined });
    const reader = await begin();
    await reader.end();
    expect(faults(reader)).toEqual([]);
    expect(reader.events.at(-1)).toMatchObject({ event: 'error', data: { code: 'generation_failed', retryable: true } });
    expect(await (await resume(boardOf(reader))).end()).toEqual(reader.events);
  });
});

describe('while boards are generated', () => {
  it.each(['coach', 'models'])('the service %s may die: readers see each event once, without a gap', async (service) => {
    const people = await Promise.all([1, 2, 3].map(newcomer));
    const readers = await Promise.all(people.map((who) => begin({}, who)));
    await Promise.all(readers.map((reader) => begun(reader, 8)));
    await skep.killApp(service);
    await skep.startApp(service);
    for (const reader of readers) {
      await reader.end(60_000);
      expect([faults(reader), reader.events.at(-1)!.event]).toEqual([[], 'board.completed']);
      expect(reader.events.map((event) => event.id)).toEqual(reader.events.map((_, n) => `${boardOf(reader)}:${n}`));
    }
  });

  it('the gateway may die: readers come back and lose nothing', async () => {
    const reader = await begin();
    const id = await begun(reader, 8);
    await skep.killApp('api-gateway');
    await reader.end();
    await skep.startApp('api-gateway');
    const back = await resume(id, reader.lastId);
    await back.end();
    const events = [...reader.events, ...back.events] as unknown as BoardEvent[];
    expect([faultsOfBoard(events), events.at(-1)!.event]).toEqual([[], 'board.completed']);
  });
});

it('after the time for which events are kept, the answer is 410 with the board, which is read instead; 204 to those who have all', async () => {
  const reader = await begin({ client_request_id: '1' });
  await reader.end();
  const id = boardOf(reader);
  await setRunLogAge(skep.infra, 1_000);
  try {
    const path = `${BOARDS}/${id}/stream`;
    const gone = await waitUntil('the expiry', async () => {
      const answer = await ask('GET', path, undefined, ada, { 'last-event-id': `${id}:1` });
      return answer.status === 410 ? answer : undefined;
    });
    expect(gone.json).toMatchObject({ code: 'board_stream_gone', board_id: id });
    expect((await ask('POST', `${BOARDS}/stream`, { kind: 'daily', client_request_id: '1' })).status).toBe(410);
    expect((await ask('GET', path, undefined, ada, { 'last-event-id': reader.lastId! })).status).toBe(204);
    expect((await ask('GET', `${BOARDS}/${id}`)).json['cards']).toHaveLength(4);
  } finally {
    await setRunLogAge(skep.infra, 3_600_000);
  }
});

it('the Home screen is 304 until something of it changes, and a check-in is 201 once', async () => {
  const home = (etag?: string) =>
    ask('GET', '/user_states/home?tz=UTC', undefined, ada, etag === undefined ? {} : { 'if-none-match': etag });
  const etag = (await home()).headers.get('etag')!;
  expect((await home(etag)).status).toBe(304);
  const checkIn = () => ask('POST', '/user_states/check-ins', { text: 'Fine', client_message_id: '1' });
  const [first, again] = [await checkIn(), await checkIn()];
  expect([first.status, again.status, again.json['id']]).toEqual([201, 200, first.json['id']]);
  expect((await home(etag)).status).toBe(200);
});

describe('what the coach says to clients that accept events', () => {
  const say = (path: string, input: object) => Reader.open(`${skep.url}${path}`, ada.access, { input });
  const saidIn = ({ events }: Reader) => events.flatMap(({ event, data }) => (event === 'delta' ? [(data as { text: string }).text] : []));

  it('about a board comes word by word, and then with its reply; to others it is JSON', async () => {
    const board = await begin();
    await board.end();
    const path = `${BOARDS}/${boardOf(board)}/replies`;
    model.says = 'You slept badly, so take it easy.';
    const input = { text: 'Why easy?', client_message_id: '1' };
    const reader = await say(path, input);
    const { event, data } = (await reader.end()).at(-1)!;
    expect([saidIn(reader).join(''), event, data]).toEqual([
      model.says,
      'done',
      expect.objectContaining({ created: true, reply: model.says }),
    ]);
    expect(saidIn(reader).length).toBeGreaterThan(2);
    const again = await ask('POST', path, input);
    expect([again.status, again.json]).toEqual([200, expect.objectContaining({ created: false, reply: model.says })]);
    expect((await (await say(path, input)).end()).map(({ event }) => event)).toEqual(['done']);
    await expect(say(`${BOARDS}/brd_${'0'.repeat(32)}/replies`, input)).rejects.toThrow(/^404/);
  });

  it('in an intake comes before the answer', async () => {
    model.calls = { name: 'intake_reply', args: { reply: 'Which sports do you do?' } };
    const reader = await say('/onboarding/intake', { message: 'Hello', client_message_id: '1' });
    const events = await reader.end();
    expect([saidIn(reader), events.at(-1)]).toEqual([
      ['Which sports do you do?'],
      expect.objectContaining({ event: 'done', data: expect.objectContaining({ complete: false }) }),
    ]);
    Object.assign(model, { mood: 500 });
    await expect(say('/onboarding/intake', { message: 'And now?', client_message_id: '2' })).rejects.toThrow(/^50/);
  });
});
