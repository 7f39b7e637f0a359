import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryConfig } from 'pg';
import type { Queryable } from './schema.js';

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

/**
 * The tenant scope of a query: its own, also if that is '' or undefined, else that of the current work. A pool sends a query that waited
 * in the asynchronous context of other work.
 */
export const tenantOf = (query: string | TenantQueryConfig): string | undefined =>
  typeof query === 'object' && 'tenant' in query ? query.tenant : currentTenant();

/** Sets the tenant until the end of the transaction. */
export const SET_TENANT = `select set_config('skep.tenant', $1, true)`;

const TRANSACTION_CONTROL = /^(start transaction|commit|rollback|savepoint|release)/i;

/** Whether a query only controls the transaction. A rollback to a savepoint undoes settings made after it. */
export const controlsTransaction = (query: string | QueryConfig): boolean =>
  TRANSACTION_CONTROL.test(typeof query === 'string' ? query : query.text);

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
export const enableRowLevelSecurity = (database: Queryable): Promise<unknown> => database.query(ENABLE_ROW_LEVEL_SECURITY);
