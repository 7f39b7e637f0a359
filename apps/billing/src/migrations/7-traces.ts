import { Migration } from '@skep/platform';

/** Finds the holds of a trace, also those that are held, and those of which nothing was charged. */
export class BillingTraces1799000000007 extends Migration {
  readonly sql = `
    alter table hold add column trace_id text, add column cause_id text;
    create index hold_trace on hold (tenant_id, trace_id) where trace_id is not null;`;
}
