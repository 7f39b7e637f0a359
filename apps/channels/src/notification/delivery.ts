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
/** Each channel by itself, so that one that fails does not hold up another. */
export const CHANNEL_DELIVERIES: Readonly<Record<Channel, RunKind<DeliveryInput>>> = {
  panel: runKind('notification.panel', { retries }),
  email: runKind('notification.email', { retries }),
  push: runKind('notification.push', { retries }),
};
