import { isObject } from '@skep/contracts';
import type { Outbound } from '@skep/platform';
import { type Adapter, type Credentials, type Delivery, type Outgoing, Refused } from '../adapter.js';
import { type Bot, toIncoming, type Update } from './telegram-update.js';
import { type Complaint, VendorApi, type VendorReply } from './vendor-api.js';
import { textAt, valueAt } from './vendor-json.js';

/** How long Telegram waits for a message before it answers that there is none. */
const POLL_S = 25;
const REQUEST_MS = 8_000;
const MAX_BYTES = 8 * 1024 * 1024;
const TOKEN = /^[\w:-]{1,200}$/;

/** Bots of Telegram (https://core.telegram.org/bots/api), by long polls. */
export class TelegramAdapter implements Adapter {
  readonly name = 'telegram';
  readonly display_name = 'Telegram';
  readonly credentials = { required: ['token'], optional: [] };
  readonly textMax = 4_096;

  private readonly api: VendorApi;
  private readonly polls: VendorApi;

  /** @param base address of the API @param polling the client for requests that wait */
  constructor(base: string, outbound: Outbound, polling: Outbound) {
    const limits = { timeoutMs: REQUEST_MS, maxBytes: MAX_BYTES };
    this.api = new VendorApi(this.display_name, outbound, base, complaintOf, limits);
    this.polls = new VendorApi(this.display_name, polling, base, complaintOf, { ...limits, timeoutMs: POLL_S * 1_000 + REQUEST_MS });
  }

  async identify(credentials: Credentials, signal: AbortSignal) {
    const { id, username } = await this.getBot(credentials, signal);
    return { id: String(id), name: username };
  }

  async send(credentials: Credentials, { chat_id, text, reply_to }: Outgoing, signal: AbortSignal): Promise<string> {
    const reply = reply_to !== undefined && { reply_parameters: { message_id: Number(reply_to), allow_sending_without_reply: true } };
    const { message_id } = (await this.call(credentials, 'sendMessage', { chat_id, text, ...reply }, signal)) as { message_id: number };
    return String(message_id);
  }

  async listen(
    credentials: Credentials,
    position: string | undefined,
    store: (delivery: Delivery, position?: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const bot = await this.getBot(credentials, signal);
    let offset = position === undefined ? undefined : Number(position);
    while (!signal.aborted) {
      const updates = await this.poll(credentials, offset, signal);
      if (!updates.length) continue;
      const messages = updates.flatMap((update) => toIncoming(update, bot) ?? []);
      // The next request acknowledges what comes before its offset.
      offset = updates.at(-1)!.update_id + 1;
      await store({ messages, receipts: [] }, String(offset));
    }
  }

  private async getBot(credentials: Credentials, signal: AbortSignal): Promise<Bot> {
    const { id, username = '' } = (await this.call(credentials, 'getMe', {}, signal)) as Bot;
    return { id, username };
  }

  /** In the order in which they were written. */
  private async poll(credentials: Credentials, offset: number | undefined, signal: AbortSignal): Promise<Update[]> {
    const input = { timeout: POLL_S, allowed_updates: ['message'], ...(offset !== undefined && { offset }) };
    const updates = (await this.call(credentials, 'getUpdates', input, signal, this.polls)) as Update[];
    return updates.sort((a, b) => a.update_id - b.update_id);
  }

  /** @throws Refused; Error if Telegram may have done it */
  private async call({ token = '' }: Credentials, method: string, json: object, signal: AbortSignal, api = this.api): Promise<unknown> {
    if (!TOKEN.test(token)) throw new Refused('A token of Telegram has letters, digits and a colon.');
    return valueAt(await api.ask({ path: `/bot${token}/${method}`, json, signal }), 'result');
  }
}

function complaintOf({ status, json }: VendorReply): Complaint | undefined {
  if (valueAt(json, 'ok')) return undefined;
  const seconds = valueAt(json, 'parameters', 'retry_after');
  return {
    reason: textAt(json, 'description') || `status ${status}`,
    ...(status === 429 && { retryAfterMs: Math.max(typeof seconds === 'number' ? seconds : 1, 1) * 1_000 }),
    // 409: another program asks for the messages of this bot.
    isUnknown: status === 409 || !isObject(json),
  };
}
