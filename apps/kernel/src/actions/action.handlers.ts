import { type AppRef, Forbidden } from '@skep/contracts';
import { type ActionIds, kernel, type ListActions, type ListPaidActions, type RecordAction } from '@skep/contracts/kernel';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ActionRepository } from './action.repository.js';

@Handlers()
export class ActionHandlers {
  constructor(private readonly actions: ActionRepository) {}

  @Handle(kernel.recordAction)
  recordAction(ctx: Ctx, input: RecordAction) {
    if (ctx.user && ctx.user !== input.user_id)
      throw Forbidden(`user_id is '${input.user_id}', but you act for '${ctx.user}': record an action of the acting user only.`);
    return this.actions.record(ctx.tenant || input.tenant_id, input);
  }

  @Handle(kernel.listActions)
  listActions(ctx: Ctx, input: ListActions) {
    return this.actions.list(ctx, input);
  }

  @Handle(kernel.getActionStats)
  getActionStats(ctx: Ctx) {
    return this.actions.getStats(ctx);
  }

  @Handle(kernel.listPaidActions)
  listPaidActions(_: Ctx, input: ListPaidActions) {
    return this.actions.listPaid(input);
  }

  @Handle(kernel.findActionIds)
  findActionIds(_: Ctx, { ids }: ActionIds) {
    return this.actions.findExistingIds(ids);
  }

  @Handle(kernel.getAppActionStats)
  getAppActionStats(_: Ctx, { app_id }: AppRef) {
    return this.actions.getAppStats(app_id);
  }
}
