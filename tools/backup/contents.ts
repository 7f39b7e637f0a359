import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../setup/fault.mjs';
import { checkVersion } from '../start/version.ts';
import { checksums, readTree } from './files.ts';

const PLATFORM = `${process.platform}-${process.arch}`;

/** What backup.json says about a backup. It is written last, so that a backup without it is known to be incomplete. */
export interface Contents {
  /** The system and the processor: the files of Postgres depend on them. */
  platform: string;
  /** The version of Postgres. */
  postgres: string;
  /** The time of the state in the backup. */
  moment: string;
  folders: string[];
  /** The SHA-256 of every file. */
  files: Record<string, string>;
}

const fileIn = (folder: string) => join(folder, 'backup.json');

/** Completes a backup whose files are in the folder. */
export async function writeContents(folder: string, about: Pick<Contents, 'postgres' | 'moment'>): Promise<void> {
  const tree = readTree(folder);
  const files = await checksums('the copies', tree, folder);
  const contents: Contents = { platform: PLATFORM, ...about, folders: tree.folders, files };
  writeFileSync(`${fileIn(folder)}.new`, JSON.stringify(contents, null, 1), { mode: 0o600, flush: true });
  renameSync(`${fileIn(folder)}.new`, fileIn(folder));
}

/** @throws Fault if the folder contains no complete backup, or one that cannot be restored here */
export function readContents(folder: string): Contents {
  const file = fileIn(folder);
  if (!existsSync(file)) throw new Fault(`${folder} is not a complete backup: ${file} does not exist. Restore another one.`);
  const contents = parse(readFileSync(file, 'utf8'));
  if (!contents) throw new Fault(`${file} is damaged. Restore another backup.`);
  checkVersion(folder);
  if (contents.platform !== PLATFORM)
    throw new Fault(`The backup ${folder} was made on ${contents.platform}, and its files are of no use on ${PLATFORM}. Restore it there.`);
  return contents;
}

/** @throws Fault naming a file of the backup that is missing, or differs from what was written */
export async function verify(folder: string, { folders, files }: Contents): Promise<void> {
  const found = readTree(folder).files;
  const missing = Object.keys(files).find((path) => found[path] === undefined);
  if (missing !== undefined) throw new Fault(`${join(folder, missing)} is missing. Restore another backup.`);
  const listed = Object.fromEntries(Object.keys(files).map((path) => [path, found[path] ?? 0]));
  const sums = await checksums('the backup', { folders, files: listed }, folder);
  const changed = Object.keys(files).find((path) => sums[path] !== files[path]);
  if (changed !== undefined)
    throw new Fault(`${join(folder, changed)} is not as it was written: it is damaged, or was changed. Restore another backup.`);
}

function parse(text: string): Contents | undefined {
  try {
    return JSON.parse(text) as Contents;
  } catch {
    return undefined;
  }
}
