import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duplex } from 'node:stream';
import pg, { type QueryConfig } from 'pg';
import type { QueryRunner } from 'typeorm';

/** The value of the setting `skep.tenant` for all tenants. Not a valid tenant id. */
const ALL_TENANTS = '*';

/** The tenant whose rows the current work may see: an id, `*` for all tenants, or '' for none. */
const tenantScope = new AsyncLocalStorage<string | undefined>();

/** The tenant scope of the current work: an id, `*` or ''. Undefined for work that started without one, such as a migration. */
export const currentTenant = (): string | undefined => tenantScope.getStore();

/** Runs work in a tenant scope. @param tenant '' for none: then the work sees no tenant's rows */
export const runInTenant = <T>(tenant: string, work: () => T): T => tenantScope.run(tenant === ALL_TENANTS ? '' : tenant, work);

/** Runs work that sees the rows of all tenants. */
export const runAcrossTenants = <T>(work: () => T): T => tenantScope.run(ALL_TENANTS, work);

/** A query with a tenant scope of its own; without one, `currentTenant` applies. */
export interface TenantQueryConfig extends QueryConfig {
  tenant?: string | undefined;
}

/** Parts of pg's classes that its types do not declare. */
interface PgConnection {
  stream: Duplex;
  bind(config: { statement: string; values: string[] }): void;
  execute(config: object): void;
}
interface PgQuery {
  callback?: (error: Error | null, result: unknown) => void;
  submit(connection: PgConnection): Error | null;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: PgConnection): void;
}
const Query = pg.Query as unknown as new (config: QueryConfig, values?: unknown, callback?: unknown) => PgQuery;

/** Sets the tenant until the end of the transaction. */
const SET_TENANT = { name: 'skep_tenant', text: `select set_config('skep.tenant', $1, true)` };
const TRANSACTION_CONTROL = /^(start transaction|commit|rollback|savepoint|release)/i;

/**
 * Sends the tenant to Postgres in the same network write as the query. All messages up to the next Sync are one transaction, so the
 * setting ends with the query, or with the transaction that surrounds it, and never stays on the connection.
 * https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
class TenantQuery extends Query {
  /** Whether the next result is that of `SET_TENANT`, which is dropped. */
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

  override submit(connection: PgConnection): Error | null {
    const { client, tenant } = this;
    if (client.getTransactionStatus() === 'T' && client.sentTenant === tenant) return super.submit(connection);
    client.sentTenant = tenant;
    this.settingTenant = true;
    connection.stream.cork();
    try {
      connection.bind({ statement: SET_TENANT.name, values: [tenant] });
      connection.execute({});
      return super.submit(connection);
    } finally {
      connection.stream.uncork();
    }
  }

  override handleDataRow(message: unknown): void {
    if (!this.settingTenant) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: PgConnection): void {
    if (this.settingTenant) this.settingTenant = false;
    else super.handleCommandComplete(message, connection);
  }
}

/** A connection that sends the current tenant scope with every query. */
export class TenantClient extends pg.Client {
  /** The tenant that is set in the current transaction. */
  sentTenant?: string | undefined;

  override query(config: string | TenantQueryConfig, values?: unknown, callback?: unknown): never {
    const send = super.query.bind(this) as (...args: unknown[]) => unknown;
    if (TRANSACTION_CONTROL.test(typeof config === 'string' ? config : config.text)) {
      // A rollback to a savepoint undoes settings made after it.
      this.sentTenant = undefined;
      return send(config, values, callback) as never;
    }
    const tenant = (typeof config === 'object' && config.tenant) || currentTenant();
    if (tenant === undefined) return send(config, values, callback) as never;
    const extended = { queryMode: 'extended', ...(typeof config === 'string' ? { text: config } : config) };
    const query = new TenantQuery(this, tenant, extended, values, callback);
    if (query.callback) return send(query) as never;
    return new Promise((resolve, reject) => {
      query.callback = (error, result) => (error ? reject(error) : resolve(result));
      send(query);
    }) as never;
  }
}

/** The pool options of a service with row-level security. */
export const tenantPool = {
  Client: TenantClient,
  onConnect: (client: TenantClient) => tenantScope.run(undefined, () => client.query({ ...SET_TENANT, values: [''] })),
};

/** Connection options that let the tables' owner see all tenants: for migrations, and for a manual dump. Row-level security applies to owners too. */
export const OWNER_OPTIONS = `-c skep.tenant=${ALL_TENANTS}`;

const ENABLE_ROW_LEVEL_SECURITY = `
  do $$ declare table_oid regclass; begin
    for table_oid in
      select c.oid from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
       where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relforcerowsecurity
    loop
      execute format('alter table %s enable row level security, force row level security', table_oid);
      execute format($sql$
        create policy tenant_isolation on %s using (nullif(current_setting('skep.tenant', true), '') in (tenant_id, '${ALL_TENANTS}'))
      $sql$, table_oid);
    end loop;
  end $$`;

/** Enables row-level security on every table with a `tenant_id` that does not have it yet, so no migration can forget it. */
export const enableRowLevelSecurity = (runner: QueryRunner): Promise<unknown> => runner.query(ENABLE_ROW_LEVEL_SECURITY);
