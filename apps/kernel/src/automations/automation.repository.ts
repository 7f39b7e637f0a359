import { AutomationNotFound, AutomationQuotaExceeded, type CreateAutomation } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AutomationEntity } from './automation.entity.js';

const A_PERSON_HAS = 50;

// Two made at the same moment may both be the last one: the quota only keeps the list readable.
const CREATE = statement<AutomationEntity>(`
  insert into automation (tenant_id, user_id, prompt, cooldown_seconds, max_per_hour, max_iterations)
  select $1, $2, $3, $4, $5, $6 where (select count(*) from automation where tenant_id = $1 and user_id = $2) < ${A_PERSON_HAS} returning *`);
const MOVE = statement<AutomationEntity>(`
  update automation set status = $4, updated_at = case when status = $4 then updated_at else now() end
   where tenant_id = $1 and user_id = $2 and id = $3 returning *`);

/** A person's rules. Another's rule is no rule. */
@Injectable()
export class AutomationRepository {
  constructor(private readonly db: Database) {}

  /** @throws Problem `automation_quota_exceeded`. */
  async create(
    { tenant, user }: Ctx,
    { prompt, cooldown_seconds, max_per_hour, max_iterations }: CreateAutomation,
  ): Promise<AutomationEntity> {
    const automation = await this.db.row(CREATE, [tenant, user, prompt, cooldown_seconds, max_per_hour, max_iterations]);
    if (!automation) throw AutomationQuotaExceeded(`You may have ${A_PERSON_HAS} automations.`);
    return automation;
  }

  list({ tenant, user }: Ctx): Promise<AutomationEntity[]> {
    return this.db.of(AutomationEntity).find({ where: { tenant_id: tenant, user_id: user }, order: { id: 'asc' } });
  }

  /** Twice the same is once. @throws Problem `automation_not_found`. */
  async move({ tenant, user }: Ctx, id: number, status: 'active' | 'paused'): Promise<AutomationEntity> {
    const automation = await this.db.row(MOVE, [tenant, user, id, status]);
    if (!automation) throw AutomationNotFound();
    return automation;
  }

  /** @throws Problem `automation_not_found`. */
  async delete({ tenant, user }: Ctx, id: number): Promise<void> {
    const { affected } = await this.db.of(AutomationEntity).delete({ tenant_id: tenant, user_id: user, id });
    if (!affected) throw AutomationNotFound();
  }
}
