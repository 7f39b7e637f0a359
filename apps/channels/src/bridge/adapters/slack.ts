import { isLately, isMac, macOf, type Outbound } from '@skep/platform';
import {
  type Adapter,
  type Credentials,
  type Delivery,
  type Incoming,
  InvalidSignature,
  type Outgoing,
  Refused,
  type VendorAnswer,
  type VendorRequest,
} from '../adapter.js';
import { type Complaint, retryAfterOf, VendorApi, type VendorReply } from './vendor-api.js';
import { listAt, parseBody, textAt, valueAt } from './vendor-json.js';
import { VendorSocket } from './vendor-socket.js';

/** Errors after which Slack may have done what it was asked. */
const UNKNOWN_OUTCOMES = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'];
const RATE_LIMITS = ['ratelimited', 'rate_limited', 'message_limit_exceeded'];
const RATE_LIMIT_MS = 30_000;
/** Messages of people; those of others, such as edits and joins, are none. */
const SUBTYPES = ['', 'file_share', 'thread_broadcast'];
/** A connection that ends sooner than this is an error, so that there is a pause before the next one. */
const SOCKET_MS_MIN = 10_000;

/** An app in a workspace of Slack, which delivers by requests, or by a socket if its credentials have an `app_token`. */
export class SlackAdapter implements Adapter {
  readonly name = 'slack';
  readonly display_name = 'Slack';
  readonly credentials = { required: ['bot_token'], optional: ['signing_secret', 'app_token'] };
  /** Slack advises this; it cuts off after 40,000. */
  readonly textMax = 4_000;
  private readonly api: VendorApi;

  constructor(
    base: string,
    private readonly outbound: Outbound,
  ) {
    this.api = new VendorApi(this.display_name, outbound, base, complaintOf);
  }

  async identify({ bot_token, signing_secret, app_token }: Credentials, signal: AbortSignal): Promise<{ id: string; name: string }> {
    if (!signing_secret && !app_token) throw new Refused('Slack needs a signing_secret for requests, or an app_token for its socket.');
    const bot = await this.api.ask({ path: '/auth.test', authorization: `Bearer ${bot_token}`, signal });
    return { id: textAt(bot, 'user_id'), name: textAt(bot, 'user') };
  }

  async send({ bot_token }: Credentials, { chat_id, text }: Outgoing, signal: AbortSignal): Promise<string> {
    const [channel, thread_ts] = chat_id.split(':');
    // Slack fetches no address that a text contains, which may be one that an agent was talked into.
    const json = { channel, text: escape(text), unfurl_links: false, unfurl_media: false, ...(thread_ts && { thread_ts }) };
    const call = { path: '/chat.postMessage', authorization: `Bearer ${bot_token}`, json, signal };
    return this.api.send(call, (sent) => textAt(sent, 'ts'));
  }

  read({ signing_secret }: Credentials, { headers, body }: VendorRequest): { delivery: Delivery; answer: VendorAnswer } {
    const at = headers['x-slack-request-timestamp'] ?? '';
    const mac = signing_secret && macOf(signing_secret, `v0:${at}:`, body);
    if (!mac || !isMac(mac, headers['x-slack-signature'], 'v0=')) throw new InvalidSignature('X-Slack-Signature is not valid.');
    if (!isLately(at)) throw new InvalidSignature('X-Slack-Request-Timestamp is not within five minutes of now.');
    const json = parseBody(body);
    const challenge = textAt(json, 'type') === 'url_verification' ? textAt(json, 'challenge') : '';
    return { delivery: deliveryOf(json), answer: { status: 200, type: 'text/plain', body: challenge } };
  }

  isListening({ app_token }: Credentials): boolean {
    return Boolean(app_token);
  }

  async listen(
    { app_token }: Credentials,
    _position: string | undefined,
    store: (delivery: Delivery) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      const opened = await this.api.ask({ path: '/apps.connections.open', authorization: `Bearer ${app_token}`, signal });
      const since = Date.now();
      const reason = await this.follow(textAt(opened, 'url'), store, signal);
      if (reason === 'link_disabled') throw new Refused('Socket mode is turned off in the settings of the app at Slack.');
      if (!signal.aborted && Date.now() - since < SOCKET_MS_MIN) throw new Error(`Slack ended the connection at once (${reason}).`);
    }
  }

  /** Stores what a socket brings. @returns why Slack asks for another connection */
  private async follow(url: string, store: (delivery: Delivery) => Promise<void>, signal: AbortSignal): Promise<string | undefined> {
    const socket = new VendorSocket(this.display_name, this.outbound, url);
    for await (const envelope of socket.messages(signal)) {
      const type = textAt(envelope, 'type');
      if (type === 'disconnect') return textAt(envelope, 'reason');
      if (type === 'events_api') await store(deliveryOf(valueAt(envelope, 'payload')));
      const envelope_id = textAt(envelope, 'envelope_id');
      if (envelope_id) socket.send({ envelope_id });
    }
    return undefined;
  }
}

/** What an event says. Slack sends a mention in a channel twice, as two events, if an app is subscribed to both. */
function deliveryOf(payload: unknown): Delivery {
  const message = textAt(payload, 'type') === 'event_callback' ? messageOf(payload) : undefined;
  return { messages: message ? [message] : [], receipts: [] };
}

function messageOf(payload: unknown): Incoming | undefined {
  const event = valueAt(payload, 'event');
  const [type, user, channel, ts] = [textAt(event, 'type'), textAt(event, 'user'), textAt(event, 'channel'), textAt(event, 'ts')];
  const bot = textAt(listAt(payload, 'authorizations')[0], 'user_id');
  const isOfPerson = !textAt(event, 'bot_id') && user !== bot && SUBTYPES.includes(textAt(event, 'subtype'));
  if (!['message', 'app_mention'].includes(type) || !isOfPerson || !user || !channel || !ts) return undefined;
  const isDirect = textAt(event, 'channel_type') === 'im';
  const mention = `<@${bot}>`;
  const text = unescape(bot ? textAt(event, 'text').replaceAll(mention, '') : textAt(event, 'text')).trim();
  if (!text) return undefined;
  // In a channel each thread is a chat, and a message outside of threads begins one.
  const thread = textAt(event, 'thread_ts') || (isDirect ? '' : ts);
  const chat = { id: thread ? `${channel}:${thread}` : channel, name: isDirect ? user : channel, ...(!isDirect && { group: channel }) };
  const is_to_bot = isDirect || type === 'app_mention' || (bot !== '' && textAt(event, 'text').includes(mention));
  const reply = thread && thread !== ts ? { reply_to: thread } : {};
  return {
    message_id: ts,
    chat: { ...chat, type: isDirect ? 'direct' : 'group' },
    sender: { id: user, name: user },
    text,
    is_to_bot,
    ...reply,
  };
}

/** With these characters escaped, a text mentions no one. */
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const unescape = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Slack reports most errors with status 200. */
function complaintOf(reply: VendorReply): Complaint | undefined {
  if (valueAt(reply.json, 'ok') === true) return undefined;
  const reason = textAt(reply.json, 'error') || `status ${reply.status}`;
  const isLimited = RATE_LIMITS.includes(reason) || reply.status === 429;
  return { reason, ...(isLimited && { retryAfterMs: retryAfterOf(reply) ?? RATE_LIMIT_MS }), isUnknown: UNKNOWN_OUTCOMES.includes(reason) };
}
