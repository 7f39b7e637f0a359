import { isObject } from '@skep/contracts';
import type { WebhookPreset } from '@skep/contracts/automation';
import { isLately, isMac, isStamped, macOf } from '@skep/platform';
import { createHash } from 'node:crypto';

/** A delivery as it came. */
export interface Delivery {
  /** In lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  payload: unknown;
}

/** Headers that are for us, and not for templates and people. */
export const CREDENTIALS: readonly string[] = [
  ...['authorization', 'cookie', 'x-api-key', 'x-hub-signature', 'x-hub-signature-256', 'x-webhook-signature', 'stripe-signature'],
  'x-slack-signature',
];

/** Whether the sender knows the secret, and signed lately where the signature has a time. Each sender signs in a way of its own. */
export function isSigned(preset: WebhookPreset, secret: string, delivery: Delivery, now = Date.now()): boolean {
  return VERIFIERS[preset](secret, delivery, now);
}

type Verify = (secret: string, delivery: Delivery, now: number) => boolean;

const VERIFIERS: Record<WebhookPreset, Verify> = {
  github: (secret, { headers, body }) => isMac(macOf(secret, body), headers['x-hub-signature-256'], 'sha256='),
  generic: (secret, { headers, body }) => {
    const mac = macOf(secret, body);
    const given = [headers['x-webhook-signature'], headers['x-hub-signature-256']];
    return given.some((one) => isMac(mac, one?.startsWith('sha256=') ? one : one && `sha256=${one}`, 'sha256='));
  },
  stripe: (secret, { headers, body }, now) => isStamped(secret, headers['stripe-signature'], body, now),
  slack: (secret, { headers, body }, now) => {
    const at = headers['x-slack-request-timestamp'] ?? '';
    return isLately(at, now) && isMac(macOf(secret, `v0:${at}:`, body), headers['x-slack-signature'], 'v0=');
  },
};

/** The senders whose signatures cover what names a delivery. The others name it in a header, which anyone who has seen the delivery can change. */
export const SIGNS_ID: readonly WebhookPreset[] = ['stripe', 'slack'];

export const hashOf = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** What names a delivery when its sender repeats it; null if nothing does. */
export function deliveryIdOf(preset: WebhookPreset, { headers, payload }: Delivery): string | null {
  const named = (kind: string, id: unknown) => (typeof id === 'string' && id !== '' ? `${kind}:${id.slice(0, 200)}` : undefined);
  const field = (name: string) => (isObject(payload) ? payload[name] : undefined);
  const hashed = (signature: string | undefined) => (signature === undefined ? undefined : `signature:${hashOf(signature)}`);
  const ids: Record<WebhookPreset, () => string | undefined> = {
    github: () => named('delivery', headers['x-github-delivery']),
    stripe: () => named('event', field('id')) ?? hashed(headers['stripe-signature']),
    slack: () => named('event', field('event_id')) ?? hashed(headers['x-slack-signature']),
    generic: () =>
      named('delivery', headers['x-github-delivery']) ??
      named('delivery', headers['webhook-id']) ??
      named('delivery', headers['x-webhook-id']) ??
      named('delivery', headers['x-webhook-delivery']),
  };
  return ids[preset]() ?? null;
}
