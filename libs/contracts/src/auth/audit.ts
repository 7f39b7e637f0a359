import { PageNumber } from '../common.js';
import { operation } from '../define.js';
import { Bool, Instant, Int, Json, List, Nullable, Optional, Text } from '../fields.js';
import { TenantId } from './credentials.js';

const Word = () => Text({ min: 1, max: 100 });
const Id = () => Text({ min: 1, max: 200 });

/** What somebody has done. Details that are too long for their share of a page are `{ truncated: true }`: smaller pages show them. `actor_id` and `actor_type` say who, `via` with which credential. */
export class AuditItem {
  @Int() id!: number;
  @Text() tenant_id!: string;
  @Text({ description: 'The id of a person, or the name of a service.' }) actor_id!: string;
  @Text({ description: '`user`, `service`, `operator`, or `nobody` for one who had not signed in.' }) actor_type!: string;
  @Text({ example: 'service:kernel', description: '`user`, `key:…` or `service:…`: the credential that the request came with.' })
  via!: string;
  @Text({ example: 'session.revoked' }) action!: string;
  @Text({ example: 'session' }) target_type!: string;
  @Text() target_id!: string;
  @Nullable() @Json({ description: 'What was changed: `{ field: { from, to } }`.' }) changes!: Record<string, unknown> | null;
  @Nullable() @Json() metadata!: Record<string, unknown> | null;
  @Text({ example: 'rbac' }) source!: string;
  @Nullable() @Text() ip_address!: string | null;
  @Nullable() @Text({ description: 'The `X-Request-Id` of the request.' }) request_id!: string | null;
  @Instant() created_at!: Date;
}

export class AuditPage {
  @List(() => AuditItem) items!: AuditItem[];
  @Int({ description: 'Rows that fit the filters, on all pages.' }) total!: number;
  @Int() page!: number;
  @Int() per_page!: number;
}

/** Filters of the audit log; all of them must fit. */
export class ReadAudit extends PageNumber {
  @Optional() @Id() actor_id?: string;
  @Optional() @Word() target_type?: string;
  @Optional() @Id() target_id?: string;
  @Optional() @Word() action?: string;
  @Optional() @Word() source?: string;
  @Optional() @Instant({ description: 'Not before this moment.' }) from?: Date;
  @Optional() @Instant({ description: 'Before this moment.' }) to?: Date;
}

/** A line that another service writes about what it has seen. */
export class RecordAudit {
  @TenantId() tenant_id: string = 'default';
  @Id() actor_id!: string;
  @Word() actor_type: string = 'user';
  @Word() action!: string;
  @Word() target_type!: string;
  @Id() target_id!: string;
  @Optional() @Json() changes?: Record<string, unknown>;
  @Optional()
  @Json({ description: 'Values under names like `password`, `token` or `secret` are hidden before they are kept.' })
  metadata?: Record<string, unknown>;
  @Word() source: string = 'api';
  @Optional() @Text({ max: 64 }) ip_address?: string;
}

/** Something that concerns the safety of one's own account. `metadata` as in `AuditItem`. */
export class SecurityEvent {
  @Int() id!: number;
  @Text({ example: 'session.reuse_detected' }) action!: string;
  @Text() target_type!: string;
  @Text() target_id!: string;
  @Bool({ description: 'Done by the person, not by an administrator, a service or a stranger.' }) by_you!: boolean;
  @Nullable() @Json() metadata!: Record<string, unknown> | null;
  @Nullable() @Text({ description: 'Of the person’s own requests and of strangers’.' }) ip_address!: string | null;
  @Instant() created_at!: Date;
}

export class SecurityEventPage {
  @List(() => SecurityEvent) items!: SecurityEvent[];
  @Int({ description: 'Events on all pages.' }) total!: number;
  @Int() page!: number;
  @Int() per_page!: number;
}

export const auditMembers = {
  readAudit: operation('Read the audit log', { input: ReadAudit, output: AuditPage, scope: 'admin:audit:read' }),
  recordAudit: operation('Write a line of the audit log (services only)', { input: RecordAudit, output: AuditItem }),
  listSecurityEvents: operation('List what concerned the safety of your account', { input: PageNumber, output: SecurityEventPage }),
};
