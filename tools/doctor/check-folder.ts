import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../setup/fault.mjs';
import { freeBytes, inMegabytes } from '../start/disk.ts';
import { checkPort } from '../start/port.mjs';
import { isAlive } from '../start/processes.mjs';
import { readRunFile } from '../start/run-file.mjs';
import { missingSecrets, secretsFile } from '../start/secrets.ts';
import { dataFolder } from '../start/settings.mjs';
import { unknownSettings } from '../start/unknown-settings.mjs';
import { checkVersion } from '../start/version.ts';
import type { Finding } from './finding.ts';

/** Below this, Postgres and files soon have no room. */
const ROOM = 2 * 2 ** 30;

/** What is wrong with the data folder and the settings of this machine. Nothing is changed. */
export async function checkFolder(env = process.env): Promise<Finding[]> {
  const data = dataFolder(env);
  const settings = unknownSettings(env);
  const found: Finding[] = settings
    ? [{ level: 'warning', area: 'settings', what: settings.replace('Warning: unknown', 'Unknown'), todo: 'Correct or remove them.' }]
    : [];
  // Where others start the services and NATS, as in containers, there need not be a folder.
  const isElsewhere = Boolean(env.NATS_URL);
  if (!existsSync(data)) return isElsewhere ? found : [...found, notInstalled(data)];
  const ports = isElsewhere ? [] : await checkPorts(data, env);
  return [...found, ...checkRelease(data), ...checkSecrets(data, env), ...checkDisk(data), ...ports];
}

const notInstalled = (data: string): Finding => ({
  ...{ level: 'fault', area: 'installation', what: `There is no installation in ${data}.` },
  todo: 'Run npm start, or set SKEP_DATA to the folder of one.',
});

function checkRelease(data: string): Finding[] {
  try {
    checkVersion(data);
    return [];
  } catch (error) {
    return [{ level: 'fault', area: 'installation', what: 'This release cannot use the data.', todo: messageOf(error) }];
  }
}

function checkSecrets(data: string, env: NodeJS.ProcessEnv): Finding[] {
  const file = secretsFile(data);
  const found: Finding[] = [];
  const missing = existsSync(join(data, 'postgres')) ? missingSecrets(data, env) : [];
  if (missing.length)
    found.push({
      ...{ level: 'fault', area: 'secrets', what: `${file} lacks ${missing.join(', ')}, without which the databases cannot be opened.` },
      todo: 'Restore the file from a backup, or set them in the environment.',
    });
  if (existsSync(file) && process.platform !== 'win32' && statSync(file).mode & 0o077)
    found.push({
      ...{ level: 'warning', area: 'secrets', what: `Other users of this machine can read ${file}.` },
      todo: `Run chmod 600 ${file}, and consider its secrets known to them (docs/operations.md).`,
    });
  return found;
}

function checkDisk(data: string): Finding[] {
  const free = freeBytes(data);
  if (free >= ROOM) return [];
  return [
    {
      ...{ level: free < ROOM / 10 ? 'fault' : 'warning', area: 'disk', what: `The disk of ${data} has ${inMegabytes(free)} left.` },
      todo: 'Free some space, or move the folder to another disk and set SKEP_DATA.',
    },
  ];
}

/** Of an installation that does not run: whether it could. */
async function checkPorts(data: string, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const known = readRunFile(data);
  if (isAlive(known?.launcher)) return [];
  const stopped: Finding = {
    level: 'fault',
    area: 'installation',
    what: `Skep does not run with the data in ${data}.`,
    todo: 'Run npm start.',
  };
  try {
    await checkPort({ host: env.HOST || '127.0.0.1', port: Number(env.PORT || known?.port || 8080), data }, {});
    return [stopped];
  } catch (error) {
    return [{ level: 'fault', area: 'ports', what: 'Skep does not run, and could not start.', todo: messageOf(error) }];
  }
}
