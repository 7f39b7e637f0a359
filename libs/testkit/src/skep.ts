import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AppWaves, HostMessage } from '@skep/platform/app-host';
import { freePort } from '@skep/platform/free-port';
import { type AppProcess, APPS, endProcess, PROCESS_ENV } from './app-process.js';
import { type Infrastructure, startInfrastructure } from './infrastructure.js';
import { waitUntil } from './wait-until.js';

const APP_HOST = fileURLToPath(new URL('../libs/platform/dist/src/app-host.js', APPS));
/** The services with a database. */
export const SERVICES = [
  'auth-gateway',
  'registry',
  'marketplace',
  'billing',
  'developer-portal',
  'kernel',
  'connections',
  'models',
  'automation',
  'channels',
  'coach',
  'agent',
  'nodes',
];
const GATEWAY = 'api-gateway';
const START_TIMEOUT_MS = 120_000;

/** Any JSON object. Reading a member that does not exist fails the test. */
export interface Json {
  readonly [key: string]: Json;
}

/** An HTTP response. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; undefined if it is not JSON. */
  json: Json;
  /** The same body, as a list. */
  rows: Json[];
}

/** An HTTP request. */
export interface Request {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent unchanged, instead of `body`. */
  raw?: string | Uint8Array;
  /** A bearer token. */
  token?: string;
  headers?: Record<string, string>;
  /** The URL of a gateway other than the first. */
  gateway?: string;
}

