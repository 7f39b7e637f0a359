import { freePort } from '@skep/platform/free-port';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../setup/paths.mjs';
import { type AppProcess, startAppProcess } from '../../start/app-process.ts';
import { systemEnv } from '../../start/apps.ts';
import { logIn } from '../client.ts';
import { connected } from '../database.ts';
import type { Column, Measurement, Row } from '../measurement.ts';
import { residentMemory } from '../memory.ts';
import { progress } from '../progress.ts';
import type { Skep } from '../skep.ts';
import { percentile } from '../statistics.ts';

const READERS = 250;
const EVENTS_PER_SECOND = 20;
const IDLE = 2_000;
const OPENED_AT_ONCE = 50;
/** How long memory settles. */
const SETTLE_MS = 5_000;
/** The service and the API of the gateway's tests. */
const entryOf = (name: string) => pathToFileURL(join(ROOT, `apps/api-gateway/dist/test/streams/${name}.js`)).href;

export const description = `${READERS} clients that read a run of ${EVENTS_PER_SECOND} events/s each, and the memory of ${IDLE} idle ones`;

interface Delays extends Row {
  events?: number;
  p50?: number;
  p99?: number;
  most?: number;
  lost?: number;
  mib?: number;
}

const COLUMNS: Column<Delays>[] = [
  { head: 'events', value: ({ events }) => events, digits: 0 },
  { head: 'p50 ms', value: ({ p50 }) => p50, digits: 1 },
  { head: 'p99 ms', value: ({ p99 }) => p99, digits: 1 },
  { head: 'longest ms', value: ({ most }) => most, digits: 0 },
  { head: 'lost', value: ({ lost }) => lost, digits: 0 },
  { head: 'MiB more', value: ({ mib }) => mib, digits: 1 },
];

export const run: Measurement['run'] = async (skep, { seconds }) => {
  const { gateway, post } = await startTalks(skep);
  const words = seconds * EVENTS_PER_SECOND;
  const delays: number[] = [];
  let received = 0;
  const read = async () => {
    const stream = await post({ parts: 1, words, pause_ms: 1000 / EVENTS_PER_SECOND, length: 10 }, ({ part, at }) => {
      if (part !== 0) return;
      received++;
      delays.push(Date.now() - at);
    });
    await stream.ended;
  };
  await Promise.all(Array.from({ length: READERS }, read));
  progress(`streams: ${received} events`);
  const busy = { events: received, p50: percentile(delays, 0.5), p99: percentile(delays, 0.99), most: percentile(delays, 1) };
  const lost = READERS * words - received;

  await sleep(SETTLE_MS);
  const before = residentMemory({ gateway })['gateway']!;
  const idle: { close: () => void }[] = [];
  while (idle.length < IDLE)
    idle.push(...(await Promise.all(Array.from({ length: OPENED_AT_ONCE }, () => post({ waits: true }, () => {})))));
  await sleep(SETTLE_MS);
  const mib = residentMemory({ gateway })['gateway']! - before;
  for (const { close } of idle) close();
  const results: Record<string, Delays> = { busy: { ...busy, lost }, idle: { mib } };
  return {
    title: `Events of runs over one gateway: ${READERS} runs with ${EVENTS_PER_SECOND} events/s and a reader each; ${IDLE} readers of runs that wait`,
    results,
    columns: COLUMNS,
    targets: [
      { name: 'from the event to the client, p99 ms', value: busy.p99, atMost: 200 },
      { name: 'lost events', value: lost, atMost: 0 },
      { name: `MiB of the gateway for ${IDLE} idle readers`, value: mib, atMost: 60 },
    ],
  };
};

interface Word {
  part: number;
  at: number;
}

/** Starts the service and a gateway with its API. Returns the gateway's process id, and a function that starts a run and reads it. */
async function startTalks(skep: Skep) {
  const database = 'bench_talker';
  await connected(skep.postgresUrl, (admin) => admin.query(`create database ${database}`));
  const port = await freePort();
  const shared = {
    NATS_URL: skep.natsUrl,
    NATS_USER: 'operator',
    NATS_PASSWORD: skep.secrets.OPERATOR_NATS_PASSWORD,
    MANAGEMENT_PORT: '0',
    LOG_LEVEL: 'error',
  };
  const DATABASE_URL = Object.assign(new URL(skep.postgresUrl), { pathname: `/${database}` }).href;
  const gateway = { PORT: String(port), SKEP_SERVICE_TOKEN: skep.secrets.SKEP_SERVICE_TOKEN, SKEP_RATE_LIMITS: 'off' };
  const start = async (name: string, entry: string, more: Record<string, string>): Promise<AppProcess> => {
    const app = startAppProcess({ waves: [[{ name, entry: entryOf(entry), env: { ...shared, ...more } }]], env: systemEnv(process.env) });
    skep.beforeStop(() => app.stop());
    await app.started;
    return app;
  };
  await start('talker', 'talker', { DATABASE_URL, SKEP_RUNS_AT_ONCE: String(READERS) });
  const { pid } = await start('api-gateway', 'main', gateway);
  const { access_token } = await logIn(skep);
  const me = await skep.http('GET', '/v1/auth/me', { token: access_token });
  const headers = {
    'content-type': 'application/json',
    'x-service-token': skep.secrets.SKEP_SERVICE_TOKEN,
    'x-acting-user': (me as { imperal_id: string }).imperal_id,
  };
  const agent = new Agent({ maxSockets: Infinity });
  const post = (input: object, onWord: (word: Word) => void) =>
    new Promise<{ ended: Promise<unknown>; close: () => void }>((resolve, reject) => {
      const sent = request(`http://127.0.0.1:${port}/talks`, { method: 'POST', agent, headers }, (answer) => {
        if (answer.statusCode !== 200) return reject(new Error(`POST /talks answered ${answer.statusCode}`));
        let rest = '';
        answer.setEncoding('utf8').on('data', (text: string) => {
          const blocks = (rest + text).split('\n\n');
          rest = blocks.pop()!;
          for (const block of blocks)
            if (block.includes('event: word\n')) onWord(JSON.parse(block.slice(block.indexOf('data: ') + 6)) as Word);
        });
        const ended = new Promise((end) => answer.once('close', end).once('error', end));
        resolve({ ended, close: () => sent.destroy() });
      });
      sent.once('error', reject).end(JSON.stringify(input));
    });
  return { gateway: pid, post };
}
