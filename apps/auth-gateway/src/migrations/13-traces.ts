import { Migration } from '@skep/platform';

/** Finds the audit entries of a trace, and the trace of a request. */
export class AuditTraces1799000000013 extends Migration {
  readonly sql = `
    alter table audit_log add column trace_id text;
    create index audit_log_trace on audit_log (tenant_id, trace_id) where trace_id is not null;
    create index audit_log_request on audit_log (tenant_id, request_id) where request_id is not null;`;
}
