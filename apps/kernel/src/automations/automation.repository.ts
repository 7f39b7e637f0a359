import { AutomationNotFound, AutomationQuotaExceeded, type CreateAutomation } from '@skep/contracts/kernel';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AutomationEntity } from './automation.entity.js';

const AUTOMATIONS_MAX = 50;

/** A user's automations. Those of other users are not found. */
@Injectable()
export class AutomationRepository {
  constructor(private readonly db: Database) {}

  /** Concurrent creations may exceed the quota by one each: it only keeps the list readable. @throws Problem `automation_quota_exceeded`. */
  async create({ tenant, user }: Ctx, input: CreateAutomation): Promise<AutomationEntity> {
    const owner = { tenant_id: tenant, user_id: user };
    const automations = this.db.repository(AutomationEntity);
    if ((await automations.countBy(owner)) >= AUTOMATIONS_MAX)
      throw AutomationQuotaExceeded(`You have ${AUTOMATIONS_MAX} automations, the maximum. Delete one first.`);
    return automations.save(automations.create({ ...input, ...owner }));
  }

  list({ tenant, user }: Ctx): Promise<AutomationEntity[]> {
    return this.db.repository(AutomationEntity).find({ where: { tenant_id: tenant, user_id: user }, order: { id: 'asc' } });
  }

  /** Idempotent. @throws Problem `automation_not_found`. */
  async setStatus({ tenant, user }: Ctx, id: number, status: 'active' | 'paused'): Promise<AutomationEntity> {
    const automations = this.db.repository(AutomationEntity);
    const automation = await automations.findOneBy({ tenant_id: tenant, user_id: user, id });
    if (!automation) throw AutomationNotFound();
    if (automation.status === status) return automation;
    const changes = { status, updated_at: new Date() };
    await automations.update({ id }, changes);
    return Object.assign(automation, changes);
  }

  /** @throws Problem `automation_not_found`. */
  async delete({ tenant, user }: Ctx, id: number): Promise<void> {
    const { affected } = await this.db.repository(AutomationEntity).delete({ tenant_id: tenant, user_id: user, id });
    if (!affected) throw AutomationNotFound();
  }
}
