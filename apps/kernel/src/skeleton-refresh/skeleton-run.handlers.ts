import { channels } from '@skep/contracts/channels';
import { type InstallChanged, registry } from '@skep/contracts/registry';
import { Bus, type Ctx, Handlers, newCtx, OnEvent, OnRun, type Run } from '@skep/platform';
import { RefreshSection } from './refresh-section.js';
import { ALERT, type AlertInput, WATCH, type WatchInput, WatchSections } from './skeleton-runs.js';

/** Makes sections that no one reads at the moment, because a change of them alerts their user. */
@Handlers()
export class SkeletonRunHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly sections: RefreshSection,
    private readonly watch: WatchSections,
  ) {}

  @OnEvent(registry.installChanged)
  async installChanged({ trace }: Ctx, { tenant_id: tenant, user_id: user, app_id, installed }: InstallChanged): Promise<void> {
    if (installed) await this.watch.next(newCtx({ tenant, user, trace, actor: 'service:kernel' }), app_id);
  }

  /** The last one is that which finds nothing to watch. */
  @OnRun(WATCH)
  async refresh(run: Run, { app_id, turn }: WatchInput): Promise<void> {
    const { tenant: tenant_id, user: user_id } = run.ctx;
    const goesOn = await run.step('refresh', ({ ctx }) => this.sections.refreshWatched(ctx, { tenant_id, user_id, app_id }));
    if (goesOn) await run.commit('next', ({ ctx }) => this.watch.next(ctx, app_id, turn));
  }

  @OnRun(ALERT)
  async alert(run: Run, { app_id: extension_id, title: subject, section }: AlertInput): Promise<void> {
    const { tenant: tenant_id, user: user_id } = run.ctx;
    const message = `${section} has changed.`;
    const notification = { tenant_id, user_id, extension_id, subject, message, channel: 'default', priority: 'normal' as const };
    await run.step('notify', ({ ctx }) => this.bus.call(channels.notify, ctx, notification));
  }
}
