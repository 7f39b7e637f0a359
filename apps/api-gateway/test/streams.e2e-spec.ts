import { countRunLog, type GatewayProcess, setRunLogAge, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { renderMatrix } from '../src/matrix/document.js';
import { openApi } from '../src/openapi/document.js';
import { talks } from './streams/api.js';
import { Reader, type Received, shown } from './streams/reader.js';

const main = (name: string) => new URL(`./streams/${name}.js`, import.meta.url);
const MAX_STREAMS = 5;

let skep: Skep;
let ada: TestUser;
let talker: Awaited<ReturnType<Skep['infra']['startApp']>>;
const startTalker = async () => (talker = await skep.infra.startApp('talker', { SKEP_RUN_LEASE_MS: '600' }, main('talker')));

beforeAll(async () => {
  skep = await startSkep({ gateway: main('main'), gatewayUser: 'operator', env: { SKEP_MAX_STREAMS: String(MAX_STREAMS) } });
  await startTalker();
  ada = await skep.signUpUser();
});
afterAll(() => skep?.close());

const talk = (input: object, options: { key?: string; user?: TestUser } = {}) =>
  Reader.open(`${skep.url}/talks`, (options.user ?? ada).access, { input, ...options });
const listen = (run: string, lastId?: string, gateway = skep.url) =>
  Reader.open(`${gateway}/talks/${run}`, ada.access, { ...(lastId !== undefined && { lastId }) });
/** The newest run, or the newest child of another. */
const newestRun = async (parent: string | null = null) => {
  const sql = 'select id from run where parent_id is not distinct from $1 order by seq desc limit 1';
  return (await skep.infra.query('talker', sql, [parent]))[0]?.['id'] as string;
};
const words = (parts: number, perPart: number) => [
  ...Array.from({ length: parts * perPart }, (_, i) => `${Math.floor(i / perPart)}.${i % perPart}`),
  `${parts}.0`,
];
const done = (said: number) => ({ id: 'ended', event: 'run.ended', data: { status: 'done', result: { said } } });

describe('a stream of a run', () => {
  it('has its events in order, those that are declared only, and ends with how the run ended', async () => {
    const reader = await talk({});
    const events = await reader.end();
    expect(shown(events)).toEqual(words(4, 25));
    expect(events.at(-1)).toEqual(done(100));
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['word', 'run.ended']));
    expect(reader.text).toMatch(/^retry: \d+\n\n/);
  });

  it('can be read again from any event, and by a client that has all of it not at all', async () => {
    const all = await (await talk({ words: 10 })).end();
    const run = await newestRun();
    expect(await (await listen(run)).end()).toEqual(all);
    expect(await (await listen(run, 'unknown')).end()).toEqual(all);
    for (const i of [0, 17, all.length - 2]) expect(await (await listen(run, all[i]!.id)).end()).toEqual(all.slice(i + 1));
    const headers = { 'last-event-id': all.at(-1)!.id! };
    expect((await skep.http('GET', `/talks/${run}`, { token: ada.access, headers })).status).toBe(204);
  });

  it('joins the run of the same Idempotency-Key, from its beginning', async () => {
    const first = await talk({ words: 20 }, { key: 'again' });
    await waitUntil('some words', () => first.events.length > 10);
    const second = await talk({ words: 20 }, { key: 'again' });
    expect(await second.end()).toEqual(await first.end());
  });

  it('is for the one who may read the run', async () => {
    await (await talk({ parts: 1, words: 1 })).end();
    const run = await newestRun();
    const bob = await skep.signUpUser();
    const status = async (path: string, token?: string) => (await skep.http('GET', path, { ...(token && { token }) })).status;
    expect(await status(`/talks/${run}`, bob.access)).toBe(404);
    expect(await status('/talks/run_0', ada.access)).toBe(404);
    expect(await status(`/talks/${run}`)).toBe(401);
    expect((await skep.http('POST', '/talks', { token: ada.access, body: { parts: 0 } })).json).toMatchObject({ code: 'invalid_input' });
  });

  it('ends with the session that opened it, and each user has a limited number of them', async () => {
    const carol = await skep.signUpUser();
    const readers = await Promise.all(Array.from({ length: MAX_STREAMS }, () => talk({ words: 1, pause_ms: 10_000 }, { user: carol })));
    const other = await talk({ words: 1, pause_ms: 10_000 });
    const newest = await newestRun();
    await expect(talk({}, { user: carol })).rejects.toThrow('429');
    expect(await newestRun()).toBe(newest);
    await skep.http('POST', '/v1/auth/logout', { body: { refresh_token: carol.refresh } });
    for (const reader of readers) expect((await reader.end(5_000)).map(({ event }) => event)).not.toContain('run.ended');
    expect(other.ended).toBe(false);
    other.close();
  });

  it('is not counted when its client leaves before it opens', async () => {
    const carol = await skep.signUpUser();
    const leave = (ms: number) =>
      fetch(`${skep.url}/talks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${carol.access}`, 'content-type': 'application/json' },
        body: JSON.stringify({ waits: true }),
        signal: AbortSignal.timeout(ms),
      });
    await Promise.allSettled([1, 3, 5, 8, 12].map(leave));
    const readers: Reader[] = [];
    await waitUntil('room for all', async () => readers.push(await talk({ waits: true }, { user: carol })) === MAX_STREAMS);
    readers.forEach((reader) => reader.close());
  });

  it('ends when the run is cancelled, also with its parent', async () => {
    const parent = await talk({ in_child: true, waits: true });
    const run = await newestRun();
    const child = await listen(await waitUntil('the child', () => newestRun(run)));
    const waiting = `select from run where status = 'waiting' and $1 in (id, parent_id)`;
    await waitUntil('its question', async () => (await skep.infra.query('talker', waiting, [run])).length === 2);
    expect((await skep.http('POST', `/talks/${run}/hush`, { token: ada.access })).status).toBe(200);
    expect((await parent.end()).at(-1)?.data).toEqual({ status: 'cancelled' });
    expect((await child.end()).at(-1)?.data).toEqual({ status: 'cancelled' });
  });

  it('says which step was interrupted and begins anew; what a finished step has shown is not repeated', async () => {
    const events = await (await talk({ words: 10, fails: true })).end();
    const interrupted = events.filter(({ event }) => event === 'run.interrupted');
    expect(new Set(interrupted.map(({ data }) => data.step))).toContain('part 1');
    expect(events.filter(({ data }) => data.part === 0)).toHaveLength(10);
    expect(events.filter(({ data }) => data.part === 1)).toHaveLength(15);
    expect(shown(events)).toEqual(words(4, 10));
  });

  it('gathers the events of many runs into few messages', async () => {
    const before = await countRunLog(skep.infra);
    const carol = await skep.signUpUser();
    const readers = await Promise.all([ada, carol].flatMap((user) => [1, 2, 3, 4].map(() => talk({ words: 50, pause_ms: 5 }, { user }))));
    for (const reader of readers) expect(shown(await reader.end())).toEqual(words(4, 50));
    expect((await countRunLog(skep.infra)) - before).toBeLessThan((8 * 201) / 5);
  });
});

