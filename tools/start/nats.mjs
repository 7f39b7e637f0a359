import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { natsServerBinary } from '../nats-server.mjs';
import { lastLines } from '../setup/execute.mjs';
import { explain, Fault } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import { openLog } from './logs.mjs';
import { freePort } from './port.mjs';
import { ended, identify, terminate } from './processes.mjs';

/**
 * Starts the embedded nats-server, with a user a service as deploy/nats.conf says.
 * @param {{ data: string, log: string, secrets: Record<string, string>, port?: number, again?: boolean,
 *   spawned?: (server: import('./embedded-server.mjs').Server) => void }} options data: gets a folder jetstream; port: the one to prefer
 * @returns {Promise<import('./embedded-server.mjs').Server>}
 */
export async function startNats({ data, log, secrets, port: preferredPort, again, spawned }) {
  const binary = await natsServerBinary();
  const port = await freePort(preferredPort);
  const monitoring = await freePort();
  const output = openLog(log, { again });
  const address = ['-a', '127.0.0.1', '-p', String(port), '-m', String(monitoring)];
  const child = spawn(binary, ['-c', join(ROOT, 'deploy/nats.conf'), ...address, '-sd', data], {
    env: { ...passwords(secrets), GOMEMLIMIT: '128MiB' },
    stdio: ['ignore', output.fd, output.fd],
    detached: true, // as Postgres: stopped in order, not by the terminal
  });
  output.close();
  child.unref();
  let gone = false;
  child.once('error', () => (gone = true)).once('exit', () => (gone = true));
  const id = identify(child.pid);
  const stop = (within = 2000) => terminate(id, { within });
  const url = `nats://127.0.0.1:${port}`;
  const server = { url, pid: child.pid, port, ended: ended(id), answers: () => isHealthy(monitoring), stop };
  if (child.pid) spawned?.(server);
  for (const deadline = Date.now() + 30_000; !(await greets('127.0.0.1', port)); await sleep(10)) {
    if (!gone && Date.now() < deadline) continue;
    await stop(0);
    throw explain(output.read(), `nats-server did not start: ${lastLines(output.read())} (all of it in ${log})`);
  }
  return server;
}

/** What nats-server says of itself: no after its disk was full, since JetStream then takes nothing more until a restart. */
const isHealthy = (port) =>
  fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );

/** Says so when nobody answers at NATS_URL, before seven services find out. */
export async function checkNats(url) {
  if (!(await natsAnswers(url)))
    throw new Fault(`No NATS server answers at NATS_URL=${url}. Start it, or unset NATS_URL to use the embedded one.`);
}

/** Whether the first server of a NATS_URL answers. */
export function natsAnswers(natsUrl) {
  const first = natsUrl.split(',')[0];
  const { hostname, port } = new URL(first.includes('://') ? first : `nats://${first}`);
  return greets(hostname, Number(port || 4222));
}

// nats-server reads a variable as configuration, so a password chosen by hand (`12 e`) must arrive as a quoted string.
function passwords(secrets) {
  const names = Object.keys(secrets).filter((name) => name.endsWith('_NATS_PASSWORD'));
  return Object.fromEntries(names.map((name) => [name, JSON.stringify(secrets[name])]));
}

/** Whether a NATS server says its INFO there. */
function greets(host, port) {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const answer = (ok) => resolve(ok) ?? socket.destroy();
    socket.setTimeout(1000, () => answer(false));
    socket.once('data', (data) => answer(data.toString().startsWith('INFO '))).once('error', () => answer(false));
  });
}
