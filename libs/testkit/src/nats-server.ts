import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@skep/platform/free-port';
import { APPS, endProcess } from './app-process.js';
import { requireEnv } from './require-env.js';

/** The settings with which a process connects as one NATS user. */
export interface NatsUser {
  NATS_URL: string;
  NATS_USER: string;
  NATS_PASSWORD: string;
}

/** A nats-server with deploy/nats.conf, so that tests run with the permissions of a deployment. */
export interface NatsServer {
  url: string;
  /** The user of a service, or `operator`, who may do everything, for a name that is not in deploy/nats.conf. */
  user(service: string): NatsUser;
  kill(): Promise<void>;
  /** Starts it again, on the same port and with the same streams. */
  start(): Promise<void>;
}

const CONF = fileURLToPath(new URL('../deploy/nats.conf', APPS));
const START_TIMEOUT_MS = 20_000;

/** Starts a nats-server. @param streams the folder of its streams @throws Error with its output if it does not start */
export async function startNats(streams: string): Promise<NatsServer> {
  const port = await freePort();
  const url = `nats://127.0.0.1:${port}`;
  const conf = await readFile(CONF, 'utf8');
  const users = [...conf.matchAll(/user: ([\w-]+), password: \$(\w+)/g)].map(([, user = '', variable = '']) => ({ user, variable }));
  const passwords = new Map(users.map(({ user }) => [user, randomBytes(16).toString('hex')]));
  // nats-server parses the value of a variable as configuration, so the password must be a quoted string.
  const env = Object.fromEntries(users.map(({ user, variable }) => [variable, JSON.stringify(passwords.get(user))]));
  let server: ChildProcess | undefined;

  const nats: NatsServer = {
    url,
    user: (service) => {
      const user = passwords.has(service) ? service : 'operator';
      return { NATS_URL: url, NATS_USER: user, NATS_PASSWORD: passwords.get(user) ?? '' };
    },
    kill: async () => {
      if (server) await endProcess(server, 'SIGKILL');
    },
    start: async () => {
      const args = ['-c', CONF, '-a', '127.0.0.1', '-p', String(port), '-sd', streams];
      const child = spawn(requireEnv('SKEP_TEST_NATS_SERVER'), args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
      server = child;
      let printed = '';
      child.stderr.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-5_000)));
      child.once('error', ({ message }) => (printed = message));
      for (const deadline = Date.now() + START_TIMEOUT_MS; !(await isListening(port)); await sleep(20)) {
        if (child.exitCode === null && child.pid !== undefined && Date.now() < deadline) continue;
        await nats.kill();
        throw new Error(`nats-server did not start:\n${printed}`);
      }
    },
  };
  await nats.start();
  return nats;
}

const isListening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).once('error', () => resolve(false));
  });