/** Reads a run with connections that end after some events, and returns all events. */
async function readInPieces(run: string, pieces: readonly number[]): Promise<Received[]> {
  const events: Received[] = [];
  const last = () => events.findLast(({ id }) => id !== undefined)?.id;
  for (const size of pieces) {
    const reader = await listen(run, last());
    await waitUntil('some events', () => reader.ended || reader.events.length >= size);
    reader.close();
    events.push(...reader.events);
    if (events.at(-1)?.event === 'run.ended') return events;
  }
  const rest = await listen(run, last());
  return [...events, ...(await rest.end())];
}

describe('a reader that comes back', () => {
  it('misses nothing and gets nothing twice, wherever its connections break off', async () => {
    const piece = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(piece, fc.integer({ min: 0, max: 6 }), async (pieces, pause_ms) => {
        const starter = await talk({ words: 20, pause_ms });
        const events = await readInPieces(await newestRun(), pieces);
        expect(events).toEqual(await starter.end());
        expect(shown(events)).toEqual(words(4, 20));
      }),
      { numRuns: 15 },
    );
  });

  it('continues on another gateway when its own is killed', async () => {
    const gateways: GatewayProcess[] = [await skep.startGateway(), await skep.startGateway()];
    const starter = await talk({ words: 100, pause_ms: 8 });
    const run = await newestRun();
    const [first, second] = gateways as [GatewayProcess, GatewayProcess];
    const readers = await Promise.all([1, 2, 3].map(() => listen(run, undefined, first.url)));
    await waitUntil('some words', () => readers.every(({ events }) => events.length > 50));
    await first.kill();
    for (const reader of readers) {
      await waitUntil('its end', () => reader.ended);
      const rest = await listen(run, reader.lastId, second.url);
      expect([...reader.events, ...(await rest.end())]).toEqual(await starter.end());
    }
    await second.stop();
  });

  it('sees the run continue when its service is killed', async () => {
    const reader = await talk({ words: 60, pause_ms: 10 });
    const run = await newestRun();
    await waitUntil('the second part', () => reader.events.some(({ data }) => data.part === 1 && data.n === 20));
    await talker.kill('SIGKILL');
    await startTalker();
    const events = await reader.end();
    expect(shown(events)).toEqual(words(4, 60));
    expect(events.filter(({ event, data }) => event === 'word' && data.part === 0)).toHaveLength(60);
    expect(events.at(-1)).toEqual(done(240));
    expect(await (await listen(run)).end()).toEqual(events);
  });

  it('is let go when it lags, and then gets the rest', async () => {
    const open = (lastId?: string) =>
      new Promise<IncomingMessage>((resolve) => {
        const headers = { authorization: `Bearer ${ada.access}`, ...(lastId !== undefined && { 'last-event-id': lastId }) };
        httpGet(`${skep.url}/talks/${run}`, { headers }, resolve);
      });
    const starter = await talk({ parts: 2, words: 300, length: 20_000, pause_ms: 10 });
    const run = await newestRun();
    const slow = await open();
    slow.pause();
    await starter.end();
    const read: Buffer[] = [];
    const broken = new Promise<unknown>((resolve) => slow.once('error', resolve).once('end', () => resolve(undefined)));
    slow.on('data', (chunk: Buffer) => void read.push(chunk)).resume();
    expect(await broken).toMatchObject({ code: 'ECONNRESET' });
    const complete = Buffer.concat(read).toString().split('\n\n').slice(0, -1);
    const id = /^id: (.*)$/m.exec(complete.at(-1)!)?.[1];
    const at = starter.events.findIndex((event) => event.id === id);
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(550);
    expect(await (await listen(run, id)).end()).toEqual(starter.events.slice(at + 1));
  });
});

