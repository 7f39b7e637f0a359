import { Migration } from '@skep/platform';

/** What caused a call, and indexes for the parts of traces. An administrator finds those of all users: so action_of_trace replaces action_trace. */
export class KernelTraces1799000000016 extends Migration {
  readonly sql = `
    alter table action add column cause_id text;
    create index action_of_trace on action (tenant_id, trace_id, id);
    drop index action_trace;
    alter table confirmation add column trace_id text, add column cause_id text;
    create index confirmation_trace on confirmation (tenant_id, trace_id) where trace_id is not null;
    create index feed_event_trace on feed_event (tenant_id, trace_id) where trace_id is not null;`;
}
