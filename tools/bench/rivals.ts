import type { auth } from '@skep/contracts/auth';
import { freePort } from '@skep/platform/free-port';
import { spawn } from 'node:child_process';
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemEnv } from '../start/apps.ts';
import { identify, terminate } from '../start/processes.mjs';
import { Fault } from '../setup/fault.mjs';
import { NODE } from '../setup/paths.mjs';
import type { ServiceName, Skep } from './skep.ts';

const BALANCE = { database: 'billing' as const, route: '/v1/billing/balance', subject: 'bare.balance' };
interface Rival {
  database: ServiceName;
  route: string;
  subject: string;
  files: Readonly<Record<string, string>>;
}

const RIVALS = {
  book: { ...BALANCE, files: { gateway: 'dist/book/gateway.js', billing: 'dist/book/billing.js' } },
  bare: { ...BALANCE, files: { gateway: 'bare/gateway.ts', billing: 'bare/billing.ts' } },
  home: {
    ...{ database: 'coach' as const, route: '/user_states/home', subject: 'bare.home' },
    files: { gateway: 'bare/gateway.ts', coach: 'bare/home.ts' },
  },
} satisfies Record<string, Rival>;

/**
 * Starts a rival implementation of a route, with Skep's Postgres, NATS and tokens.
 * @param token a token that it must accept
 */
export async function startRival(name: keyof typeof RIVALS, skep: Skep, token: string) {
  const { database, route, subject, files }: Rival = RIVALS[name];
  const port = await freePort();
  const env = {
    ...systemEnv(process.env),
    NODE_ENV: 'production',
    DATABASE_URL: skep.databases[database].url,
    ROUTE: route,
    SUBJECT: subject,
    NATS_URL: skep.natsUrl,
    NATS_USER: 'operator',
    NATS_PASSWORD: skep.secrets.OPERATOR_NATS_PASSWORD,
    JWT_PUBLIC_KEY: await publicKey(skep, token),
    PORT: String(port),
  };
  const processes = Object.entries(files).map(([role, file]) => ({
    role,
    ...startProgram(fileURLToPath(new URL(file, import.meta.url)), env),
  }));
  const stop = () => Promise.all(processes.map(({ id }) => terminate(id, { within: 1000 })));
  skep.beforeStop(stop);
  await Promise.all(processes.map(({ ready }) => ready));
  return { url: `http://127.0.0.1:${port}`, pids: Object.fromEntries(processes.map(({ role, id }) => [role, id.pid])), stop };
}

/** Starts a program that sends a message once it is ready, and ends with this process. */
export function startProgram(file: string, env: NodeJS.ProcessEnv) {
  if (!existsSync(file)) throw new Fault(`${file} is missing. Run npm run build and look for its errors.`);
  const child = spawn(NODE, [file], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });
  const ready = new Promise((resolve, reject) => {
    child.once('message', resolve).once('exit', () => reject(new Error(`${file} exited before it was ready`)));
  });
  ready.catch(() => {});
  return { id: identify(child.pid ?? 0), ready };
}

/** The key that signed a token, as PEM. */
async function publicKey({ http }: Skep, token: string): Promise<string> {
  const [head = ''] = token.split('.');
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string };
  const { keys } = await http<typeof auth.getJwks>('GET', '/v1/auth/.well-known/jwks.json');
  const key = keys.find((candidate) => candidate.kid === kid);
  if (!key) throw new Error(`No public key has the id ${kid}.`);
  return String(createPublicKey({ key: key as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
}
