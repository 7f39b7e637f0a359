import {
  AuditItem,
  type AuditPage,
  type ListSecurityEvents,
  type ReadAudit,
  SecurityEvent,
  type SecurityEventPage,
} from '@skep/contracts/auth';
import { type Ctx, Database, defineList, type List, type Selection, toPageFields, toPaging } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** Of these filters, the first that is given is served by an index of its own, with the order. */
const INDEXED_FILTERS = ['target_id', 'actor_id', 'action'] as const;
const OTHER_FILTERS = ['target_type', 'source'] as const;
/** Bytes of all `changes` and `metadata` on one page, because the size of a response is limited. */
const MAX_PAGE_DETAIL_BYTES = 2_000_000;
/** The column, or a placeholder if it is longer than `:max_bytes`. */
const truncateDetails = (column: string) =>
  `case when octet_length(${column}::text) > :max_bytes then '{"truncated": true}' else ${column} end as ${column}`;

const from = 'audit_log';
/** With the tenant, the index audit_log_time; with the target, actor, action or subject too, audit_log_target, _actor, _action or _subject. */
const orders = {
  newest: [
    ['created_at', 'timestamptz', 'desc'],
    ['id', 'bigint', 'desc'],
  ],
} satisfies List['orders'];
const ENTRIES = defineList(
  {
    select: `id, tenant_id, actor_id, actor_type, via, action, target_type, target_id, ${truncateDetails('changes')}, ${truncateDetails('metadata')},
      source, ip_address, request_id, trace_id, created_at`,
    from,
    orders,
  },
  AuditItem,
);
const EVENTS = defineList(
  {
    select: `id, action, target_type, target_id, actor_id = :user as by_you, ${truncateDetails('metadata')}, created_at,
      case when actor_id = :user or actor_type = 'nobody' then ip_address end as ip_address`,
    from,
    orders,
  },
  SecurityEvent,
);

@Injectable()
export class AuditRepository {
  constructor(private readonly db: Database) {}

  /** The entries of the caller's tenant, newest first. */
  async list({ tenant }: Ctx, filter: ReadAudit): Promise<AuditPage> {
    const isGiven = (column: keyof ReadAudit) => filter[column] !== undefined;
    const [first, ...rest] = INDEXED_FILTERS.filter(isGiven);
    const equal = (column: string) => `${column} = :${column}`;
    const where = ['tenant_id = :tenant', first && equal(first), filter.from && 'created_at >= :from', filter.to && 'created_at < :to'];
    const filters = [...rest, ...OTHER_FILTERS.filter(isGiven)].map(equal);
    return this.read(ENTRIES, { where, filters, values: { ...filter, tenant } }, filter);
  }

  /** The entries about the caller's account, newest first. */
  async listSecurityEvents({ tenant, user }: Ctx, paging: ListSecurityEvents): Promise<SecurityEventPage> {
    return this.read(EVENTS, { where: ['tenant_id = :tenant and subject_id = :user'], values: { tenant, user } }, paging);
  }

  private async read<Row extends object>(
    list: List<Row, 'newest'>,
    { values, ...selection }: Omit<Selection, 'order'>,
    input: ListSecurityEvents,
  ) {
    const max_bytes = Math.floor(MAX_PAGE_DETAIL_BYTES / 2 / input.per_page);
    const found = await this.db.page(list, { ...selection, order: 'newest', values: { ...values, max_bytes } }, toPaging(input));
    return { items: found.rows, ...toPageFields(found, input) };
  }
}
