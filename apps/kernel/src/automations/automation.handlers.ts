import { type AutomationRef, type CreateAutomation, kernel } from '@skep/contracts/kernel';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AutomationRepository } from './automation.repository.js';

@Handlers()
export class AutomationHandlers {
  constructor(private readonly automations: AutomationRepository) {}

  @Handle(kernel.createAutomation)
  createAutomation(ctx: Ctx, input: CreateAutomation) {
    return this.automations.create(ctx, input);
  }

  @Handle(kernel.listAutomations)
  listAutomations(ctx: Ctx) {
    return this.automations.list(ctx);
  }

  @Handle(kernel.pauseAutomation)
  pauseAutomation(ctx: Ctx, { rule_id }: AutomationRef) {
    return this.automations.setStatus(ctx, rule_id, 'paused');
  }

  @Handle(kernel.resumeAutomation)
  resumeAutomation(ctx: Ctx, { rule_id }: AutomationRef) {
    return this.automations.setStatus(ctx, rule_id, 'active');
  }

  @Handle(kernel.deleteAutomation)
  async deleteAutomation(ctx: Ctx, { rule_id }: AutomationRef) {
    await this.automations.delete(ctx, rule_id);
    return { id: rule_id, status: 'deleted' };
  }
}
