import { kernel } from '@skep/contracts/kernel';
import { Bus, Handlers, OnRun, type Run, Runs } from '@skep/platform';
import { PreferenceRepository } from '../preference/preference.repository.js';
import { chooseChannels } from './choose-channels.js';
import { CHANNEL_DELIVERIES, DELIVERY, type DeliveryInput, PANEL_DELIVERY } from './delivery.js';
import { NotificationRepository } from './notification.repository.js';

@Handlers()
export class DeliveryHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly runs: Runs,
    private readonly notifications: NotificationRepository,
    private readonly preferences: PreferenceRepository,
  ) {}

  @OnRun(DELIVERY)
  async deliver(run: Run, input: DeliveryInput): Promise<void> {
    const chosen = await run.step('choose', async ({ ctx }) => {
      const found = await this.notifications.find(input.notification_id);
      if (!found) return [];
      const user = { tenant_id: ctx.tenant, user_id: ctx.user };
      const { settings } = await this.bus.call(kernel.getUserSettings, { ...ctx, idempotencyKey: undefined }, user);
      const choice = chooseChannels(found, settings.notifications, await this.preferences.get(ctx), new Date());
      return choice.map(({ channel, at }) => ({ channel, at: at?.getTime() }));
    });
    await run.commit('start', async () => {
      for (const { channel, at } of chosen)
        for (const kind of CHANNEL_DELIVERIES[channel])
          await this.runs.start(kind, run.ctx, input, at === undefined ? {} : { at: new Date(at) });
    });
  }

  /** Adds the event to the feed under the key of the step: the kernel adds it once, however often the step is tried. */
  @OnRun(PANEL_DELIVERY)
  async addToFeed(run: Run, { notification_id }: DeliveryInput): Promise<void> {
    await run.step('publish', async ({ ctx }) => {
      const found = await this.notifications.find(notification_id);
      if (!found) return;
      const { tenant_id, user_id, source, subject, message, priority, created_at } = found;
      const data = { notification_id, source, subject, message, priority, created_at };
      await this.bus.call(kernel.publishEvent, ctx, {
        ...{ tenant_id, user_id, scope: '', action: 'notification', id: notification_id, actor: source || 'system', data },
      });
    });
  }
}
