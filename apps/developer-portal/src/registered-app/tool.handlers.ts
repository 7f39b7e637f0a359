import type { AppRef } from '@skep/contracts';
import { portal, type SyncTools as SyncInput } from '@skep/contracts/portal';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { RegisteredAppRepository } from './registered-app.repository.js';
import { SyncTools } from './sync-tools.js';
import { describeTools } from './tools.js';

@Handlers()
export class ToolHandlers {
  constructor(
    private readonly registered: RegisteredAppRepository,
    private readonly sync: SyncTools,
  ) {}

  @Handle(portal.syncTools)
  syncTools(ctx: Ctx, input: SyncInput) {
    return this.sync.run(ctx, input);
  }

  @Handle(portal.getTools)
  async getTools(ctx: Ctx, { app_id }: AppRef) {
    return describeTools(await this.registered.getKept(ctx, app_id));
  }
}
