import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { requireEnv } from './require-env.js';

/** The connection URLs of a service's database: as the service's role, and as the owner of its tables. */
export interface DatabaseUrls {
  DATABASE_URL: string;
  DATABASE_OWNER_URL: string;
}

const DROP_TIMEOUT_MS = 10_000;
const QUERY_CANCELED = '57014';

/** The databases of one test file, in the run's Postgres. */
export class Databases {
  private readonly admin = requireEnv('SKEP_TEST_POSTGRES');
  private readonly suffix = randomBytes(5).toString('hex');
  private readonly created = new Map<string, Promise<DatabaseUrls>>();

  /** The URLs of a service's database. The first call creates the database, in about 10 ms. */
  urlsOf(service: string): Promise<DatabaseUrls> {
    const urls = this.created.get(service) ?? this.create(`t_${this.suffix}_${service.replaceAll('-', '_')}`);
    this.created.set(service, urls);
    return urls;
  }

  /** Runs a query in a service's database as the cluster's administrator, on a connection of its own. */
  async query(service: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const { pathname } = new URL((await this.urlsOf(service)).DATABASE_URL);
    return query(Object.assign(new URL(this.admin), { pathname }).href, sql, values);
  }

  /** Runs a statement as the cluster's administrator. */
  async asAdmin(sql: string): Promise<void> {
    await query(this.admin, sql);
  }

  /**
   * Drops all databases and roles, to free their disk space during the run. Postgres waits until every connection of the whole cluster has
   * responded, and one whose client has stopped reading does not: what cannot be dropped in time goes with the cluster.
   */
  async drop(): Promise<void> {
    for (const result of await Promise.allSettled(this.created.values())) {
      if (result.status === 'rejected') continue;
      const name = new URL(result.value.DATABASE_URL).username;
      try {
        await query(`${this.admin}?statement_timeout=${DROP_TIMEOUT_MS}`, `drop database if exists "${name}" with (force)`);
      } catch (error) {
        if (error instanceof pg.DatabaseError && error.code === QUERY_CANCELED) return;
        throw error;
      }
      await this.asAdmin(`drop role "${name}", "${name}_owner", "${name}_reader"`);
    }
  }

  private async create(name: string): Promise<DatabaseUrls> {
    const password = randomBytes(16).toString('hex');
    const url = (username: string) => Object.assign(new URL(this.admin), { username, password, pathname: `/${name}` }).href;
    for (const role of [name, `${name}_owner`, `${name}_reader`]) await this.asAdmin(`create role "${role}" login password '${password}'`);
    await this.asAdmin(`create database "${name}" owner "${name}_owner"`);
    return { DATABASE_URL: url(name), DATABASE_OWNER_URL: url(`${name}_owner`) };
  }
}

async function query(connectionString: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
