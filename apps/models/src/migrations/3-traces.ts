import { Migration } from '@skep/platform';

/** What an answer of a model belongs to, how long it took and what it cost. */
export class ModelTraces1799000000003 extends Migration {
  readonly sql = `
    alter table model_call
      add column trace_id text, add column cause_id text, add column charge_id text, add column fee bigint, add column duration_ms bigint;
    create index model_call_trace on model_call (tenant_id, trace_id) where trace_id is not null;`;
}
