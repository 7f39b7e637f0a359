import { type AppRef, Forbidden, NotFound } from '@skep/contracts';
import { agent } from '@skep/contracts/agent';
import type { UserRef } from '@skep/contracts/auth';
import {
  type ActionIds,
  type ActivityStep,
  type AppFiguresRef,
  kernel,
  type ListActions,
  type ListPaidActions,
  type ListUserActions,
  type RecordAction,
  type StepRef,
  type TraceRef,
} from '@skep/contracts/kernel';
import { registry } from '@skep/contracts/registry';
import { Bus, type Ctx, Handle, Handlers } from '@skep/platform';
import { PREVIEW_MAX } from '../call/preview.js';
import { namedUser } from '../named-user.js';
import { ActionRepository } from './action.repository.js';
import { AppFigures } from './app-figures.js';

@Handlers()
export class ActionHandlers {
  constructor(
    private readonly actions: ActionRepository,
    private readonly figures: AppFigures,
    private readonly bus: Bus,
  ) {}

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

  @Handle(kernel.getAction)
  async getAction(ctx: Ctx, { trace_id }: TraceRef) {
    const actions = await this.actions.listOfTrace(ctx, trace_id);
    if (!actions[0]) throw NotFound('Action not found.');
    return { ...actions[0], actions };
  }

  @Handle(kernel.getActivityStep)
  async getActivityStep(ctx: Ctx, { step_id }: StepRef) {
    const action = await this.actions.find(ctx, step_id.slice(step_id.lastIndexOf(':') + 1));
    if (!action) return this.findTerminalStep(ctx, step_id);
    const { app_id, tool_name: tool, duration_ms, trace_id, status, message_preview, result_preview, error } = action;
    const [args, result] = [message_preview, error ?? result_preview].map(excerptOf);
    return { ok: status === 'success', app_id, tool, duration_ms, trace_id, args: args!, result: result! };
  }

  @Handle(kernel.listUserActions)
  listUserActions(ctx: Ctx, input: ListUserActions) {
    return this.actions.list(namedUser(ctx, input), input);
  }

  @Handle(kernel.getUserActionStats)
  getUserActionStats(ctx: Ctx, input: UserRef) {
    return this.actions.getStats(namedUser(ctx, input));
  }

  @Handle(kernel.getOwnAppActionStats)
  async getOwnAppActionStats(ctx: Ctx, { app_id }: AppRef) {
    const { developer_id, tenant_id } = await this.bus.call(registry.getAppDeveloper, ctx, { app_id });
    if (developer_id !== ctx.user || tenant_id !== ctx.tenant) throw NotFound();
    return this.actions.getAppStats(app_id);
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

  @Handle(kernel.listAppFigures)
  listAppFigures(_: Ctx, { app_id, days }: AppFiguresRef) {
    return this.figures.list(app_id, days);
  }

  /** A step of a coding session. @throws Problem `not_found` */
  private async findTerminalStep(ctx: Ctx, ref: string): Promise<ActivityStep> {
    const [, session_id, step_id] = /^terminal:(.{1,300}):([^:]{1,100})$/.exec(ref) ?? [];
    if (session_id === undefined || step_id === undefined) throw NotFound('Step not found.');
    const { ok, app_id, tool, trace_id, ...step } = await this.bus.call(agent.getCodingStep, ctx, { session_id, step_id });
    const excerpt = (preview: string, total_bytes: number) => ({
      preview,
      truncated: total_bytes > Buffer.byteLength(preview),
      total_bytes,
    });
    const [args, result] = [excerpt(step.args, step.args_bytes), excerpt(step.result, step.result_bytes)];
    return { ok, app_id, tool, duration_ms: null, trace_id, args, result };
  }
}

/** What a ledger keeps of a text. */
function excerptOf(preview: string | null) {
  const text = preview ?? '';
  const truncated = text.length >= PREVIEW_MAX || text.includes('…');
  return { preview: text, truncated, total_bytes: truncated ? null : Buffer.byteLength(text) };
}
