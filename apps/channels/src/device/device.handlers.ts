import { channels, type DeviceTokenRef, type RegisterDevice } from '@skep/contracts/channels';
import { type Ctx, Handle, Handlers, LOG, type Log, OnRun, type Run, runKind, Runs } from '@skep/platform';
import { Inject } from '@nestjs/common';
import { type DeliveryInput, DEVICE_DELIVERY } from '../notification/delivery.js';
import { NotificationRepository } from '../notification/notification.repository.js';
import { DeviceTokenRepository } from './device-token.repository.js';
import { FirebaseMessaging } from './firebase-messaging.js';

interface DevicePush extends DeliveryInput {
  device: string;
}

/** A push to one device: one that Firebase puts off does not hold up the others. */
const DEVICE_PUSH = runKind<DevicePush>('notification.device_push');
const FIRST_PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 3_600_000;
/** With pauses that double, more than half a day. */
const TRIES_MAX = 25;

@Handlers()
export class DeviceHandlers {
  constructor(
    private readonly runs: Runs,
    private readonly devices: DeviceTokenRepository,
    private readonly notifications: NotificationRepository,
    private readonly firebase: FirebaseMessaging,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @Handle(channels.registerDevice)
  registerDevice(ctx: Ctx, device: RegisterDevice) {
    this.firebase.assertConfigured();
    return this.devices.put(ctx, device);
  }

  @Handle(channels.forgetDevice)
  async forgetDevice(ctx: Ctx, { token_or_id }: DeviceTokenRef) {
    await this.devices.removeOwn(ctx, token_or_id);
    return {};
  }

  @OnRun(DEVICE_DELIVERY)
  async push(run: Run, { notification_id }: DeliveryInput): Promise<void> {
    await run.commit('start', async ({ ctx }) => {
      for (const device of await this.devices.listIds(ctx))
        await this.runs.start(DEVICE_PUSH, ctx, { notification_id, device }, { key: `${notification_id} ${device}` });
    });
  }

  @OnRun(DEVICE_PUSH)
  async pushToDevice(run: Run, { notification_id, device }: DevicePush): Promise<void> {
    for (let n = 1; n <= TRIES_MAX; n++) {
      const again = await run.step(`send ${n}`, () => this.send(run.ctx, notification_id, device));
      if (again === null) return;
      await run.sleep(`pause ${n}`, Math.max(again, Math.min(FIRST_PAUSE_MS * 2 ** (n - 1), PAUSE_MAX_MS)));
    }
  }

  /** Milliseconds after which to try again at the earliest; null if there is nothing more to do. */
  private async send(ctx: Ctx, notification_id: string, id: string): Promise<number | null> {
    const [notification, device] = await Promise.all([this.notifications.find(notification_id), this.devices.find(ctx, id)]);
    if (!notification || !device) return null;
    const pushed = await this.firebase.send(device.token, notification);
    if (pushed.outcome === 'gone') await this.devices.removeOwn(ctx, id);
    if (pushed.outcome === 'dropped' || pushed.outcome === 'later')
      this.log.warn(
        { notification_id, device: id, reason: pushed.reason },
        `a push was ${pushed.outcome === 'later' ? 'put off' : 'dropped'}`,
      );
    return pushed.outcome === 'later' ? (pushed.retryAfterMs ?? 0) : null;
  }
}
