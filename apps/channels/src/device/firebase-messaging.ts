import { isObject, NotConfigured } from '@skep/contracts';
import type { Priority } from '@skep/contracts/channels';
import { OutboundError } from '@skep/platform';
import { firebaseProjectUrl, parseServiceAccount, ServiceAccount } from '@skep/platform/google';
import { Injectable } from '@nestjs/common';
import { listAt, parseJson, textAt } from '../bridge/adapters/vendor-json.js';
import { ChannelsConfig } from '../channels.config.js';
import type { NotificationEntity } from '../notification/notification.entity.js';
import { OutboundClient } from '../outbound/outbound-client.js';

/** What became of a push. `gone`: the token is of no use any more; `dropped`: Firebase refuses this message; `later`: it may be tried again. */
export type Pushed =
  | { outcome: 'sent' | 'gone' }
  | { outcome: 'dropped'; reason: string }
  | { outcome: 'later'; reason: string; retryAfterMs?: number | undefined };

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const LIMITS = { timeoutMs: 10_000, maxBytes: 64 * 1024, redirects: 0 };
/** A message takes 4,096 bytes, of which its other fields need some. */
const TEXT_BYTES_MAX = 3_000;
const TITLE_MAX = 100;
const REASON_MAX = 300;
const URGENT: readonly Priority[] = ['high', 'urgent'];

/** Sends pushes by Firebase Cloud Messaging (HTTP v1): https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send */
@Injectable()
export class FirebaseMessaging {
  private readonly account: ServiceAccount | undefined;
  private readonly url: string;

  constructor(config: ChannelsConfig, outbound: OutboundClient) {
    const { FIREBASE_PROJECT: project, FIREBASE_CREDENTIALS: credentials } = config;
    this.account = project && credentials ? new ServiceAccount(parseServiceAccount(credentials), outbound) : undefined;
    this.url = `${firebaseProjectUrl('fcm', config)}/messages:send`;
  }

  /** @throws Problem `not_configured` without an account of Firebase */
  assertConfigured(): void {
    if (!this.account) throw NotConfigured('Pushes to devices need the settings FIREBASE_PROJECT and FIREBASE_CREDENTIALS.');
  }

  /** Sends one push. One that is sent again replaces itself on the device. Never throws. */
  async send(token: string, notification: NotificationEntity): Promise<Pushed> {
    if (!this.account) return { outcome: 'dropped', reason: 'Firebase is not configured' };
    try {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ message: messageTo(token, notification) });
      const answer = await this.account.fetch(this.url, SCOPE, { ...LIMITS, method: 'POST', headers, body });
      return pushedOf(answer.status, answer.headers, parseJson(answer.bytes));
    } catch (error) {
      return { outcome: 'later', reason: error instanceof OutboundError ? `Firebase did not answer (${error.reason})` : String(error) };
    }
  }
}

function messageTo(token: string, { id, source, subject, message, priority }: NotificationEntity) {
  const isUrgent = URGENT.includes(priority);
  return {
    token,
    notification: { ...(subject && { title: subject.slice(0, TITLE_MAX).toWellFormed() }), body: shorten(message) },
    data: { notification_id: id, source, priority },
    android: { priority: isUrgent ? 'HIGH' : 'NORMAL', collapse_key: id, notification: { tag: id } },
    apns: { headers: { 'apns-priority': isUrgent ? '10' : '5', 'apns-collapse-id': id } },
    webpush: { notification: { tag: id } },
  };
}

function shorten(message: string): string {
  for (let length = message.length; ; length = Math.floor(length * 0.8)) {
    const text = message.slice(0, length).toWellFormed();
    if (Buffer.byteLength(JSON.stringify(text)) <= TEXT_BYTES_MAX) return text;
  }
}

/** Reads an answer, by the codes of https://firebase.google.com/docs/cloud-messaging/error-codes. */
export function pushedOf(status: number, headers: Headers, json: unknown): Pushed {
  if (status >= 200 && status < 300) return { outcome: 'sent' };
  const error = isObject(json) ? json['error'] : undefined;
  const details = listAt(error, 'details');
  const code = details.map((detail) => textAt(detail, 'errorCode')).find(Boolean) ?? textAt(error, 'status');
  const reason = `${status} ${code} ${textAt(error, 'message')}`.trim().slice(0, REASON_MAX);
  if (status === 404 || code === 'UNREGISTERED') return { outcome: 'gone' };
  if (status === 400) {
    const fields = details.flatMap((detail) => listAt(detail, 'fieldViolations')).map((fault) => textAt(fault, 'field'));
    return fields.includes('message.token') ? { outcome: 'gone' } : { outcome: 'dropped', reason };
  }
  // The token is of an app of another sender: this installation will never reach it.
  if (code === 'SENDER_ID_MISMATCH') return { outcome: 'gone' };
  return { outcome: 'later', reason, retryAfterMs: retryAfterOf(headers) };
}

/** Milliseconds of `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3). */
function retryAfterOf(headers: Headers): number | undefined {
  const given = headers.get('retry-after');
  if (!given) return undefined;
  const ms = /^\d+$/.test(given.trim()) ? Number(given) * 1_000 : Date.parse(given) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
