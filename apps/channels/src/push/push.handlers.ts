import { InvalidInput } from '@skep/contracts';
import { channels, type SubscribePush, type UnsubscribePush } from '@skep/contracts/channels';
import { type Ctx, Handle, Handlers, OnRun, type Run } from '@skep/platform';
import { createECDH } from 'node:crypto';
import { type DeliveryInput, PUSH_DELIVERY } from '../notification/delivery.js';
import { NotificationRepository } from '../notification/notification.repository.js';
import { PushClient } from './push-client.js';
import { PushSubscriptionRepository } from './push-subscription.repository.js';
import { VapidKeys } from './vapid-keys.js';

@Handlers()
export class PushHandlers {
  constructor(
    private readonly keys: VapidKeys,
    private readonly subscriptions: PushSubscriptionRepository,
    private readonly notifications: NotificationRepository,
    private readonly client: PushClient,
  ) {}

  @Handle(channels.getPushKey)
  async getPushKey() {
    return { public_key: (await this.keys.get()).public_key };
  }

  @Handle(channels.subscribePush)
  async subscribePush(ctx: Ctx, subscription: SubscribePush) {
    assertKeys(subscription);
    await this.subscriptions.add(ctx, subscription);
    return { subscribed: true };
  }

  @Handle(channels.unsubscribePush)
  async unsubscribePush(ctx: Ctx, { endpoint }: UnsubscribePush) {
    await this.subscriptions.removeOwn(ctx, endpoint);
    return { subscribed: false };
  }

  /** Each browser by itself: one whose push service fails does not hold up the others. A push sent twice replaces itself by its topic. */
  @OnRun(PUSH_DELIVERY)
  async push(run: Run, { notification_id }: DeliveryInput): Promise<void> {
    const ids = await run.step('list', ({ ctx }) => this.subscriptions.listIds(ctx));
    const sent = await Promise.allSettled(ids.map((id) => run.step(id, () => this.send(run, notification_id, id))));
    for (const result of sent) if (result.status === 'rejected') throw result.reason;
  }

  private async send({ ctx }: Run, notification_id: string, id: string): Promise<void> {
    const [notification, subscription] = await Promise.all([this.notifications.find(notification_id), this.subscriptions.find(ctx, id)]);
    if (!notification || !subscription) return;
    if (!(await this.client.send(subscription, notification))) await this.subscriptions.remove(id);
  }
}

/** @throws Problem `invalid_input` for keys with which nothing can be encrypted */
function assertKeys({ endpoint, keys: { p256dh, auth } }: SubscribePush): void {
  const fault = (loc: string[], msg: string) => InvalidInput([{ loc, msg, type: 'value_error' }]);
  if (!URL.canParse(endpoint)) throw fault(['endpoint'], 'Send the address that the browser gives');
  if (Buffer.from(auth, 'base64url').length !== 16) throw fault(['keys', 'auth'], 'Send 16 bytes as base64url');
  try {
    const ecdh = createECDH('prime256v1');
    ecdh.generateKeys();
    ecdh.computeSecret(Buffer.from(p256dh, 'base64url'));
  } catch {
    throw fault(['keys', 'p256dh'], 'Send a point of the curve P-256, uncompressed, as base64url');
  }
}
