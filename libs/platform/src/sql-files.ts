import type { Contract } from '@skep/contracts';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { QueryRunner } from 'typeorm';

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
 * Applies the functions, triggers and views of `sql/*.sql` whose text has changed, in one transaction. A file can be applied again: it
 * says `create or replace`. Files may refer to each other in any order; Postgres checks the bodies once all of them are there.
 * @param folders the folders of files by the name of their owner
 * @param contract whose events the files may name
 * @throws Error naming the file that Postgres refuses, or that names an unknown event
 */
export async function applySqlFiles(runner: QueryRunner, folders: Readonly<Record<string, URL>>, contract: Contract): Promise<void> {
  const rows = (await runner.query('select name, hash from sql_file')) as { name: string; hash: string }[];
  const applied = new Map(rows.map(({ name, hash }) => [name, hash]));
  const files = (await Promise.all(Object.entries(folders).map(([owner, folder]) => readFolder(owner, folder, contract)))).flat();
  const changed = files.filter(({ name, hash }) => applied.get(name) !== hash);
  if (!changed.length) return;
  await runner.startTransaction();
  try {
    for (const check of ['off', 'on']) {
      await runner.query(`set local check_function_bodies = ${check}`);
      for (const file of changed) await apply(runner, file);
    }
    for (const { name, hash } of changed) await runner.query(APPLIED, [name, hash]);
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}

async function readFolder(owner: string, folder: URL, contract: Contract): Promise<SqlFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (file) => {
      const name = `${owner}/${file}`;
      const sql = (await readFile(new URL(file, folder), 'utf8')).replace(PLACEHOLDER, (_, event: string) =>
        subjectOf(contract, event, name),
      );
      return { name, sql, hash: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

function subjectOf(contract: Contract, event: string, file: string): string {
  const member = contract[event];
  if (member?.kind !== 'event') throw new Error(`${file} names the event '${event}', which is not in the contract`);
  return member.subject;
}

async function apply(runner: QueryRunner, { name, sql }: SqlFile): Promise<void> {
  try {
    await runner.query(sql);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
