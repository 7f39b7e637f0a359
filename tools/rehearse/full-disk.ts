// Fills the disk under load. Once there is space again, Skep must recover on its own within 30 seconds, without losing acknowledged calls.
import { freePort } from '@skep/platform/free-port';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { codeOf, Fault, messageOf, run } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import { canMount, NAMESPACE } from './namespace.ts';
import { until } from './until.ts';
import { databaseUrlOf, servicesWithDatabase } from '../start/installation.ts';
import { readSecrets } from '../start/secrets.ts';

const DISK_MB = 600;
const FULL_MS = 20_000;
const MAX_RECOVERY_MS = 30_000;
const PAUSE_MS = 50;
const DISK_VARIABLE = 'SKEP_REHEARSAL_DISK';

await run(async () => {
  // In a mount namespace of its own, so that the file system disappears with this process, however it ends.
  if (!process.env[DISK_VARIABLE]) return inNamespace();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m,mode=755`, 'skep', process.env[DISK_VARIABLE]]);
  return rehearse(join(process.env[DISK_VARIABLE], 'data'));
});

function inNamespace(): number {
  if (!canMount())
    throw new Fault('This rehearsal mounts a small file system: it needs Linux, and root or permission for user namespaces.');
  const disk = mkdtempSync(join(tmpdir(), 'skep-full-disk-'));
  try {
    return (
      spawnSync('unshare', [...NAMESPACE, process.execPath, fileURLToPath(import.meta.url)], {
        stdio: 'inherit',
        env: { ...process.env, [DISK_VARIABLE]: disk },
      }).status ?? 1
    );
  } finally {
    rmdirSync(disk);
  }
}

async function rehearse(data: string): Promise<number> {
  mkdirSync(data, { mode: 0o700 });
  const port = await freePort();
  const env: NodeJS.ProcessEnv = { ...process.env, PORT: String(port), SKEP_DATA: data, SKEP_RATE_LIMITS: 'off', LOG_LEVEL: 'silent' };
  delete env.npm_lifecycle_event; // the launcher's parent is this process, not npm
  const skep = spawn(process.execPath, [join(ROOT, 'tools/start.mjs')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => skep.once('exit', resolve));
  try {
    await waitUntilReady(skep);
    const traffic = await startTraffic(`http://127.0.0.1:${port}`, readSecrets(data));
    await sleep(3_000);
    console.log(`Before: ${traffic.acknowledged} calls answered, ${traffic.failed} failed.`);

    const filler = fill(join(data, 'filler'));
    console.log('The disk is full.');
    await sleep(FULL_MS);
    rmSync(filler);
    const freed = Date.now();
    console.log(`The disk has space again. Until now ${traffic.failed} calls failed, by status: ${JSON.stringify(traffic.statuses)}.`);

    await until('calls to succeed again', 4 * MAX_RECOVERY_MS, () => traffic.succeededSince(freed) >= 20);
    const seconds = (Date.now() - freed) / 1000;
    await traffic.stop();
    console.log(`Twenty consecutive calls succeeded ${seconds.toFixed(1)} s after the disk had space again.`);
    const counted = await settledCounts(data, env);
    console.log(
      `${traffic.acknowledged} calls acknowledged; ${counted.actions} in the kernel, ${counted.consumed} consumed by the marketplace; ${counted.waiting} events unsent.`,
    );
    const passed =
      seconds * 1000 <= MAX_RECOVERY_MS &&
      counted.actions >= traffic.acknowledged &&
      counted.consumed === counted.actions &&
      !traffic.statuses['500'];
    console.log(passed ? '1 passed, 0 failed' : '0 passed, 1 failed');
    return passed ? 0 : 1;
  } finally {
    skep.kill('SIGTERM');
    await exited;
  }
}

function waitUntilReady(skep: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = '';
    skep.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.includes('Skep is ready at')) resolve();
    });
    skep.once('exit', () => reject(new Fault(`Skep did not start:\n${printed}`)));
  });
}

