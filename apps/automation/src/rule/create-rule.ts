import { NotConfigured, Problem } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import type { CreateAutomation, CreateAutomationFor } from '@skep/contracts/automation';
import { Bus, commitWithAnswer, type Ctx, Database, tenantOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { type Interpreted, Interpreter, NotUnderstood } from './interpreter.js';
import { assertRoom, Quota } from './quota.js';
import { assertValid } from './rule-input.js';
import { type NewRule, RuleRepository } from './rule.repository.js';

/** Creates rules: from words, or from a trigger and actions. */
@Injectable()
export class CreateRule {
  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly rules: RuleRepository,
    private readonly quota: Quota,
    private readonly interpreter: Interpreter,
  ) {}

  /** A prompt that is not understood is kept, paused. @throws Problem `automation_quota_exceeded`, `unavailable` */
  async fromPrompt(ctx: Ctx, input: CreateAutomation) {
    const allowance = await this.quota.find(ctx);
    assertRoom(allowance, await this.rules.count(ctx));
    const interpreted = await this.interpreter.interpret(ctx, input.prompt).catch(toReason);
    const status = interpreted.trigger_filter ? ('active' as const) : ('paused' as const);
    return this.create(ctx, allowance, { ...input, ...interpreted, status, notify_mode: 'failures' });
  }

  /** @throws Problem `invalid_input`, `user_not_found`, `automation_quota_exceeded`, `unavailable` */
  async given(ctx: Ctx, input: CreateAutomationFor) {
    const { user_id, tenant_id: _, ...rule } = input;
    assertValid(rule.trigger_filter, rule.actions);
    const owner = { ...ctx, tenant: tenantOf(ctx, input), user: user_id };
    await this.bus.call(auth.describeUser, { ...ctx, idempotencyKey: undefined }, { user_id, tenant_id: owner.tenant });
    return this.create(owner, await this.quota.find(owner), { ...rule, status: 'active' });
  }

  private create(owner: Ctx, allowance: Parameters<typeof assertRoom>[0], rule: NewRule) {
    return commitWithAnswer(this.db, async () => {
      assertRoom(allowance, await this.rules.countLocked(owner));
      return this.rules.create(owner, rule);
    });
  }
}

/** A rule that is not understood says why. @throws any other error */
function toReason(error: unknown): Pick<NewRule, keyof Interpreted> {
  if (error instanceof NotUnderstood) return { trigger_filter: null, actions: [], interpretation: `Not understood: ${error.message}` };
  if (!(error instanceof Problem) || error.body.code !== NotConfigured.code) throw error;
  const detail = typeof error.body.detail === 'string' ? error.body.detail : error.body.title;
  return { trigger_filter: null, actions: [], interpretation: `Not interpreted: ${detail}` };
}
