import { Cursor, IDS, PageNumber } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nullable, Optional, Shape, Text } from '../fields.js';
import { TenantId } from './credentials.js';

const Word = (docs: FieldDocs) => Text({ min: 1, max: 100, ...docs });
const Id = (docs: FieldDocs) => Text({ min: 1, max: 200, ...docs });

const docs = {
  id: { description: 'Number of the entry. Newer entries have higher numbers.', example: 1042 },
  actor_id: { description: 'Who did it: the id of a user, or the name of a service.', example: 'imp_u_4f9a' },
  action: { description: 'What was done, as `target.what_happened`.', example: 'session.revoked' },
  target_type: { description: 'Type of the target.', example: 'session' },
  target_id: { description: 'Id of the target.', example: 'ses_7Qm2' },
  changes: { description: 'Changed fields: `{ field: { from, to } }`.', example: { is_active: { from: true, to: false } } },
  metadata: {
    description: 'Details of the entry. `{ "truncated": true }` if they are too long for the page: request a smaller page.',
    example: { sessions_ended: 2 },
  },
  source: { description: 'Part of the system that recorded it, such as `api`, `rbac` or `billing`.', example: 'api' },
  ip_address: { description: 'IP address of the request. Null if there was none.', example: '203.0.113.7' },
  created_at: { description: 'When it happened.' },
  total_capped: { description: 'Whether there are more than `total`.', example: false },
  next_cursor: { description: 'The `cursor` of the next page; null on the last page.' },
  page: { description: 'Number of this page, starting at 1.' },
  per_page: { description: 'Entries per page.', example: 50 },
} satisfies Record<string, FieldDocs>;

@Shape('An entry of the audit log: who did what, to what, and when.')
export class AuditItem {
  @Int(docs.id) id!: number;
  @Text({ ...IDS.tenant, description: 'Tenant of the entry; `_platform_` for what concerns all tenants.' }) tenant_id!: string;
  @Text(docs.actor_id) actor_id!: string;
  @Text({ description: '`user`, `service`, `operator`, or `nobody` for a caller who was not signed in.', example: 'user' })
  actor_type!: string;
  @Text({
    description: 'Credential of the request: `user` for a session, `key:…` for an API key, `service:…` for a service.',
    example: 'service:kernel',
  })
  via!: string;
  @Text(docs.action) action!: string;
  @Text(docs.target_type) target_type!: string;
  @Text(docs.target_id) target_id!: string;
  @Nullable()
  @Json({ ...docs.changes, description: `${docs.changes.description} Null if nothing was changed.` })
  changes!: Record<string, unknown> | null;
  @Nullable()
  @Json({ ...docs.metadata, description: `${docs.metadata.description} Null if there are none.` })
  metadata!: Record<string, unknown> | null;
  @Text(docs.source) source!: string;
  @Nullable() @Text(docs.ip_address) ip_address!: string | null;
  @Nullable() @Text({ description: '`X-Request-Id` of the request. Null if there was none.' }) request_id!: string | null;
  @Nullable() @Text({ ...IDS.trace, description: `${IDS.trace.description} Null if it is not known.` }) trace_id!: string | null;
  @Instant(docs.created_at) created_at!: Date;
}

@Shape('A page of the audit log, newest first.')
export class AuditPage {
  @List(() => AuditItem, { description: 'Entries of this page.' }) items!: AuditItem[];
  @Optional()
  @Int({ description: 'Number of entries that match the filters, on all pages, at most 10,000. Absent after a cursor.', example: 1 })
  total?: number;
  @Bool(docs.total_capped) total_capped!: boolean;
  @Nullable() @Text(docs.next_cursor) next_cursor!: string | null;
  @Int(docs.page) page!: number;
  @Int(docs.per_page) per_page!: number;
}

