import { auth, type UserRef } from '@skep/contracts/auth';
import { channels, type ListNotifications, type MarkNotificationsRead, type Notify, type OpenNotification } from '@skep/contracts/channels';
import { Bus, type Ctx, Handle, Handlers, tenantOf } from '@skep/platform';
import { NotificationRepository } from './notification.repository.js';
import { NotifyUser } from './notify.js';

@Handlers()
export class NotificationHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly notifyUser: NotifyUser,
    private readonly notifications: NotificationRepository,
  ) {}

  @Handle(channels.notify)
  notify(ctx: Ctx, input: Notify) {
    return this.notifyUser.run(ctx, input);
  }

  @Handle(channels.listNotifications)
  listNotifications(ctx: Ctx, input: ListNotifications) {
    return this.notifications.list(ctx, input);
  }

  @Handle(channels.markNotificationsRead)
  async markNotificationsRead(ctx: Ctx, { notification_ids }: MarkNotificationsRead) {
    return { marked: await this.notifications.markRead(ctx, notification_ids) };
  }

  @Handle(channels.noteOpened)
  async noteOpened(ctx: Ctx, { notification_id, opened_at }: OpenNotification) {
    await this.notifications.noteOpened(ctx, notification_id, opened_at);
    return {};
  }

  /** Every account has a verified address. */
  @Handle(channels.getSurfaces)
  async getSurfaces(ctx: Ctx, { user_id, tenant_id }: UserRef) {
    await this.bus.call(auth.describeUser, { ...ctx, idempotencyKey: undefined }, { user_id, tenant_id: tenantOf(ctx, { tenant_id }) });
    return { user_id, surfaces: ['panel', 'email'] };
  }
}
