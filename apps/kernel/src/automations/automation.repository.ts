import { AutomationNotFound, AutomationQuotaExceeded, type CreateAutomation } from '@skep/contracts/kernel';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AutomationEntity } from './automation.entity.js';

const AUTOMATIONS_MAX = 50;

// Concurrent creations may exceed the quota by one each: it only keeps the list readable.
const CREATE = statement<AutomationEntity>(`
  insert into automation (tenant_id, user_id, prompt, cooldown_seconds, max_per_hour, max_iterations)
  select $1, $2, $3, $4, $5, $6 where (select count(*) from automation where tenant_id = $1 and user_id = $2) < ${AUTOMATIONS_MAX} returning *`);
const SET_STATUS = statement<AutomationEntity>(`
  update automation set status = $4, updated_at = case when status = $4 then updated_at else now() end
   where tenant_id = $1 and user_id = $2 and id = $3 returning *`);

/** A user's automations. Those of other users are not found. */
@Injectable()
export class AutomationRepository {
  constructor(private readonly db: Database) {}

  /** @throws Problem `automation_quota_exceeded`. */
  async create(
    { tenant, user }: Ctx,
    { prompt, cooldown_seconds, max_per_hour, max_iterations }: CreateAutomation,
  ): Promise<AutomationEntity> {
    const automation = await this.db.row(CREATE, [tenant, user, prompt, cooldown_seconds, max_per_hour, max_iterations]);
    if (!automation) throw AutomationQuotaExceeded(`You have ${AUTOMATIONS_MAX} automations, the maximum. Delete one first.`);
    return automation;
  }

  list({ tenant, user }: Ctx): Promise<AutomationEntity[]> {
    return this.db.repository(AutomationEntity).find({ where: { tenant_id: tenant, user_id: user }, order: { id: 'asc' } });
  }

  /** Idempotent. @throws Problem `automation_not_found`. */
  async setStatus({ tenant, user }: Ctx, id: number, status: 'active' | 'paused'): Promise<AutomationEntity> {
    const automation = await this.db.row(SET_STATUS, [tenant, user, id, status]);
    if (!automation) throw AutomationNotFound();
    return automation;
  }

  /** @throws Problem `automation_not_found`. */
  async delete({ tenant, user }: Ctx, id: number): Promise<void> {
    const { affected } = await this.db.repository(AutomationEntity).delete({ tenant_id: tenant, user_id: user, id });
    if (!affected) throw AutomationNotFound();
  }
}
