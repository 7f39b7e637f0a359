import { explain, Fault } from '../setup/fault.mjs';
import { databaseName, envName, services } from './services.mjs';

const withDatabase = services.filter(({ database }) => database);

/**
 * Creates for each service a database that no other service may connect to, and two roles: the service's, and the owner of the tables.
 * Existing databases and roles stay; their passwords are set to those in `secrets`.
 * @param {string} adminUrl a role that may create roles and databases
 * @param {Record<string, string>} secrets
 * @returns {Promise<ReturnType<typeof databaseUrls>>}
 */
export async function createDatabases(adminUrl, secrets) {
  const client = await connectAsAdmin(adminUrl);
  try {
    const roles = await column(client, 'select rolname from pg_roles');
    const databases = await column(client, 'select datname from pg_database');
    const [{ rolsuper }] = (await client.query('select rolsuper from pg_roles where rolname = current_user')).rows;
    for (const { name } of withDatabase) {
      const [own, owner] = databaseRoles(secrets, name);
      for (const { role, password } of [own, owner])
        await client.query(`${roles.has(role) ? 'alter' : 'create'} role ${role} login password ${client.escapeLiteral(password)}`);
      if (databases.has(own.database)) continue;
      // Only a superuser may create a database for a role without being a member of it.
      if (!rolsuper) await client.query(`grant ${owner.role} to current_user`);
      await client.query(`create database ${own.database} owner ${owner.role}`);
      await client.query(`revoke connect, temporary on database ${own.database} from public`);
      await client.query(`grant connect on database ${own.database} to ${own.role}`);
    }
  } catch (error) {
    if (error.code === '42501')
      throw new Fault(
        `The role of DATABASE_URL may not create roles and databases (${error.message}). Use a role with CREATEROLE and CREATEDB.`,
      );
    throw error;
  } finally {
    await client.end();
  }
  return databaseUrls(adminUrl, secrets);
}

/**
 * The DATABASE_URL and DATABASE_OWNER_URL of each service, by its name.
 * @param {string} adminUrl of the same Postgres
 * @param {Record<string, string>} secrets
 * @returns {Record<string, { url: string, ownerUrl: string }>}
 */
export function databaseUrls(adminUrl, secrets) {
  return Object.fromEntries(
    withDatabase.map(({ name }) => {
      const [url, ownerUrl] = databaseRoles(secrets, name).map((as) => databaseUrl(adminUrl, as));
      return [name, { url, ownerUrl }];
    }),
  );
}

/** The database and the two roles of a service: the service's own, and the owner of its tables. */
export function databaseRoles(secrets, name) {
  const database = databaseName(name);
  return [
    { database, role: database, password: secrets[`${envName(name)}_DATABASE_PASSWORD`] },
    { database, role: `${database}_owner`, password: secrets[`${envName(name)}_DATABASE_OWNER_PASSWORD`] },
  ];
}

/** The admin URL with another role, password and database, and the same host and options. */
export function databaseUrl(adminUrl, { database, role, password }) {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  url.pathname = `/${database}`;
  return url.href;
}

async function connectAsAdmin(adminUrl) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw explain(
      error,
      `Cannot connect to the Postgres of DATABASE_URL (${error.message || error.code}). Check the address and the password.`,
    );
  }
}

async function column(client, query) {
  const { rows } = await client.query({ text: query, rowMode: 'array' });
  return new Set(rows.map(([value]) => value));
}
