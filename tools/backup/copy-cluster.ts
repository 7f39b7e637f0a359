import type { Client } from 'pg';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../setup/fault.mjs';
import { copyTree, readTree } from './files.ts';

/** Files and contents of folders that Postgres creates at its start. The write-ahead log, in pg_wal, is copied separately. */
const FILES = /^(postmaster\.(pid|opts)|(backup_label|tablespace_map)(\.old)?|pg_internal\.init.*|pgsql_tmp.*)$/;
const CONTENTS = /^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)$/;
const isCopied = (path: string) => !FILES.test(basename(path)) && !CONTENTS.test(dirname(path));

/**
 * Copies the files of a running Postgres, and the write-ahead log of that time. From both, Postgres recovers one state of all databases:
 * that at the end of the copying. The steps are those of "Making a Base Backup Using the Low Level API" in its manual.
 * @param client a superuser's connection to it
 * @returns the time of that state
 */
export async function copyCluster(client: Client, from: string, to: string): Promise<Date> {
  if (readdirSync(join(from, 'pg_tblspc')).length > 0)
    throw new Fault(`The Postgres in ${from} has tablespaces, which this command cannot copy. Use pg_dump or pg_basebackup.`);
  // The slot keeps the write-ahead log, and ends with the connection.
  await client.query(`select pg_create_physical_replication_slot('skep_backup_' || pg_backend_pid(), true, true)`);
  const { first } = await row<{ first: string }>(`select pg_walfile_name(pg_backup_start('skep', fast => true)) as first`);
  await copyTree('the databases', readTree(from, isCopied), from, to);
  const { last, labelfile, moment } = await row<{ last: string; labelfile: string; moment: Date }>(
    'select pg_walfile_name(lsn) as last, labelfile, clock_timestamp() as moment from pg_backup_stop(wait_for_archive => false)',
  );
  const isLog = (name: string) => (/^[0-9A-F]{24}$/.test(name) && name >= first && name <= last) || name.endsWith('.history');
  const log = join(from, 'pg_wal');
  await copyTree('their write-ahead log', readTree(log, isLog), log, join(to, 'pg_wal'));
  writeFileSync(join(to, 'backup_label'), labelfile, { mode: 0o600 });
  return moment;

  async function row<T extends object>(query: string): Promise<T> {
    return (await client.query<T>(query)).rows[0] as T;
  }
}
