import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { loadOf } from './bus.ts';
import { counter, type Load } from './load.ts';

const execute = promisify(execFile);
export const CLIENTS = 16;

/** Whether pgbench is on PATH, for example from Debian's postgresql-contrib. The npm package of Postgres does not contain it. */
export const hasPgbench = () =>
  execute('pgbench', ['--version']).then(
    () => true,
    () => false,
  );

/**
 * A load generator that runs a script with pgbench: 16 clients, prepared statements, one command at a time on each.
 * @param url of the database
 * @param script in pgbench's language
 */
export function pgbench(url: string, script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'skep-pgbench-'));
  const file = join(folder, 'script.sql');
  writeFileSync(file, script);
  return {
    async flood({ seconds }: { seconds: number }): Promise<Load> {
      const log = join(folder, 'log');
      const args = ['-n', '-M', 'prepared', '-c', CLIENTS, '-j', 1, '-T', seconds, '-l', '--log-prefix', log, '-f', file, url];
      const counted = counter();
      await execute('pgbench', args.map(String));
      // https://www.postgresql.org/docs/current/pgbench.html, per-transaction logging: the third field is its time in µs.
      for (const name of readdirSync(folder).filter((each) => each.startsWith('log'))) {
        for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) if (line) counted.good(Number(line.split(' ')[2]) / 1000);
        rmSync(join(folder, name));
      }
      const load = counted.load();
      return { ...load, rps: load.requests / seconds };
    },
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs a prepared statement, and returns its first row. */
export type Query = (name: string, text: string, values: unknown[]) => Promise<Record<string, string>>;

/**
 * The replacement without pgbench: 16 clients in this process, whose own work affects the result.
 * @param work with the first row of each query
 */
export function ownClients(url: string, work: (query: Query) => Promise<unknown>) {
  const pool = new pg.Pool({ connectionString: url, max: CLIENTS });
  const once = async () => {
    const client = await pool.connect();
    try {
      await work(async (name, text, values) => (await client.query<Record<string, string>>({ name, text, values })).rows[0] ?? {});
    } finally {
      client.release();
    }
  };
  return { flood: loadOf(once, CLIENTS).flood, close: () => pool.end() };
}
