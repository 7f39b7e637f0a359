import { type AutomationQuota, AutomationQuotaExceeded } from '@skep/contracts/automation';
import { billing } from '@skep/contracts/billing';
import { Bus, type Ctx, newCtx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AutomationConfig } from '../automation.config.js';

/** What limits the number of a user's rules. */
export interface Allowance {
  /** −1: no limit. */
  limit: number;
  plan: string;
  source: 'plan' | 'installation';
}

/** How many rules a user may have: the limit of their plan for `automations`, else that of the installation. */
@Injectable()
export class Quota {
  constructor(
    private readonly bus: Bus,
    private readonly config: AutomationConfig,
  ) {}

  /** @throws Problem `user_not_found`, `unavailable` */
  async find({ tenant, user, deadline, trace }: Pick<Ctx, 'tenant' | 'user' | 'deadline' | 'trace'>): Promise<Allowance> {
    const ctx = newCtx({ actor: 'service:automation', deadline, trace });
    const { plan, limits } = await this.bus.call(billing.getUserLimits, ctx, { user_id: user, tenant_id: tenant });
    const ofPlan = limits['automations'];
    return ofPlan === undefined
      ? { limit: this.config.SKEP_AUTOMATIONS_MAX, plan, source: 'installation' }
      : { limit: ofPlan, plan, source: 'plan' };
  }
}

export function quotaOf({ limit, plan, source }: Allowance, used: number): AutomationQuota {
  const unlimited = limit < 0;
  return { cap: unlimited ? null : limit, used, remaining: unlimited ? null : Math.max(0, limit - used), unlimited, plan, source };
}

/** @throws Problem `automation_quota_exceeded` if a user with so many rules may not have another one */
export function assertRoom(allowance: Allowance, used: number): void {
  const quota = quotaOf(allowance, used);
  if (quota.remaining !== 0) return;
  const message = `You have ${used} automations, the maximum. Delete one first.`;
  throw AutomationQuotaExceeded({ error_code: 'AUTOMATION_QUOTA_EXCEEDED', message, quota });
}