@Shape('Filters of the audit log. An entry must match all of them.')
export class ReadAudit extends PageNumber {
  @Optional() @Id({ description: 'Only entries of this user or service.' }) actor_id?: string;
  @Optional() @Word({ description: 'Only entries with this type of target.', example: 'session' }) target_type?: string;
  @Optional() @Id({ description: 'Only entries with this target.' }) target_id?: string;
  @Optional() @Word({ description: 'Only entries with this action.', example: 'session.revoked' }) action?: string;
  @Optional() @Word({ description: 'Only entries from this part of the system.' }) source?: string;
  @Optional() @Instant({ description: 'Only entries at or after this time.' }) from?: Date;
  @Optional() @Instant({ description: 'Only entries before this time.' }) to?: Date;
  @Cursor() cursor?: string;
}

@Shape('An audit entry that a service records.')
export class RecordAudit {
  @TenantId({ description: 'Tenant whose audit log gets the entry.' }) tenant_id: string = 'default';
  @Id(docs.actor_id) actor_id!: string;
  @Word({ description: 'Type of the actor, such as `user` or `service`.' }) actor_type: string = 'user';
  @Word(docs.action) action!: string;
  @Word(docs.target_type) target_type!: string;
  @Id(docs.target_id) target_id!: string;
  @Optional() @Json(docs.changes) changes?: Record<string, unknown>;
  @Optional()
  @Json({ description: 'Details of the entry. Values of fields named like `password`, `token` or `secret` are replaced by `[hidden]`.' })
  metadata?: Record<string, unknown>;
  @Word({ description: docs.source.description }) source: string = 'api';
  @Optional() @Text({ max: 64, description: 'IP address of the request.', example: '203.0.113.7' }) ip_address?: string;
}

@Shape('A security event of your account, such as a sign-in or a changed password.')
export class SecurityEvent {
  @Int(docs.id) id!: number;
  @Text({ ...docs.action, example: 'session.reuse_detected' }) action!: string;
  @Text(docs.target_type) target_type!: string;
  @Text(docs.target_id) target_id!: string;
  @Bool({ description: 'True if you did it yourself; false for an administrator, a service or an unknown caller.' }) by_you!: boolean;
  @Nullable()
  @Json({ ...docs.metadata, description: `${docs.metadata.description} Null if there are none.` })
  metadata!: Record<string, unknown> | null;
  @Nullable()
  @Text({
    description: 'IP address of your own requests and of callers who were not signed in. Null for administrators and services.',
    example: '203.0.113.7',
  })
  ip_address!: string | null;
  @Instant(docs.created_at) created_at!: Date;
}

@Shape('Which page of your security events to return.')
export class ListSecurityEvents extends PageNumber {
  @Cursor() cursor?: string;
}

@Shape('A page of your security events, newest first.')
export class SecurityEventPage {
  @List(() => SecurityEvent, { description: 'Events of this page.' }) items!: SecurityEvent[];
  @Optional() @Int({ description: 'Number of events on all pages, at most 10,000. Absent after a cursor.', example: 1 }) total?: number;
  @Bool(docs.total_capped) total_capped!: boolean;
  @Nullable() @Text(docs.next_cursor) next_cursor!: string | null;
  @Int(docs.page) page!: number;
  @Int({ ...docs.per_page, description: 'Events per page.' }) per_page!: number;
}

export const auditMembers = {
  readAudit: operation('Read the audit log', {
    description:
      'Entries of your tenant, newest first. One of `target_id`, `actor_id` and `action` (the first that you give), with `from` and `to`, finds all entries. Further filters look through the newest 10,000 of these: set `to` to find older ones.',
    input: ReadAudit,
    output: AuditPage,
    scope: 'admin:audit:read',
  }),
  recordAudit: operation('Record an audit entry (services only)', {
    description: 'The credential of the request becomes `via` of the entry.',
    input: RecordAudit,
    output: AuditItem,
  }),
  listSecurityEvents: operation('List the security events of your account', {
    description: 'Newest first. Includes what administrators and unknown callers did to your account.',
    input: ListSecurityEvents,
    output: SecurityEventPage,
  }),
};
