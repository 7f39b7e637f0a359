import { freePort } from '@skep/platform/free-port';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemEnv } from '../../start/apps.ts';
import { startAppProcess } from '../../start/app-process.ts';
import { terminate } from '../../start/processes.mjs';
import { ROOT } from '../../setup/paths.mjs';
import { connected } from '../database.ts';
import type { Column, Measurement, Row } from '../measurement.ts';
import { residentMemory } from '../memory.ts';
import { progress } from '../progress.ts';
import { startProgram } from '../rivals.ts';
import type { Skep } from '../skep.ts';
import { median } from '../statistics.ts';

const MEGABYTES = 100;
const CHUNK = Buffer.alloc(1_000_000, 'a file of the benchmark ');
const ROUNDS = 5;
const TOKEN = 'a-service-token-of-the-benchmark';

export const description = `a file of ${MEGABYTES} MB, sent and read again, beside node:http with pipeline`;

interface Contestant {
  url: string;
  pid: number;
}

interface Result extends Row {
  up: number[];
  down: number[];
  /** MiB. */
  grew: number[];
}

const COLUMNS: Column<Result>[] = [
  { head: 'up MB/s', value: ({ up }) => median(up), digits: 0 },
  { head: 'down MB/s', value: ({ down }) => median(down), digits: 0 },
  { head: 'more memory, MiB', value: ({ grew }) => Math.max(...grew), digits: 0 },
];

export const run: Measurement['run'] = async (skep) => {
  const folder = mkdtempSync(join(tmpdir(), 'skep-bench-files-'));
  skep.beforeStop(async () => rmSync(folder, { recursive: true, force: true }));
  const contestants = { skep: await startFiles(skep, folder), bare: await startBare(skep, folder) };
  const results: Record<string, Result> = {};
  for (const [name, contestant] of Object.entries(contestants)) {
    results[name] = { up: [], down: [], grew: [] };
    await transfer(contestant, { up: [], down: [], grew: [] });
  }
  for (let round = 1; round <= ROUNDS; round++)
    for (const [name, contestant] of Object.entries(contestants)) {
      progress(`files: round ${round} of ${ROUNDS}, ${name}`);
      await transfer(contestant, results[name]!);
    }
  const { up, down, grew } = results['skep']!;
  return {
    title: `A file of ${MEGABYTES} MB, median of ${ROUNDS} rounds`,
    results,
    columns: COLUMNS as Column<Row>[],
    targets: [
      { name: 'upload, MB/s', value: median(up), atLeast: 150 },
      { name: 'download, MB/s', value: median(down), atLeast: 150 },
      { name: 'more memory, MiB', value: Math.max(...grew), atMost: 50 },
    ],
  };
};

/** Sends the file and reads it again. */
async function transfer({ url, pid }: Contestant, { up, down, grew }: Result): Promise<void> {
  const memory = () => residentMemory({ pid })['pid'] ?? 0;
  const before = memory();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, memory())), 20);
  const rate = (since: number) => MEGABYTES / ((performance.now() - since) / 1000);
  let since = performance.now();
  const { id } = JSON.parse((await send('POST', url)).text) as { id?: number };
  up.push(rate(since));
  since = performance.now();
  const { bytes } = await send('GET', id === undefined ? url : `${url}/${id}`);
  down.push(rate(since));
  clearInterval(timer);
  if (bytes !== MEGABYTES * CHUNK.length) throw new Error(`${url} sent ${bytes} bytes`);
  grew.push(most - before);
  if (id !== undefined) await send('DELETE', `${url}/${id}`);
}

async function send(method: 'GET' | 'POST' | 'DELETE', url: string): Promise<{ bytes: number; text: string }> {
  const upload = method === 'POST' && { 'content-type': 'application/octet-stream', 'content-length': MEGABYTES * CHUNK.length };
  const sent = request(url, { method, headers: { 'x-service-token': TOKEN, ...upload } });
  const answered = once(sent, 'response');
  if (upload) for (let i = 0; i < MEGABYTES; i++) if (!sent.write(CHUNK)) await once(sent, 'drain');
  sent.end();
  const [response] = (await answered) as [import('node:http').IncomingMessage];
  let bytes = 0;
  let text = '';
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (method !== 'GET') text += chunk.toString();
  }
  if (response.statusCode !== 200) throw new Error(`${method} ${url} answered ${response.statusCode} ${text}`);
  return { bytes, text };
}

/** Starts the gateway with files of the tests, and the service that owns them. */
async function startFiles(skep: Skep, folder: string): Promise<Contestant> {
  await connected(skep.postgresUrl, (client) => client.query('create database documents'));
  const port = await freePort();
  const common = {
    NATS_URL: skep.natsUrl,
    NATS_USER: 'operator',
    NATS_PASSWORD: skep.secrets.OPERATOR_NATS_PASSWORD,
    MANAGEMENT_PORT: '0',
    MANAGEMENT_HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
    SKEP_OBJECTS: `file:${join(folder, 'objects')}`,
  };
  const start = async (name: string, file: string, env: Record<string, string>) => {
    const entry = pathToFileURL(join(ROOT, 'apps/api-gateway/dist/test/files', file)).href;
    const app = startAppProcess({ waves: [[{ name, entry, env: { ...common, ...env } }]], env: systemEnv(process.env) });
    skep.beforeStop(() => app.stop());
    await app.started;
    return app;
  };
  await start('documents', 'owner.js', { DATABASE_URL: Object.assign(new URL(skep.postgresUrl), { pathname: '/documents' }).href });
  const gateway = await start('api-gateway', 'gateway.js', {
    ...{ PORT: String(port), HOST: '127.0.0.1', SKEP_SERVICE_TOKEN: TOKEN, SKEP_RATE_LIMITS: 'off' },
    SKEP_FILE_MAX_BYTES: String(MEGABYTES * CHUNK.length),
  });
  return { url: `http://127.0.0.1:${port}/files/documents`, pid: gateway.pid };
}

async function startBare(skep: Skep, folder: string): Promise<Contestant> {
  const port = await freePort();
  const env = { ...systemEnv(process.env), PORT: String(port), FILE: join(folder, 'bare') };
  const { id, ready } = startProgram(join(ROOT, 'tools/bench/bare/files.ts'), env);
  skep.beforeStop(() => terminate(id, { within: 1000 }));
  await ready;
  return { url: `http://127.0.0.1:${port}/`, pid: id.pid };
}
