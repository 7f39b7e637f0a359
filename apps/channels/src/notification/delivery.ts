import type { Channel } from '@skep/contracts/channels';
import { runKind, type RunKind } from '@skep/platform';

/** What is delivered. */
export interface DeliveryInput {
  notification_id: string;
}

/** Tried again until the deadline of a day. */
const retries = 1_000;

/** Decides on which channels a notification goes, and when. */
export const DELIVERY = runKind<DeliveryInput>('notification.deliver', { retries });
/** To the devices of a user. */
export const DEVICE_DELIVERY = runKind<DeliveryInput>('notification.device', { retries });
export const PANEL_DELIVERY = runKind<DeliveryInput>('notification.panel', { retries });
export const EMAIL_DELIVERY = runKind<DeliveryInput>('notification.email', { retries });
/** To the browsers of a user. */
export const PUSH_DELIVERY = runKind<DeliveryInput>('notification.push', { retries });
export const WHATSAPP_DELIVERY = runKind<DeliveryInput>('notification.whatsapp', { retries });
/** The runs of each channel by themselves, so that one that fails does not hold up another. */
export const CHANNEL_DELIVERIES: Readonly<Record<Channel, readonly RunKind<DeliveryInput>[]>> = {
  panel: [PANEL_DELIVERY],
  email: [EMAIL_DELIVERY],
  push: [PUSH_DELIVERY, DEVICE_DELIVERY],
  whatsapp: [WHATSAPP_DELIVERY],
};
