import { channels } from '@skep/contracts/channels';
import { Bus, newCtx, type Step } from '@skep/platform';
import { Injectable } from '@nestjs/common';

const TIMEOUT_MS = 10_000;
/** Notifications have no longer messages. */
const MESSAGE_MAX = 4_000;

/** Notifies the users of automations. */
@Injectable()
export class Notifier {
  constructor(private readonly bus: Bus) {}

  /** Once for each step. @throws Problem `unavailable`, `user_not_found` */
  async send({ ctx: { tenant: tenant_id, user: user_id, trace }, key }: Step, text: string): Promise<void> {
    const ctx = newCtx({ actor: 'service:automation', trace, idempotencyKey: key, deadline: Date.now() + TIMEOUT_MS });
    const [message, subject] = [text.slice(0, MESSAGE_MAX).toWellFormed(), 'Automation'];
    await this.bus.call(channels.notify, ctx, {
      user_id,
      tenant_id,
      message,
      subject,
      priority: 'normal',
      channel: 'default',
      extension_id: '',
    });
  }
}
