import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { required } from './required.js';

/** The databases of one test file, in the run's Postgres. */
export class Databases {
  private readonly admin = required('SKEP_TEST_POSTGRES');
  private readonly run = randomBytes(5).toString('hex');
  private readonly made = new Map<string, Promise<string>>();

  /** The URL of a service's database, which it makes the first time; about 10 ms. */
  of(service: string): Promise<string> {
    const url = this.made.get(service) ?? this.create(`t_${this.run}_${service.replaceAll('-', '_')}`);
    this.made.set(service, url);
    return url;
  }

  /** One query, on a connection of its own. */
  async query(service: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return query(await this.of(service), sql, values);
  }

  async asAdmin(sql: string): Promise<void> {
    await query(this.admin, sql);
  }

  async drop(): Promise<void> {
    for (const database of await Promise.allSettled(this.made.values()))
      if (database.status === 'fulfilled') await this.asAdmin(`drop database if exists "${nameOf(database.value)}" with (force)`);
  }

  private async create(name: string): Promise<string> {
    await this.asAdmin(`create database "${name}"`);
    return Object.assign(new URL(this.admin), { pathname: `/${name}` }).href;
  }
}

const nameOf = (url: string) => new URL(url).pathname.slice(1);

async function query(connectionString: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
