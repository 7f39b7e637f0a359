import { resolve } from 'node:path';
import { Fault } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';

/** @typedef {ReturnType<typeof readSettings>} Settings */

const servers = { DATABASE_URL: 'postgresql://postgres:password@127.0.0.1:5432/postgres', NATS_URL: 'nats://127.0.0.1:4222' };

/**
 * Reads the options and settings of `npm start`. @throws Fault if one is invalid
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function readSettings(args, env = process.env) {
  const unknown = args.find((arg) => !['--split', '--demo'].includes(arg));
  if (unknown !== undefined) throw new Fault(`Unknown option ${unknown}. See npm start -- --help.`);
  const port = Number(env.PORT || 8080);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Fault(`PORT must be a number from 1 to 65535, not ${env.PORT}.`);
  for (const [name, example] of Object.entries(servers)) checkUrl(name, env[name], example);
  return {
    split: args.includes('--split'),
    demo: args.includes('--demo'),
    host: env.HOST || '127.0.0.1',
    port,
    data: dataFolder(env),
    databaseUrl: env.DATABASE_URL || undefined,
    natsUrl: env.NATS_URL || undefined,
    env,
  };
}

/**
 * NATS_URL may contain several servers, without a scheme.
 * @param {string} name
 * @param {string | undefined} text
 * @param {string} example
 */
function checkUrl(name, text, example) {
  try {
    for (const url of (text || example).split(',')) new URL(url.includes('://') ? url : `nats://${url}`);
  } catch {
    throw new Fault(`${name} is not a valid URL. Example: ${name}=${example}.`);
  }
}

/** The data folder: SKEP_DATA, relative to the checkout, or .data in it. */
export const dataFolder = (env = process.env) => resolve(ROOT, env.SKEP_DATA || '.data');

/** @type {Record<string, string>} */
const loopback = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };

/**
 * The URL of the public API on this machine.
 * @param {{ host: string, port: number }} settings
 */
export function publicUrl({ host, port }) {
  const name = loopback[host] ?? (host.includes(':') ? `[${host}]` : host);
  return `http://${name}:${port}`;
}
