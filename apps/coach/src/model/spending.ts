import { CoachBudgetExceeded } from '@skep/contracts/coach';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { CoachConfig } from '../coach.config.js';

const SPENT = statement(
  `select coalesce(sum(credits), 0)::int8 as credits from model_spending
    where tenant_id = :tenant and user_id = :user and created_at >= date_trunc('month', now(), 'UTC')`,
  { credits: 'int8' },
);
const ADD = statement(
  `insert into model_spending (tenant_id, user_id, key, credits) values (:tenant, :user, :key, :credits) on conflict do nothing`,
);

/** What language models cost the tenant for each person in a month. Questions in progress at once may go beyond the budget by their own price. */
@Injectable()
export class Spending {
  constructor(
    private readonly db: Database,
    private readonly config: CoachConfig,
  ) {}

  /** @throws Problem `coach_budget_exceeded` */
  async assertLeft({ tenant, user }: Ctx): Promise<void> {
    const most = this.config.SKEP_COACH_MONTHLY_CREDITS;
    if (!this.isPaid()) return;
    const { credits } = (await this.db.row(SPENT, { tenant, user }))!;
    if (credits >= most) throw CoachBudgetExceeded(`The ${most} credits that your tenant pays for you in this month are used up.`);
  }

  async add({ tenant, user, idempotencyKey: key = randomUUID() }: Ctx, credits: number): Promise<void> {
    if (credits && this.isPaid()) await this.db.rows(ADD, { tenant, user, key, credits });
  }

  private isPaid(): boolean {
    return this.config.SKEP_COACH_PAYER === 'tenant';
  }
}
