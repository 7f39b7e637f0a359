import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@skep/platform/free-port';
import { natsServerBinary } from '../nats-server.mjs';
import { lastLines } from '../setup/execute.mjs';
import { explain, Fault } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import type { Server, StartOptions } from './embedded-server.ts';
import { openLog } from './logs.ts';
import { ended, identify, terminate } from './processes.mjs';

export interface NatsOptions extends StartOptions {
  /** The parent of the folder jetstream. */
  data: string;
  log: string;
  secrets: Record<string, string>;
}

/** Starts the embedded nats-server with deploy/nats.conf: one user per service. */
export async function startNats({ data, log, secrets, port: preferredPort, again, spawned }: NatsOptions): Promise<Server> {
  const binary = await natsServerBinary();
  const port = await freePort(preferredPort);
  const monitoring = await freePort();
  const output = openLog(log, { again });
  const address = ['-a', '127.0.0.1', '-p', String(port), '-m', String(monitoring)];
  const child = spawn(binary, ['-c', join(ROOT, 'deploy/nats.conf'), ...address, '-sd', data], {
    env: { ...passwords(secrets), GOMEMLIMIT: '128MiB' },
    stdio: ['ignore', output.fd, output.fd],
    detached: true, // like Postgres: the launcher stops it, not the terminal
  });
  output.close();
  child.unref();
  let exited = false;
  child.once('error', () => (exited = true)).once('exit', () => (exited = true));
  const pid = child.pid ?? 0;
  const id = identify(pid);
  const stop = (within = 2000) => terminate(id, { within });
  const url = `nats://127.0.0.1:${port}`;
  const server = { url, pid, port, ended: ended(id), answers: () => isHealthy(monitoring), stop };
  if (pid) spawned?.(server);
  for (const deadline = Date.now() + 30_000; !(await sendsInfo('127.0.0.1', port)); await sleep(10)) {
    if (!exited && Date.now() < deadline) continue;
    await stop(0);
    throw explain(output.read(), `nats-server did not start: ${lastLines(output.read())} (full output: ${log})`);
  }
  return server;
}

/** nats-server's own health check. It fails after the disk was full: then JetStream accepts nothing until a restart. */
const isHealthy = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );

/** @throws Fault if no server answers at NATS_URL, before all processes fail for it */
export async function checkNats(url: string): Promise<void> {
  if (!(await natsAnswers(url)))
    throw new Fault(`No NATS server answers at NATS_URL=${url}. Start it, or unset NATS_URL to use the embedded one.`);
}

/** Whether the first server in NATS_URL answers. */
export function natsAnswers(natsUrl: string): Promise<boolean> {
  const [first = ''] = natsUrl.split(',');
  const { hostname, port } = new URL(first.includes('://') ? first : `nats://${first}`);
  return sendsInfo(hostname, Number(port || 4222));
}

// nats-server parses the value of a variable as configuration, so a password (such as `12 e`) must be a quoted string.
function passwords(secrets: Record<string, string>) {
  const names = Object.keys(secrets).filter((name) => name.endsWith('_NATS_PASSWORD'));
  return Object.fromEntries(names.map((name) => [name, JSON.stringify(secrets[name])]));
}

/** Whether a NATS server sends its INFO at this address. */
function sendsInfo(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const answer = (ok: boolean) => {
      resolve(ok);
      socket.destroy();
    };
    socket.setTimeout(1000, () => answer(false));
    socket.once('data', (data) => answer(data.toString().startsWith('INFO '))).once('error', () => answer(false));
  });
}
