import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, Nested, Shape, Text } from '../fields.js';

@Shape('The key with which a browser subscribes to pushes (VAPID, RFC 8292).')
export class PushKey {
  @Text({
    description: 'The `applicationServerKey`, base64url.',
    example: 'BHJ15C72AWF4LKHl4OFUof77gl8go6ijPrk9OnQE7f83lYqjvYmmP7lPmI1_JFQ3i-blDnC5QfdhQfZAXapDqak',
  })
  public_key!: string;
}

@Shape('Keys of a subscription.')
export class PushKeys {
  @Text({
    min: 87,
    max: 88,
    pattern: /^[A-Za-z0-9_-]+=?$/,
    description: 'Public key of the browser, base64url.',
    example: 'BHJ15C72AWF4LKHl4OFUof77gl8go6ijPrk9OnQE7f83lYqjvYmmP7lPmI1_JFQ3i-blDnC5QfdhQfZAXapDqak',
  })
  p256dh!: string;
  @Text({
    min: 22,
    max: 24,
    pattern: /^[A-Za-z0-9_-]+={0,2}$/,
    description: 'Secret of the browser, base64url.',
    example: 'tBHItJI5svbpez7KI4CCXg',
  })
  auth!: string;
}

@Shape('A subscription of a browser, as `PushSubscription.toJSON()` gives it.')
export class SubscribePush {
  @Text({
    min: 1,
    max: 2_000,
    pattern: /^https:\/\/|^http:\/\/127\.0\.0\.1[:/]/,
    description: 'Address of the push service.',
    example: 'https://push.example.com/send/4f9a',
  })
  endpoint!: string;
  @Nested(() => PushKeys, { description: 'Keys of the subscription.' }) keys!: PushKeys;
}

@Shape('Identifies a subscription of yours.')
export class UnsubscribePush {
  @Text({ min: 1, max: 2_000, description: 'Address of the push service.', example: 'https://push.example.com/send/4f9a' })
  endpoint!: string;
}

@Shape('Whether a browser gets pushes.')
export class PushSubscribed {
  @Bool({ description: 'Whether the browser is subscribed.', example: true }) subscribed!: boolean;
}

export const pushMembers = {
  getPushKey: operation('Read the key for pushes', {
    description: 'Give it to `pushManager.subscribe` as `applicationServerKey`.',
    input: Empty,
    output: PushKey,
  }),
  subscribePush: operation('Subscribe a browser to pushes', {
    description: 'You have 20 at most; the oldest one makes room. A subscription that its push service no longer knows is removed.',
    input: SubscribePush,
    output: PushSubscribed,
  }),
  unsubscribePush: operation('Unsubscribe a browser from pushes', {
    description: 'Idempotent.',
    input: UnsubscribePush,
    output: PushSubscribed,
  }),
};
