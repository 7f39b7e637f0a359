import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duplex } from 'node:stream';
import pg, { type QueryConfig } from 'pg';
import type { QueryRunner } from 'typeorm';

/** Stands for all tenants. No tenant is called so. */
const EVERY_TENANT = '*';

/** Whose rows the present work sees: those of one tenant, with `*` everybody's, with '' nobody's. */
const tenantScope = new AsyncLocalStorage<string | undefined>();

/** The tenant that the present work is walled into. Undefined where the work has begun without any, as a migration does. */
export const currentTenant = (): string | undefined => tenantScope.getStore();

/** @param tenant '' where there is none: then the work sees no tenant's rows. */
export const runInTenant = <T>(tenant: string, work: () => T): T => tenantScope.run(tenant === EVERY_TENANT ? '' : tenant, work);

export const runAcrossTenants = <T>(work: () => T): T => tenantScope.run(EVERY_TENANT, work);

/** A query that says for which tenant it is asked. */
export interface TenantQueryConfig extends QueryConfig {
  tenant?: string | undefined;
}

/** What of pg's own classes is not declared. */
interface Wire {
  stream: Duplex;
  bind(what: { statement: string; values: string[] }): void;
  execute(what: object): void;
}
interface PgQuery {
  callback?: (error: Error | null, result: unknown) => void;
  submit(connection: Wire): Error | null;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Wire): void;
}
const Query = pg.Query as unknown as new (config: QueryConfig, values?: unknown, callback?: unknown) => PgQuery;

const SET = { name: 'skep_tenant', text: `select set_config('skep.tenant', $1, true)` };
const CONTROL = /^(start transaction|commit|rollback|savepoint|release)/i;

/**
 * Tells Postgres the tenant in the same message as the query. Up to the next Sync all that is sent is one transaction, so the
 * setting is gone after the query, or at the end of the transaction it stands in, and never stays with the connection.
 * https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
class TenantQuery extends Query {
  private settingTenant = false;

  constructor(
    private readonly client: TenantClient,
    private readonly tenant: string,
    config: QueryConfig,
    values: unknown,
    callback: unknown,
  ) {
    super(config, values, callback);
  }

  override submit(connection: Wire): Error | null {
    const { client, tenant } = this;
    if (client.getTransactionStatus() === 'T' && client.sentTenant === tenant) return super.submit(connection);
    client.sentTenant = tenant;
    this.settingTenant = true;
    connection.stream.cork();
    try {
      connection.bind({ statement: SET.name, values: [tenant] });
      connection.execute({});
      return super.submit(connection);
    } finally {
      connection.stream.uncork();
    }
  }

  override handleDataRow(message: unknown): void {
    if (!this.settingTenant) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Wire): void {
    if (this.settingTenant) this.settingTenant = false;
    else super.handleCommandComplete(message, connection);
  }
}

/** A connection on which every query is asked for the tenant that the present work is walled into. */
export class TenantClient extends pg.Client {
  /** The tenant that the present transaction was told. */
  sentTenant?: string | undefined;

  override query(config: string | TenantQueryConfig, values?: unknown, callback?: unknown): never {
    const ask = super.query.bind(this) as (...args: unknown[]) => unknown;
    if (CONTROL.test(typeof config === 'string' ? config : config.text)) {
      // Also back to a savepoint: what was told after it is forgotten.
      this.sentTenant = undefined;
      return ask(config, values, callback) as never;
    }
    const tenant = (typeof config === 'object' && config.tenant) || currentTenant();
    if (tenant === undefined) return ask(config, values, callback) as never;
    const extended = { queryMode: 'extended', ...(typeof config === 'string' ? { text: config } : config) };
    const query = new TenantQuery(this, tenant, extended, values, callback);
    if (query.callback) return ask(query) as never;
    return new Promise((resolve, reject) => {
      query.callback = (error, result) => (error ? reject(error) : resolve(result));
      ask(query);
    }) as never;
  }
}

/** What the pool of a walled service needs besides. */
export const tenantPool = {
  Client: TenantClient,
  onConnect: (client: TenantClient) => tenantScope.run(undefined, () => client.query({ ...SET, values: [''] })),
};

/** Owners are walled as well, unless they connect with this: for migrations, and for a dump by hand. */
export const OWNER_OPTIONS = `-c skep.tenant=${EVERY_TENANT}`;

const RAISE = `
  do $$ declare table_oid regclass; begin
    for table_oid in
      select c.oid from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
       where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relforcerowsecurity
    loop
      execute format('alter table %s enable row level security, force row level security', table_oid);
      execute format($sql$
        create policy tenant_isolation on %s using (nullif(current_setting('skep.tenant', true), '') in (tenant_id, '${EVERY_TENANT}'))
      $sql$, table_oid);
    end loop;
  end $$`;

/** Puts every table that has a `tenant_id` behind the wall, unless it is; so no migration can forget one. */
export const enableRowLevelSecurity = (runner: QueryRunner): Promise<unknown> => runner.query(RAISE);
