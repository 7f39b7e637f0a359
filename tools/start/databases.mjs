import { explain, Fault } from '../setup/fault.mjs';
import { databaseName, envName, services } from './services.mjs';

/**
 * Gives each service a role and a database that no other service may connect to. What exists is kept; passwords are set anew,
 * so that secrets.env stays right.
 * @param {string} adminUrl a role that may create roles and databases
 * @param {Record<string, string>} secrets
 * @returns {Promise<Record<string, string>>} the DATABASE_URL of each service, by its name
 */
export async function createDatabases(adminUrl, secrets) {
  const owners = services
    .filter((service) => service.database)
    .map(({ name }) => ({ name, database: databaseName(name), password: databasePassword(secrets, name) }));
  const client = await connectAsAdmin(adminUrl);
  try {
    const roles = await column(client, 'select rolname from pg_roles');
    const databases = await column(client, 'select datname from pg_database');
    const [{ rolsuper }] = (await client.query('select rolsuper from pg_roles where rolname = current_user')).rows;
    for (const { database, password } of owners) {
      const verb = roles.has(database) ? 'alter' : 'create';
      await client.query(`${verb} role ${database} login password ${client.escapeLiteral(password)}`);
      if (databases.has(database)) continue;
      // Only a superuser may give a database to a role without being its member.
      if (!rolsuper) await client.query(`grant ${database} to current_user`);
      await client.query(`create database ${database} owner ${database}`);
      await client.query(`revoke connect, temporary on database ${database} from public`);
    }
  } catch (error) {
    if (error.code === '42501')
      throw new Fault(`The role of DATABASE_URL may not create roles and databases (${error.message}). Use one that may.`);
    throw error;
  } finally {
    await client.end();
  }
  return Object.fromEntries(owners.map(({ name, ...owner }) => [name, databaseUrl(adminUrl, owner)]));
}

/** The secret that opens the service's database. */
export const databasePassword = (secrets, name) => secrets[`${envName(name)}_DATABASE_PASSWORD`];

/** The admin URL with another role, password and database; host and options stay. */
export function databaseUrl(adminUrl, { database, password }) {
  const url = new URL(adminUrl);
  url.username = database;
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
      `No connection to the Postgres of DATABASE_URL (${error.message || error.code}). Check the address and the password.`,
    );
  }
}

async function column(client, query) {
  const { rows } = await client.query({ text: query, rowMode: 'array' });
  return new Set(rows.map(([value]) => value));
}
