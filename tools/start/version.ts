import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';

/** The contents of SKEP_DATA/version.json: the newest release that has used the folder. */
export interface Version {
  release: string;
  created_at: string;
  started_at: string;
}

const { version: thisRelease } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

/**
 * Checks whether this release can use a data folder. `save` records that it does, before it changes anything there.
 * @throws Fault if the data is of a newer release, or of one that recorded none
 */
export function checkVersion(data: string, release = thisRelease): { save: () => void } {
  const file = join(data, 'version.json');
  const known = readVersion(file);
  if (!known && existsSync(join(data, 'secrets.env')))
    throw new Fault(
      `The data in ${data} is older than release 0.1.0, which cannot upgrade it. Move the folder away to start with empty databases, or set SKEP_DATA to another folder.`,
    );
  if (known && compareReleases(known.release, release) > 0)
    throw new Fault(
      `The data in ${data} was used by release ${known.release}, and this is release ${release}. Start release ${known.release} or a newer one, or restore a backup of the data from before that upgrade.`,
    );
  const save = () => {
    const started_at = new Date().toISOString();
    const version: Version = { release, created_at: known?.created_at ?? started_at, started_at };
    writeFileSync(`${file}.new`, `${JSON.stringify(version, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  };
  return { save };
}

function readVersion(file: string): Version | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Version;
  } catch {
    throw new Fault(`${file} is damaged. Restore it from a backup; it contains the release that used the folder last.`);
  }
}

const compareReleases = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
