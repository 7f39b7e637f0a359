import type { Client } from 'pg';
import { codeOf, explain, Fault, messageOf } from '../setup/fault.mjs';
import { databaseName, envName, services } from './services.mjs';

const withDatabase = services.filter(({ database }) => database);

/** The DATABASE_URL and DATABASE_OWNER_URL of each service, by its name. */
export type DatabaseUrls = Record<string, { url: string; ownerUrl: string }>;

/**
 * Creates for each service a database that no other service may connect to, and three roles: the service's, the owner of the tables, and one
 * that reads what the service shows it (docs/adr/0038).
 * Existing databases and roles stay; their passwords are set to those in `secrets`.
 * @param adminUrl a role that may create roles and databases
 */
export async function createDatabases(adminUrl: string, secrets: Record<string, string>): Promise<DatabaseUrls> {
  const client = await connectAsAdmin(adminUrl);
  try {
    const roles = await column(client, 'select rolname from pg_roles');
    const databases = await column(client, 'select datname from pg_database');
    const { rows } = await client.query<{ rolsuper: boolean }>('select rolsuper from pg_roles where rolname = current_user');
    for (const { name } of withDatabase) {
      const { own, owner, reader } = databaseRoles(secrets, name);
      for (const { role, password } of [own, owner, reader])
        await client.query(`${roles.has(role) ? 'alter' : 'create'} role ${role} login password ${client.escapeLiteral(password)}`);
      if (databases.has(own.database)) {
        await client.query(`grant connect on database ${own.database} to ${reader.role}`);
        continue;
      }
      // Only a superuser may create a database for a role without being a member of it.
      if (!rows[0]?.rolsuper) await client.query(`grant ${owner.role} to current_user`);
      await client.query(`create database ${own.database} owner ${owner.role}`);
      await client.query(`revoke connect, temporary on database ${own.database} from public`);
      await client.query(`grant connect on database ${own.database} to ${own.role}, ${reader.role}`);
    }
  } catch (error) {
    if (codeOf(error) === '42501')
      throw new Fault(
        `The role of DATABASE_URL may not create roles and databases (${messageOf(error)}). Use a role with CREATEROLE and CREATEDB.`,
      );
    throw error;
  } finally {
    await client.end();
  }
  return databaseUrls(adminUrl, secrets);
}

/** The URLs of each service in the Postgres of the admin URL. */
export function databaseUrls(adminUrl: string, secrets: Record<string, string>): DatabaseUrls {
  return Object.fromEntries(
    withDatabase.map(({ name }) => {
      const { own, owner } = databaseRoles(secrets, name);
      return [name, { url: databaseUrl(adminUrl, own), ownerUrl: databaseUrl(adminUrl, owner) }];
    }),
  );
}

interface DatabaseRole {
  database: string;
  role: string;
  password: string;
}

/** The database and the roles of a service: its own, the owner of its tables, and the one that reads what the service shows it. */
export function databaseRoles(secrets: Partial<Record<string, string>>, name: string): Record<'own' | 'owner' | 'reader', DatabaseRole> {
  const database = databaseName(name);
  const password = (as: string) => secrets[`${envName(name)}_${as}_PASSWORD`] ?? '';
  return {
    own: { database, role: database, password: password('DATABASE') },
    owner: { database, role: `${database}_owner`, password: password('DATABASE_OWNER') },
    reader: { database, role: `${database}_reader`, password: password('DATABASE') },
  };
}

/** The admin URL with another role, password and database, and the same host and options. */
export function databaseUrl(adminUrl: string, { database, role, password }: DatabaseRole): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  url.pathname = `/${database}`;
  return url.href;
}

async function connectAsAdmin(adminUrl: string): Promise<Client> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw explain(
      error,
      `Cannot connect to the Postgres of DATABASE_URL (${messageOf(error) || codeOf(error)}). Check the address and the password.`,
    );
  }
}

async function column(client: Client, query: string): Promise<Set<string>> {
  const { rows } = await client.query<[string]>({ text: query, rowMode: 'array' });
  return new Set(rows.map(([value]) => value));
}
