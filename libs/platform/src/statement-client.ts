import pg, { type QueryResult } from 'pg';
import { controlsTransaction, SET_TENANT, tenantOf, type TenantQueryConfig } from './tenant-scope.js';

type Callback = (error: Error | null, result?: QueryResult) => void;

/**
 * A connection that sets the current tenant scope with statements of their own. A plain form of `PipelinedClient`, without anything
 * that pg does not document: a query that is not in a transaction gets one, and costs three more round trips.
 */
export class StatementClient extends pg.Client {
  /** The tenant that is set in the current transaction. */
  private sentTenant?: string | undefined;
  /** The end of the latest query: the statements of two queries must not mix. */
  private previous: Promise<unknown> = Promise.resolve();

  override query(config: string | TenantQueryConfig, values?: unknown, callback?: unknown): never {
    const done = [values, callback].find((argument) => typeof argument === 'function') as Callback | undefined;
    const tenant = tenantOf(config);
    const result = this.previous.then(() => this.run(tenant, config, Array.isArray(values) ? values : undefined));
    this.previous = result.catch(() => undefined);
    if (done) result.then((rows) => done(null, rows), done);
    return (done ? undefined : result) as never;
  }

  private async run(tenant: string | undefined, config: string | TenantQueryConfig, values?: unknown[]): Promise<QueryResult> {
    const send = () => super.query(config, values);
    if (controlsTransaction(config)) {
      this.sentTenant = undefined;
      return send();
    }
    if (tenant === undefined) return send();
    if (this.getTransactionStatus() === 'I') return this.runInTransaction(tenant, send);
    if (this.sentTenant !== tenant) await super.query(SET_TENANT, [tenant]);
    this.sentTenant = tenant;
    return send();
  }

  private async runInTransaction(tenant: string, send: () => Promise<QueryResult>): Promise<QueryResult> {
    await super.query('begin');
    try {
      await super.query(SET_TENANT, [tenant]);
      const result = await send();
      await super.query('commit');
      return result;
    } catch (error) {
      await super.query('rollback').catch(() => undefined);
      throw error;
    }
  }
}
