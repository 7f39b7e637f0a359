import type { PageNumber } from '@skep/contracts';
import { AuditItem, type AuditPage, type ReadAudit, SecurityEvent, type SecurityEventPage } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AuditLogEntity } from './audit-log.entity.js';

const EXACT_FILTERS = ['actor_id', 'target_type', 'target_id', 'action', 'source'] as const;
const NEWEST = 'order by created_at desc, id desc';
/** Bytes of all `changes` and `metadata` on one page, because the size of a response is limited. */
const MAX_PAGE_DETAIL_BYTES = 2_000_000;
const maxDetailBytes = (per_page: number) => Math.floor(MAX_PAGE_DETAIL_BYTES / 2 / per_page);
/** The column, or a placeholder if it is longer than `:max_bytes`. */
const truncateDetails = (column: string) =>
  `case when octet_length(${column}::text) > :max_bytes then '{"truncated": true}' else ${column} end as ${column}`;
const ENTRIES = statement(
  `select id, tenant_id, actor_id, actor_type, via, action, target_type, target_id, ${truncateDetails('changes')}, ${truncateDetails('metadata')},
          source, ip_address, request_id, created_at
     from audit_log where tenant_id = :tenant and id = any(:ids) ${NEWEST}`,
  AuditItem,
);
const EVENTS = statement(
  `select id, action, target_type, target_id, actor_id = :user as by_you, ${truncateDetails('metadata')}, created_at,
          case when actor_id = :user or actor_type = 'nobody' then ip_address end as ip_address
     from audit_log where tenant_id = :tenant and subject_id = :user ${NEWEST} limit :limit offset :offset`,
  SecurityEvent,
);

@Injectable()
export class AuditRepository {
  constructor(private readonly db: Database) {}

  /** The entries of the caller's tenant, newest first. */
  async list({ tenant }: Ctx, filter: ReadAudit): Promise<AuditPage> {
    const { page, per_page, from, to } = filter;
    const matching = this.db.repository(AuditLogEntity).createQueryBuilder('entry').select('entry.id').where({ tenant_id: tenant });
    for (const column of EXACT_FILTERS) if (filter[column] !== undefined) matching.andWhere({ [column]: filter[column] });
    if (from) matching.andWhere('entry.created_at >= :from', { from });
    if (to) matching.andWhere('entry.created_at < :to', { to });
    matching.orderBy({ 'entry.created_at': 'DESC', 'entry.id': 'DESC' });
    const [found, total] = await matching
      .limit(per_page)
      .offset((page - 1) * per_page)
      .getManyAndCount();
    const items = await this.db.rows(ENTRIES, { tenant, ids: found.map(({ id }) => id), max_bytes: maxDetailBytes(per_page) });
    return { items, total, page, per_page };
  }

  /** The entries about the caller's account, newest first. */
  async listSecurityEvents({ tenant, user }: Ctx, { page, per_page }: PageNumber): Promise<SecurityEventPage> {
    const values = { tenant, user, limit: per_page, offset: (page - 1) * per_page, max_bytes: maxDetailBytes(per_page) };
    const [total, items] = await Promise.all([
      this.db.repository(AuditLogEntity).countBy({ tenant_id: tenant, subject_id: user }),
      this.db.rows(EVENTS, values),
    ]);
    return { items, total, page, per_page };
  }
}
