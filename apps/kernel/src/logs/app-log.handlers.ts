import { NotFound } from '@skep/contracts';
import { kernel, type ListAppLogs } from '@skep/contracts/kernel';
import { registry } from '@skep/contracts/registry';
import { Bus, type Ctx, Handle, Handlers } from '@skep/platform';
import { AppLogs } from './app-logs.js';

@Handlers()
export class AppLogHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly logs: AppLogs,
  ) {}

  /** @throws Problem `not_found` for an app of another developer */
  @Handle(kernel.listAppLogs)
  async listAppLogs(ctx: Ctx, input: ListAppLogs) {
    const { developer_id, tenant_id } = await this.bus.call(registry.getAppDeveloper, ctx, { app_id: input.app_id });
    if (developer_id !== ctx.user || tenant_id !== ctx.tenant) throw NotFound();
    return this.logs.list(input);
  }
}
