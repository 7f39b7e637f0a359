import type { AppRef } from '@skep/contracts';
import { billing } from '@skep/contracts/billing';
import { portal } from '@skep/contracts/portal';
import { Bus, type Ctx, Handle, Handlers } from '@skep/platform';
import { AppRepository } from '../app/app.repository.js';
import { DeveloperRepository } from '../developer/developer.repository.js';

/** Checks that the caller is the developer; billing keeps the earnings. */
@Handlers()
export class EarningsHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly developers: DeveloperRepository,
    private readonly apps: AppRepository,
  ) {}

  @Handle(portal.getEarnings)
  async getEarnings(ctx: Ctx) {
    await this.developers.getCaller(ctx);
    return this.bus.call(billing.getDeveloperEarnings, ctx, {});
  }

  @Handle(portal.getAppEarnings)
  async getAppEarnings(ctx: Ctx, { app_id }: AppRef) {
    await this.apps.getOwn(ctx, app_id);
    return this.bus.call(billing.getAppEarnings, ctx, { app_id });
  }
}