it('after the time for which events are kept, the stream answers with how the run ended, or says that events are missing', async () => {
  const all = await (await talk({ parts: 1, words: 5 })).end();
  const run = await newestRun();
  const running = await talk({ parts: 2, words: 20, pause_ms: 200 });
  const runningId = await newestRun();
  await waitUntil('its first words', () => running.events.length > 3);
  await setRunLogAge(skep.infra, 1_000);
  try {
    await waitUntil('the expiry', async () => (await listen(run, all[1]!.id)).end().then((events) => events.length === 1));
    for (const lastId of [undefined, all[1]!.id]) expect(await (await listen(run, lastId)).end()).toEqual(all.slice(-1));
    const next = await waitUntil('the gap', async () => {
      const resumed = await listen(runningId, running.events[1]!.id);
      await waitUntil('its next words', () => resumed.events.length > 1);
      resumed.close();
      return resumed.events[0]?.event === 'run.gap' && resumed.events[1];
    });
    expect(running.events.slice(3)).toContainEqual(next);
  } finally {
    await setRunLogAge(skep.infra, 3_600_000);
    running.close();
  }
});

describe('the documents of an API with streams', () => {
  const document = JSON.parse(JSON.stringify(openApi(talks))) as {
    paths: Record<
      string,
      Record<string, { parameters: { name?: string }[]; responses: Record<string, { description: string; content: object }> }>
    >;
    components: { schemas: object };
  };

  it('describe the events, and where to continue', () => {
    for (const operation of [document.paths['/talks']!['post']!, document.paths['/talks/{run_id}']!['get']!]) {
      expect(operation.parameters.map(({ name }) => name)).toContain('Last-Event-ID');
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['200', '204', '401', '503']));
      expect(operation.responses['200']!.description).toContain('`word` (Word)');
      expect(Object.keys(operation.responses['200']!.content)).toEqual(['text/event-stream']);
    }
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(['Word', 'RunEnd', 'StepInterrupted']));
  });

  it('have a row for each stream in the matrix', () => {
    const matrix = renderMatrix(talks);
    expect(matrix).toContain('| `POST /talks` | a user with `billing:read` |');
    expect(matrix).toContain('| `GET /talks/{run_id}` | a user with `billing:read` |');
  });
});
