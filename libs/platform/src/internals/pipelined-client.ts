import type { Duplex } from 'node:stream';
import pg, { type QueryConfig } from 'pg';
import { controlsTransaction, SET_TENANT, tenantOf, type TenantQueryConfig } from '../tenant-scope.js';

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

/** The name under which every connection has prepared `SET_TENANT`. */
const SET_TENANT_NAME = 'skep_tenant';

/**
 * Sends the tenant to Postgres in the same network write as the query. All messages up to the next Sync are one transaction, so the
 * setting ends with the query, or with the transaction that surrounds it, and never stays on the connection.
 * https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 *
 * Assumes of pg, which documents neither the class nor how the client calls it:
 * - `submit` writes the messages of an extended query up to Sync at once, and runs when the connection is idle, so that the
 *   transaction status is that of the query;
 * - `connection.bind` and `connection.execute` each write one message, for a statement that the connection has prepared;
 * - each row and each end of a statement calls `handleDataRow` and `handleCommandComplete` of the current query, in the order of the
 *   answer, and a Bind without a Describe has no `handleRowDescription`;
 * - `callback` may be set until the query is passed to `client.query`.
 *
 * https://github.com/brianc/node-postgres/issues/1389
 * https://github.com/brianc/node-postgres/blob/pg%408.23.1/packages/pg/lib/query.js
 */
class TenantQuery extends Query {
  /** Whether the next result is that of `SET_TENANT`, which is dropped. */
  private settingTenant = false;

  constructor(
    private readonly client: PipelinedClient,
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
      connection.bind({ statement: SET_TENANT_NAME, values: [tenant] });
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
export class PipelinedClient extends pg.Client {
  /** The tenant that is set in the current transaction. */
  sentTenant?: string | undefined;

  /** Prepares the statement that sets the tenant; a new connection needs it before the first query. */
  async prepare(): Promise<void> {
    await super.query({ name: SET_TENANT_NAME, text: SET_TENANT, values: [''] });
  }

  override query(config: string | TenantQueryConfig, values?: unknown, callback?: unknown): never {
    const send = super.query.bind(this) as (...args: unknown[]) => unknown;
    if (controlsTransaction(config)) {
      this.sentTenant = undefined;
      return send(config, values, callback) as never;
    }
    const tenant = tenantOf(config);
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
