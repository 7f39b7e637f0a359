import { type ActionIds, type AppRef, Forbidden, kernel, type ListActions, type ListPaidActions, type RecordAction } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ActionRepository } from './action.repository.js';

@Handlers()
export class ActionHandlers {
  constructor(private readonly actions: ActionRepository) {}

  @Handle(kernel.recordAction)
  recordAction(ctx: Ctx, input: RecordAction) {
    if (ctx.user && ctx.user !== input.user_id) throw Forbidden('This line is about another person than the one you act for.');
    return this.actions.tell(ctx.tenant || input.tenant_id, input);
  }

  @Handle(kernel.listActions)
  listActions(ctx: Ctx, input: ListActions) {
    return this.actions.list(ctx, input);
  }

  @Handle(kernel.getActionStats)
  getActionStats(ctx: Ctx) {
    return this.actions.stats(ctx);
  }

  @Handle(kernel.listPaidActions)
  listPaidActions(_: Ctx, input: ListPaidActions) {
    return this.actions.paid(input);
  }

  @Handle(kernel.findActionIds)
  whichActions(_: Ctx, { ids }: ActionIds) {
    return this.actions.which(ids);
  }

  @Handle(kernel.getAppActionStats)
  getAppActionStats(_: Ctx, { app_id }: AppRef) {
    return this.actions.appStats(app_id);
  }
}
