import { ModelBudgetExceeded } from '@skep/contracts/models';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EffectiveSettings } from '../settings/effective-settings.js';
import type { SettingsOwner } from '../settings/settings.repository.js';

const MONTH = `date_trunc('month', now() at time zone 'utc')::date`;
/** Locks the rows of tenant and user, in this order, so that one completion after the other sees what is left. */
const LOCK = statement(
  `insert into model_budget (tenant_id, user_id, month) values (:tenant_id, :user_id, ${MONTH})
   on conflict (tenant_id, user_id, month) do update set used = model_budget.used returning used`,
  { used: 'int8' },
);
const HELD = statement(
  `select coalesce(sum(tokens), 0)::bigint as tenant, coalesce(sum(tokens) filter (where user_id = :user_id), 0)::bigint as "user"
     from model_hold where tenant_id = :tenant_id and month = ${MONTH} and expires_at > now()`,
  { tenant: 'int8', user: 'int8' },
);
const HOLD = statement(
  `insert into model_hold (id, tenant_id, user_id, month, tokens, expires_at)
   values (:id, :tenant_id, :user_id, ${MONTH}, :tokens, now() + :seconds * interval '1 second')`,
);
const RELEASE = statement(`delete from model_hold where tenant_id = :tenant_id and id = :id`);
const ADD = statement(
  `insert into model_budget (tenant_id, user_id, month, used) values (:tenant_id, :user_id, ${MONTH}, :tokens)
   on conflict (tenant_id, user_id, month) do update set used = model_budget.used + excluded.used`,
);
const NOTE = statement(
  `insert into model_usage (tenant_id, user_id, day, provider, model, calls, prompt_tokens, completion_tokens, fee)
   values (:tenant_id, :user_id, (now() at time zone 'utc')::date, :provider, :model, 1, :prompt_tokens, :completion_tokens, :fee)
   on conflict (tenant_id, user_id, day, provider, model) do update set calls = model_usage.calls + 1,
          prompt_tokens = model_usage.prompt_tokens + excluded.prompt_tokens,
          completion_tokens = model_usage.completion_tokens + excluded.completion_tokens, fee = model_usage.fee + excluded.fee`,
);
const RECORD = statement(
  `insert into model_call (tenant_id, user_id, conversation_id, agent_id, provider, model, prompt_tokens, completion_tokens,
                           trace_id, cause_id, charge_id, fee, duration_ms)
   values (:tenant_id, :user_id, :conversation_id, :agent_id, :provider, :model, :prompt_tokens, :completion_tokens,
           :trace_id, :cause_id, :charge_id, :fee, :duration_ms)`,
);

/** What a completion used. */
export interface Used {
  provider: string;
  model: string;
  prompt_tokens: number;
  completion_tokens: number;
  fee: number;
  conversation_id: string | null;
  agent_id: string | null;
  trace_id: string;
  cause_id: string | null;
  charge_id: string | null;
  duration_ms: number;
}

/** Tokens that are reserved until the completion is settled. Undefined: its user pays the provider, so no budget counts. */
export interface Hold {
  id: string;
}

/** The budgets of tenants and users in a month. What a completion may use is held before it starts, and settled when it ends. */
@Injectable()
export class Budgets {
  constructor(private readonly db: Database) {}

  /**
   * Holds tokens in the budgets of a tenant and of a user.
   * @param timeoutMs after which the hold counts no longer
   * @throws Problem `model_budget_exceeded`
   */
  async hold(owner: SettingsOwner, { payer, limits }: EffectiveSettings, tokens: number, timeoutMs: number): Promise<Hold | undefined> {
    if (payer === 'user' || (limits.tenant === undefined && limits.user === undefined)) return undefined;
    const id = randomUUID();
    await this.inTenantOf(owner, async () => {
      const tenant = (await this.db.row(LOCK, { ...owner, user_id: '' }))!.used;
      const user = owner.user_id ? (await this.db.row(LOCK, { ...owner }))!.used : 0;
      const held = (await this.db.row(HELD, { ...owner }))!;
      const isBeyond = (used: number, limit: number | undefined) => limit !== undefined && used + tokens > limit;
      if (isBeyond(tenant + held.tenant, limits.tenant))
        throw ModelBudgetExceeded(`The ${limits.tenant} tokens of your tenant for this month are used up, or reserved by others.`);
      if (owner.user_id && isBeyond(user + held.user, limits.user))
        throw ModelBudgetExceeded(`Your ${limits.user} tokens for this month are used up, or reserved by your other requests.`);
      await this.db.rows(HOLD, { id, ...owner, tokens, seconds: Math.ceil(timeoutMs / 1_000) });
    });
    return { id };
  }

  /** Ends the hold of a completion that used nothing. */
  async release(owner: SettingsOwner, hold: Hold | undefined): Promise<void> {
    if (hold) await this.inTenantOf(owner, async () => void (await this.db.rows(RELEASE, { tenant_id: owner.tenant_id, id: hold.id })));
  }

  /**
   * Counts what a completion used, and ends its hold. Budgets do not count what users pay themselves.
   * @param charge runs in the same transaction
   */
  async settle(
    owner: SettingsOwner,
    { payer }: EffectiveSettings,
    hold: Hold | undefined,
    used: Used,
    charge?: () => Promise<void>,
  ): Promise<void> {
    const tokens = used.prompt_tokens + used.completion_tokens;
    await this.inTenantOf(owner, async () => {
      if (payer !== 'user') {
        await this.db.rows(ADD, { ...owner, user_id: '', tokens });
        if (owner.user_id) await this.db.rows(ADD, { ...owner, tokens });
      }
      if (hold) await this.db.rows(RELEASE, { tenant_id: owner.tenant_id, id: hold.id });
      await this.db.rows(NOTE, { ...owner, ...used });
      if (owner.user_id) await this.db.rows(RECORD, { ...owner, ...used });
      await charge?.();
    });
  }

  /** A service that names no tenant has none; its rows are those of the tenant ''. */
  private inTenantOf({ tenant_id }: SettingsOwner, work: () => Promise<void>): Promise<void> {
    const inTransaction = () => this.db.transaction(work);
    return tenant_id ? this.db.inTenant(tenant_id, inTransaction) : this.db.acrossTenants(inTransaction);
  }
}
