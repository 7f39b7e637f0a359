import { Conflict } from '@skep/contracts';
import {
  automation,
  type AutomationQuotaQuery,
  type AutomationRef,
  type CreateAutomation,
  type CreateAutomationFor,
  type ListTenantAutomations,
  type RuleStatus,
  type UpdateAutomation,
} from '@skep/contracts/automation';
import { type Ctx, Database, Handle, Handlers, tenantOf } from '@skep/platform';
import { CreateRule } from './create-rule.js';
import { Interpreter, NotUnderstood } from './interpreter.js';
import { Quota, quotaOf } from './quota.js';
import { assertValid } from './rule-input.js';
import { RuleRepository } from './rule.repository.js';

@Handlers()
export class RuleHandlers {
  constructor(
    private readonly db: Database,
    private readonly rules: RuleRepository,
    private readonly create: CreateRule,
    private readonly interpreter: Interpreter,
    private readonly quota: Quota,
  ) {}

  @Handle(automation.createAutomation)
  createAutomation(ctx: Ctx, input: CreateAutomation) {
    return this.create.fromPrompt(ctx, input);
  }

  @Handle(automation.createAutomationFor)
  createAutomationFor(ctx: Ctx, input: CreateAutomationFor) {
    return this.create.given(ctx, input);
  }

  @Handle(automation.listAutomations)
  listAutomations(ctx: Ctx) {
    return this.rules.list(ctx);
  }

  @Handle(automation.listTenantAutomations)
  listTenantAutomations(ctx: Ctx, input: ListTenantAutomations) {
    return this.rules.listOfTenant(tenantOf(ctx, input), undefined, input);
  }

  @Handle(automation.listActiveAutomations)
  listActiveAutomations(ctx: Ctx, input: ListTenantAutomations) {
    return this.rules.listOfTenant(tenantOf(ctx, input), 'active', input);
  }

  /** Idempotent. */
  @Handle(automation.pauseAutomation)
  pauseAutomation(ctx: Ctx, { rule_id }: AutomationRef) {
    return this.setStatus(ctx, rule_id, 'paused');
  }

  /** Idempotent. */
  @Handle(automation.resumeAutomation)
  async resumeAutomation(ctx: Ctx, { rule_id }: AutomationRef) {
    const rule = await this.rules.find(ctx, rule_id);
    if (rule.trigger_filter) return this.setStatus(ctx, rule_id, 'active');
    const interpreted = await this.interpreter.interpret(ctx, rule.prompt).catch((error: unknown) => {
      throw error instanceof NotUnderstood ? Conflict(`Not understood: ${error.message}`) : error;
    });
    return this.db.transaction(async () => this.rules.update(await this.rules.find(ctx, rule_id), { ...interpreted, status: 'active' }));
  }

  @Handle(automation.updateAutomation)
  updateAutomation(ctx: Ctx, { rule_id, ...changes }: UpdateAutomation) {
    assertValid(changes.trigger_filter, changes.actions);
    return this.db.transaction(async () => {
      const rule = await this.rules.find(ctx, rule_id);
      if (changes.status === 'active' && !(changes.trigger_filter ?? rule.trigger_filter))
        throw Conflict('This automation has no trigger yet: send trigger_filter and actions.');
      return this.rules.update(rule, changes);
    });
  }

  @Handle(automation.deleteAutomation)
  deleteAutomation(ctx: Ctx, { rule_id }: AutomationRef) {
    return this.delete(ctx, rule_id);
  }

  @Handle(automation.deleteAutomationOf)
  deleteAutomationOf(ctx: Ctx, { rule_id }: AutomationRef) {
    return this.delete(ctx, rule_id);
  }

  @Handle(automation.getAutomationQuota)
  async getAutomationQuota(ctx: Ctx, input: AutomationQuotaQuery) {
    const owner = { ...ctx, tenant: tenantOf(ctx, input), user: input.user_id };
    return quotaOf(await this.quota.find(owner), await this.rules.count(owner));
  }

  private setStatus(ctx: Ctx, rule_id: number, status: RuleStatus) {
    return this.db.transaction(async () => {
      const rule = await this.rules.find(ctx, rule_id);
      if (rule.status === status) return rule;
      return this.rules.update(rule, { status, ...(status === 'active' && { last_error: null }) });
    });
  }

  private async delete(ctx: Ctx, rule_id: number) {
    await this.db.transaction(async () => this.rules.delete(await this.rules.find(ctx, rule_id)));
    return { id: rule_id, status: 'deleted' };
  }
}
