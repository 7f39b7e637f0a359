import { kernel } from '@skep/contracts/kernel';
import { AnalyticsWindow, type GetAppAnalytics, portal } from '@skep/contracts/portal';
import { Bus, type Ctx, Handle, Handlers } from '@skep/platform';
import { AppRepository } from '../app/app.repository.js';
import { DeveloperRepository } from '../developer/developer.repository.js';
import { termsOf } from '../developer/tiers.js';

const DEFAULT_DAYS = 30;

/** Checks that the caller is the developer, and the window of their tier; the kernel keeps the figures. */
@Handlers()
export class AnalyticsHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly apps: AppRepository,
    private readonly developers: DeveloperRepository,
  ) {}

  @Handle(portal.getAppAnalytics)
  async getAppAnalytics(ctx: Ctx, { app_id, days: asked }: GetAppAnalytics) {
    await this.apps.getOwn(ctx, app_id);
    const { tier, analytics_days } = termsOf((await this.developers.getCaller(ctx)).tier);
    const days = asked ?? Math.min(DEFAULT_DAYS, analytics_days);
    if (days > analytics_days) throw AnalyticsWindow(`The tier '${tier}' shows the newest ${analytics_days} days, not ${days}.`);
    return { app_id, days, by_day: await this.bus.call(kernel.listAppFigures, ctx, { app_id, days }) };
  }
}