/** An additional api-gateway on the same bus, as a separate process. */
export interface GatewayProcess {
  url: string;
  isReady(): Promise<boolean>;
  /** What Prometheus reads. */
  metrics(): Promise<string>;
  kill(): Promise<void>;
  /** Stops it with SIGTERM. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A signed-in user. */
export interface TestUser {
  email: string;
  password: string;
  id: string;
  access: string;
  refresh: string;
}

/** The whole platform, called over HTTP as a client would. */
export interface Skep {
  url: string;
  infra: Infrastructure;
  serviceToken: string;
  http(method: string, path: string, request?: Request): Promise<Answer>;
  /** Signs up a new user and verifies their e-mail address. */
  signUpUser(): Promise<TestUser>;
  /** Signs in the first administrator. */
  signInAdmin(): Promise<TestUser>;
  /** Kills all copies of a service (SIGKILL). Only with `split`. */
  killApp(name: string): Promise<void>;
  /** Starts a copy of a service, beside those that run. */
  startApp(name: string): Promise<void>;
  /** Ends the copy of a service that has run longest, and returns its exit code, null after SIGKILL. Only with `split`. */
  endOldestCopy(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
  startGateway(): Promise<GatewayProcess>;
  /** The token in the newest e-mail to an address. */
  mailToken(email: string): Promise<string>;
  /** The environment in which `npm run skep` runs as the operator of this installation. */
  operatorEnv: Record<string, string>;
  close(): Promise<void>;
}

const createSecret = () => randomBytes(32).toString('base64url');

/**
 * Starts all services on databases of their own, together in one process or, with `split`, each in a process of its own.
 * @param options gateway: the main module of another build of api-gateway, for planted bugs; gatewayUser: `operator` for one that calls
 * services that deploy/nats.conf does not know
 */
export async function startSkep({
  split = false,
  env: more = {},
  gateway = new URL(`${GATEWAY}/dist/src/main.js`, APPS),
  gatewayUser = GATEWAY,
}: { split?: boolean; env?: Record<string, string>; gateway?: URL; gatewayUser?: 'api-gateway' | 'operator' } = {}): Promise<Skep> {
  const infra = await startInfrastructure();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const serviceToken = createSecret();
  const adminPassword = createSecret();
  const shared = {
    PORT: String(port),
    HOST: '127.0.0.1',
    SKEP_PUBLIC_URL: url,
    SKEP_SERVICE_TOKEN: serviceToken,
    SKEP_ADMIN_EMAIL: 'admin@skep.local',
    SKEP_ADMIN_PASSWORD: adminPassword,
    SKEP_ENCRYPTION_KEY: createSecret(),
    SKEP_RATE_LIMITS: 'off',
    // No test asks it: it is on the Internet.
    CLAWHUB_URL: 'off',
    ...more,
  };
  const env = (name: string) => infra.env(name, name === GATEWAY ? { ...shared, ...infra.nats.user(gatewayUser) } : shared);
  const copies = new Map<string, AppProcess[]>();
  const copiesOf = (name: string) => copies.get(name) ?? [];
  const startApp = async (name: string) => {
    const copy = await infra.startApp(name, shared);
    copies.set(name, [...copiesOf(name), copy]);
  };
  const resources = new AsyncDisposableStack();
  resources.defer(() => infra.close());
  try {
    if (split) {
      await Promise.all(SERVICES.map(startApp));
      await startApp(GATEWAY);
    } else {
      const app = async (name: string, main: URL) => ({ name, entry: main.href, env: await env(name) });
      const services = SERVICES.map((name) => app(name, new URL(`${name}/dist/src/main.js`, APPS)));
      const waves = [await Promise.all(services), [await app(GATEWAY, gateway)]];
      const host = fork(APP_HOST, [], { execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: PROCESS_ENV });
      resources.defer(() => endProcess(host, 'SIGTERM'));
      await startTogether(host, waves);
    }
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }

  const http = async (method: string, path: string, request: Request = {}): Promise<Answer> => {
    const { body, raw, token, headers = {}, gateway: base = url } = request;
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await fetch(base + path, {
      method,
      headers: {
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent as string }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await answer.text();
    const json = parse(text);
    return { status: answer.status, headers: answer.headers, text, json: json as Json, rows: json as Json[] };
  };
  const mailToken = (email: string) => waitUntil(`an e-mail to ${email}`, () => newestToken(join(infra.folder, 'mail'), email), 10_000);
  const toPerson = async (email: string, password: string, answer: Answer): Promise<TestUser> => {
    if (answer.status !== 200) throw new Error(`${email} could not sign in: ${answer.text}`);
    const access = String(answer.json['access_token']);
    const me = await http('GET', '/v1/auth/me', { token: access });
    return { email, password, id: String(me.json['imperal_id']), access, refresh: String(answer.json['refresh_token']) };
  };
  return {
    url,
    infra,
    serviceToken,
    http,
    mailToken,
    operatorEnv: {
      PATH: process.env['PATH'] ?? '',
      SKEP_DATA: infra.folder,
      SKEP_URL: url,
      SKEP_SERVICE_TOKEN: serviceToken,
      NATS_URL: infra.nats.url,
      OPERATOR_NATS_PASSWORD: infra.nats.user('operator').NATS_PASSWORD,
    },
    killApp: async (name) => {
      const killed = copiesOf(name);
      copies.delete(name);
      await Promise.all(killed.map((copy) => copy.kill('SIGKILL')));
    },
    startApp,
    endOldestCopy: async (name, signal) => {
      const [oldest, ...others] = copiesOf(name);
      if (!oldest) throw new Error(`no copy of ${name} runs`);
      copies.set(name, others);
      await oldest.kill(signal);
      return oldest.exitCode();
    },
    startGateway: async () => {
      const PORT = String(await freePort());
      const start = () => infra.startApp(GATEWAY, { ...shared, ...infra.nats.user(gatewayUser), PORT }, gateway);
      let running = await start();
      return {
        url: `http://127.0.0.1:${PORT}`,
        isReady: () =>
          fetch(`${running.management}/readyz`).then(
            ({ ok }) => ok,
            () => false,
          ),
        metrics: async () => (await fetch(`${running.management}/metrics`)).text(),
        kill: () => running.kill('SIGKILL'),
        stop: () => running.kill('SIGTERM'),
        start: async () => void (running = await start()),
      };
    },
    signUpUser: async () => {
      const email = `${randomBytes(6).toString('hex')}@example.com`;
      const password = 'correct horse battery';
      await http('POST', '/v1/auth/signup', { body: { email, password } });
      return toPerson(email, password, await http('POST', '/v1/auth/verify-email', { body: { token: await mailToken(email) } }));
    },
    signInAdmin: async () =>
      toPerson(
        'admin@skep.local',
        adminPassword,
        await http('POST', '/v1/auth/login', { body: { email: 'admin@skep.local', password: adminPassword } }),
      ),
    close: () => resources.disposeAsync(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Starts the services in one process. @throws Error with its output if a service does not start, or not in time */
async function startTogether(host: ChildProcess, waves: AppWaves['waves']): Promise<void> {
  let printed = '';
  for (const stream of [host.stdout, host.stderr])
    stream?.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-20_000)));
  let timer: NodeJS.Timeout | undefined;
  const started = await new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), START_TIMEOUT_MS);
    host.once('message', (message: HostMessage) => {
      if ('failed' in message) printed += `${message.failed}: ${message.message}`;
      resolve('started' in message);
    });
    host.once('close', () => resolve(false));
    host.send({ waves });
  });
  clearTimeout(timer);
  if (!started) throw new Error(`Skep did not start:\n${printed}`);
}

async function newestToken(folder: string, email: string): Promise<string | undefined> {
  for (const name of (await readdir(folder))
    .filter((file) => file.endsWith('.eml'))
    .sort()
    .reverse()) {
    const mail = await readFile(join(folder, name), 'utf8');
    const token = /token=([A-Za-z0-9._~-]{16,})/.exec(mail.replace(/=\r?\n/g, '').replace(/=3D/g, '='))?.[1];
    if (token && mail.includes(email)) return token;
  }
  return undefined;
}
