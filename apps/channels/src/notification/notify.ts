import { Forbidden, InvalidInput, TooManyRequests } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import { MESSAGE_MAX, type Notified, type Notify } from '@skep/contracts/channels';
import { registry } from '@skep/contracts/registry';
import { Bus, commitWithAnswer, type Ctx, Database, extensionOf, Runs, tenantOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { ChannelsConfig } from '../channels.config.js';
import { DELIVERY } from './delivery.js';
import { type NewNotification, NotificationRepository } from './notification.repository.js';

/** Stores a notification and starts its delivery, in one transaction. */
@Injectable()
export class NotifyUser {
  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly notifications: NotificationRepository,
    private readonly config: ChannelsConfig,
  ) {}

  /** @throws Problem `invalid_input`, `forbidden`, `user_not_found`, `app_not_installed`, `app_suspended`, `app_disabled`, `too_many_requests` */
  async run(ctx: Ctx, input: Notify): Promise<Notified> {
    const { user_id, priority, channel } = input;
    if (ctx.user && ctx.user !== user_id) throw Forbidden('user_id must be that of the acting user.');
    const text = textOf(input);
    const recipient = { ...ctx, tenant: tenantOf(ctx, input), user: user_id };
    const source = await this.findSource(recipient, input);
    const notification_id = newNotificationId();
    return commitWithAnswer(this.db, async () => {
      const owner = { tenant_id: recipient.tenant, user_id };
      // What a service tells a user for itself, such as that their automation has failed, is not limited.
      if (source && (source === extensionOf(ctx) || source === input.extension_id)) await this.assertBelowLimit({ ...owner, source });
      await this.queue(recipient, { id: notification_id, source, ...text, priority, channel });
      return { notification_id, status: 'queued' };
    });
  }

  /** Stores a notification for the user of `ctx`, and starts its delivery, in the current transaction. */
  async queue(ctx: Ctx, notification: Omit<NewNotification, 'tenant_id' | 'user_id'>): Promise<void> {
    await this.notifications.add({ ...notification, tenant_id: ctx.tenant, user_id: ctx.user });
    await this.runs.start(DELIVERY, ctx, { notification_id: notification.id });
  }

  /** In the transaction that adds the notification. @throws Problem `too_many_requests` */
  private async assertBelowLimit(sender: { tenant_id: string; user_id: string; source: string }): Promise<void> {
    const { SKEP_APP_NOTIFICATIONS_PER_HOUR: most } = this.config;
    const { sent, wait_s } = await this.notifications.countRecent(sender);
    if (sent >= most)
      throw TooManyRequests(
        `${sender.source} has sent this user ${sent} notifications in an hour, the maximum. Send fewer, with more in each.`,
        Math.max(1, Math.ceil(wait_s ?? 1)),
      );
  }

  /** An app speaks for itself, to users who have it and have not turned it off. A service speaks for any app. */
  private async findSource(recipient: Ctx, { extension_id, source }: Notify): Promise<string> {
    const ctx = { ...recipient, idempotencyKey: undefined };
    await this.bus.call(auth.describeUser, ctx, { user_id: recipient.user, tenant_id: recipient.tenant });
    const app_id = extensionOf(recipient);
    if (app_id === undefined) return extension_id || (source ?? '');
    await this.bus.call(registry.resolveCall, ctx, { app_id });
    return app_id;
  }
}

/** It sorts by time. */
export const newNotificationId = (): string => `ntf_${v7().replaceAll('-', '')}`;

/** @throws Problem `invalid_input` without any text */
function textOf({ subject, title = '', message, body = '' }: Notify) {
  const text = { subject: subject ?? title, message: message || (body || title).slice(0, MESSAGE_MAX).toWellFormed(), body };
  if (!text.message) throw InvalidInput([{ loc: ['message'], msg: 'Send a message, or body or title', type: 'missing' }]);
  return text;
}
