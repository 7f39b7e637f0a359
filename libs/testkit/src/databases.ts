import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { required } from './required.js';

/** What a service needs to connect: its own role, and the one that owns its tables. */
export interface DatabaseUrls {
  DATABASE_URL: string;
  DATABASE_OWNER_URL: string;
}

/** The databases of one test file, in the run's Postgres. */
export class Databases {
  private readonly admin = required('SKEP_TEST_POSTGRES');
  private readonly run = randomBytes(5).toString('hex');
  private readonly made = new Map<string, Promise<DatabaseUrls>>();

  /** The URLs of a service's database, which it makes the first time; about 10 ms. */
  of(service: string): Promise<DatabaseUrls> {
    const urls = this.made.get(service) ?? this.create(`t_${this.run}_${service.replaceAll('-', '_')}`);
    this.made.set(service, urls);
    return urls;
  }

  /** One query as the cluster's administrator, on a connection of its own. */
  async query(service: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const { pathname } = new URL((await this.of(service)).DATABASE_URL);
    return query(Object.assign(new URL(this.admin), { pathname }).href, sql, values);
  }

  async asAdmin(sql: string): Promise<void> {
    await query(this.admin, sql);
  }

  async drop(): Promise<void> {
    for (const made of await Promise.allSettled(this.made.values())) {
      if (made.status === 'rejected') continue;
      const name = new URL(made.value.DATABASE_URL).username;
      await this.asAdmin(`drop database if exists "${name}" with (force)`);
      await this.asAdmin(`drop role "${name}", "${name}_owner"`);
    }
  }

  private async create(name: string): Promise<DatabaseUrls> {
    const password = randomBytes(16).toString('hex');
    const url = (username: string) => Object.assign(new URL(this.admin), { username, password, pathname: `/${name}` }).href;
    await this.asAdmin(`create role "${name}" login password '${password}'; create role "${name}_owner" login password '${password}'`);
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