/** The members of the answers that are read. */
interface Answer {
  access_token?: string;
  imperal_id?: string;
  status?: string;
  error_code?: string;
}

/** Calls a built-in function repeatedly as the administrator. Each call adds an action and an event. */
async function startTraffic(url: string, { SKEP_ADMIN_EMAIL: email, SKEP_ADMIN_PASSWORD: password }: Record<string, string>) {
  const json = async (path: string, body?: object, token?: string): Promise<{ status: number | string; body: Answer }> => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(url + path, {
      method: body ? 'POST' : 'GET',
      headers,
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    return { status: response.status, body: (await response.json()) as Answer };
  };
  const login = await json('/v1/auth/login', { email, password });
  const token = login.body.access_token;
  const user_id = (await json('/v1/auth/me', undefined, token)).body.imperal_id;
  const call = { user_id, function: 'list_plans', params: {} };

  let stopping = false;
  const traffic = {
    acknowledged: 0,
    failed: 0,
    statuses: {} as Record<string, number>,
    consecutive: [] as number[],
    succeededSince: (ms: number): number => traffic.consecutive.filter((at) => at > ms).length,
    stop,
  };
  const running = Promise.all([1, 2].map(work));
  async function work() {
    for (; !stopping; await sleep(PAUSE_MS)) {
      const answer = await json('/v1/extensions/billing/call', call, token).catch(() => ({ status: 'none', body: {} as Answer }));
      if (answer.status === 200 && answer.body.status === 'success') {
        traffic.acknowledged++;
        traffic.consecutive.push(Date.now());
        continue;
      }
      const kind = String(answer.status === 200 ? answer.body.error_code : answer.status);
      traffic.failed++;
      traffic.consecutive = [];
      traffic.statuses[kind] = (traffic.statuses[kind] ?? 0) + 1;
    }
  }
  async function stop() {
    stopping = true;
    await running;
  }
  return traffic;
}

function fill(file: string): string {
  const fd = openSync(file, 'w');
  for (let size = 1 << 20; size >= 512;) {
    try {
      writeSync(fd, Buffer.alloc(size));
    } catch (error) {
      if (codeOf(error) !== 'ENOSPC') throw error;
      size /= 2;
    }
  }
  closeSync(fd);
  return file;
}

/** Counts the kernel's actions and the events that the marketplace has consumed, once no event waits in an outbox. */
async function settledCounts(data: string, env: NodeJS.ProcessEnv) {
  const clients = new Map(
    servicesWithDatabase.map((name) => [name, new pg.Client({ connectionString: databaseUrlOf(name, { ...env, SKEP_DATA: data }) })]),
  );
  await Promise.all([...clients.values()].map((client) => client.connect()));
  const query = async (name: string, sql: string, values: unknown[] = []) =>
    (await clients.get(name)?.query<Record<string, string>>(sql, values))?.rows ?? [];
  const one = async (name: string, sql: string, values?: unknown[]) => Number(Object.values((await query(name, sql, values))[0] ?? {})[0]);
  try {
    const counts = { actions: 0, consumed: 0, waiting: 0 };
    await until('the events to arrive', 60_000, async () => {
      const waiting = await Promise.all(servicesWithDatabase.map((name) => one(name, 'select count(*) from outbox where sent_at is null')));
      counts.actions = await one('kernel', `select count(*) from action where app_id = 'billing'`);
      const events = await query('marketplace', 'select event_id from inbox');
      counts.consumed = await one(
        'kernel',
        `select coalesce(sum(jsonb_array_length(payload -> 'calls')), 0) from outbox
          where subject = 'event.kernel.callsFinished' and id = any($1)`,
        [events.map(({ event_id }) => event_id)],
      );
      counts.waiting = waiting.reduce((sum, count) => sum + count, 0);
      return counts.waiting === 0 && counts.consumed === counts.actions;
    }).catch((error: unknown) => console.log(messageOf(error)));
    return counts;
  } finally {
    await Promise.all([...clients.values()].map((client) => client.end()));
  }
}
