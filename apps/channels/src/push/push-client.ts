import type { Priority, SubscribePush } from '@skep/contracts/channels';
import { OutboundError, siteOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import webpush from 'web-push';
import { ChannelsConfig } from '../channels.config.js';
import type { NotificationEntity } from '../notification/notification.entity.js';
import { OutboundClient } from '../outbound/outbound-client.js';
import { VapidKeys } from './vapid-keys.js';

const LIMITS = { timeoutMs: 10_000, maxBytes: 64 * 1024, redirects: 0 };
const TTL_SECONDS = 86_400;
/** A push service takes 4,096 bytes, of which encryption needs some. */
const PAYLOAD_BYTES_MAX = 3_000;
const SUBJECT_MAX = 100;
const URGENCY: Readonly<Record<Priority, 'low' | 'normal' | 'high'>> = { low: 'low', normal: 'normal', high: 'high', urgent: 'high' };

/** Sends encrypted pushes to browsers (RFC 8030, 8291, 8292). */
@Injectable()
export class PushClient {
  /** The contact of the operator, for push services. */
  private readonly contact: string;

  constructor(
    config: ChannelsConfig,
    private readonly keys: VapidKeys,
    private readonly outbound: OutboundClient,
  ) {
    const address = /[^<\s]+@[^>\s]+/.exec(config.SKEP_MAIL_FROM)?.[0];
    this.contact = address ? `mailto:${address}` : siteOf(config);
  }

  /** @returns false if the subscription is of no use any more. @throws Error if it may be tried again */
  async send({ endpoint, keys }: SubscribePush, notification: NotificationEntity): Promise<boolean> {
    const { public_key: publicKey, private_key: privateKey } = await this.keys.get();
    const { headers, body } = webpush.generateRequestDetails({ endpoint, keys }, payloadOf(notification), {
      vapidDetails: { subject: this.contact, publicKey, privateKey },
      ...{ TTL: TTL_SECONDS, urgency: URGENCY[notification.priority], topic: notification.id.replace('ntf_', '') },
    });
    const { 'Content-Length': _, ...rest } = headers as Record<string, string | number>;
    const sent = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
    try {
      const { status } = await this.outbound.fetch(endpoint, { ...LIMITS, method: 'POST', headers: sent, body: body! });
      if (status === 404 || status === 410) return false;
      // Other refusals concern this push only: trying it again would not help.
      if (status === 429 || status >= 500) throw new Error(`the push service answered ${status}`);
      return true;
    } catch (error) {
      if (error instanceof OutboundError && error.reason === 'address') return false;
      throw error;
    }
  }
}

function payloadOf({ id, source, subject, message, priority }: NotificationEntity): string {
  const fields = { notification_id: id, source, subject: subject.slice(0, SUBJECT_MAX).toWellFormed(), priority };
  for (let length = message.length; ; length = Math.floor(length * 0.8)) {
    const payload = JSON.stringify({ ...fields, message: message.slice(0, length).toWellFormed() });
    if (Buffer.byteLength(payload) <= PAYLOAD_BYTES_MAX) return payload;
  }
}
