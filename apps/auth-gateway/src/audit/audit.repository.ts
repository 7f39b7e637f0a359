import type { PageNumber } from '@skep/contracts';
import type { AuditItem, AuditPage, ReadAudit, SecurityEvent, SecurityEventPage } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { WhereClause } from '../where-clause.js';
import { Injectable } from '@nestjs/common';
import { PLATFORM_TENANT } from './audit.js';

const EXACT_FILTERS = ['actor_id', 'target_type', 'target_id', 'action', 'source'] as const;
const NEWEST = 'order by created_at desc, id desc';
/** Bytes of all `changes` and `metadata` on one page, because the size of a response is limited. */
const MAX_PAGE_DETAIL_BYTES = 2_000_000;
const maxDetailBytes = (per_page: number) => Math.floor(MAX_PAGE_DETAIL_BYTES / 2 / per_page);
/** The column, or a placeholder if it is longer than `max` bytes. */
const truncateDetails = (column: string, max: string) =>
  `case when octet_length(${column}::text) > ${max} then '{"truncated": true}' else ${column} end as ${column}`;
const EVENTS = statement<SecurityEvent>(`
  select id, action, target_type, target_id, actor_id = $2 as by_you, ${truncateDetails('metadata', '$5')}, created_at,
         case when actor_id = $2 or actor_type = 'nobody' then ip_address end as ip_address
    from audit_log where tenant_id = $1 and subject_id = $2 ${NEWEST} limit $3 offset $4`);
const EVENT_COUNT = statement<{ total: number }>('select count(*) as total from audit_log where tenant_id = $1 and subject_id = $2');
const TENANT_EXISTS = statement(`select from tenant where id = $1 union all select where $1 = '${PLATFORM_TENANT}'`);

@Injectable()
export class AuditRepository {
  constructor(private readonly db: Database) {}

  /** The entries of the caller's tenant, newest first. */
  async list({ tenant }: Ctx, filter: ReadAudit): Promise<AuditPage> {
    const { page, per_page } = filter;
    const where = new WhereClause('tenant_id =', tenant);
    for (const column of EXACT_FILTERS) where.and(`${column} =`, filter[column]);
    where.and('created_at >=', filter.from).and('created_at <', filter.to);
    const { values } = where;
    const count = statement<{ total: number }>(`select count(*) as total from audit_log where ${where}`);
    const [limit, offset, max] = [1, 2, 3].map((nth) => `$${values.length + nth}`) as [string, string, string];
    const read = statement<AuditItem>(`
      select id, tenant_id, actor_id, actor_type, via, action, target_type, target_id, ${truncateDetails('changes', max)}, ${truncateDetails('metadata', max)},
             source, ip_address, request_id, created_at
        from audit_log where ${where} ${NEWEST} limit ${limit} offset ${offset}`);
    const [counted, items] = await Promise.all([
      this.db.row(count, values),
      this.db.rows(read, [...values, per_page, (page - 1) * per_page, maxDetailBytes(per_page)]),
    ]);
    return { items, total: counted!.total, page, per_page };
  }

  /** The entries about the caller's account, newest first. */
  async listSecurityEvents({ tenant, user }: Ctx, { page, per_page }: PageNumber): Promise<SecurityEventPage> {
    const [counted, items] = await Promise.all([
      this.db.row(EVENT_COUNT, [tenant, user]),
      this.db.rows(EVENTS, [tenant, user, per_page, (page - 1) * per_page, maxDetailBytes(per_page)]),
    ]);
    return { items, total: counted!.total, page, per_page };
  }

  async tenantExists(tenant_id: string): Promise<boolean> {
    return (await this.db.row(TENANT_EXISTS, [tenant_id])) !== undefined;
  }
}
