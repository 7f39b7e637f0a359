import type { Contract } from '@skep/contracts';
import { readdir, readFile } from 'node:fs/promises';
import { hashOf } from './migration.js';
import type { Queryable } from './schema.js';

/** `{{balanceChanged}}` in a file stands for the subject of that event, so that no subject is typed by hand. */
const PLACEHOLDER = /\{\{(\w+)\}\}/g;

const APPLIED = 'insert into sql_file (name, hash) values ($1, $2) on conflict (name) do update set hash = $2, applied_at = now()';

interface SqlFile {
  /** `<library or app>/<file>` */
  name: string;
  sql: string;
  hash: string;
}

/**
 * Applies the functions, triggers and views of `sql/*.sql` whose text has changed. A file can be applied again: it says `create or replace`.
 * Files may refer to each other in any order; Postgres checks the bodies once all of them are there.
 * @param transaction a transaction, which an error leaves to be rolled back
 * @param folders the folders of files by the name of their owner
 * @param contract whose events the files may name
 * @param applied the hashes of the files as they were applied last, by their names
 * @throws Error naming the file that Postgres refuses, or that names an unknown event
 */
export async function applySqlFiles(
  transaction: Queryable,
  folders: Readonly<Record<string, URL>>,
  contract: Contract = {},
  applied: ReadonlyMap<string, string>,
): Promise<void> {
  const files = (await Promise.all(Object.entries(folders).map(([owner, folder]) => readFolder(owner, folder, contract)))).flat();
  const changed = files.filter(({ name, hash }) => applied.get(name) !== hash);
  if (!changed.length) return;
  for (const check of ['off', 'on']) {
    await transaction.query(`set local check_function_bodies = ${check}`);
    for (const file of changed) await apply(transaction, file);
  }
  for (const { name, hash } of changed) await transaction.query(APPLIED, [name, hash]);
}

async function readFolder(owner: string, folder: URL, contract: Contract): Promise<SqlFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (file) => {
      const name = `${owner}/${file}`;
      const sql = (await readFile(new URL(file, folder), 'utf8')).replace(PLACEHOLDER, (_, event: string) =>
        subjectOf(contract, event, name),
      );
      return { name, sql, hash: hashOf(sql) };
    }),
  );
}

function subjectOf(contract: Contract, event: string, file: string): string {
  const member = contract[event];
  if (member?.kind !== 'event') throw new Error(`${file} names the event '${event}', which is not in the contract`);
  return member.subject;
}

async function apply(transaction: Queryable, { name, sql }: SqlFile): Promise<void> {
  try {
    await transaction.query(sql);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
