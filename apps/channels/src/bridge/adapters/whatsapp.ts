import type { ChannelName } from '@skep/contracts/channels';
import { type Outbound, isMac, isSameSecret, macOf } from '@skep/platform';
import {
  type Adapter,
  type Credentials,
  type Delivery,
  type Incoming,
  InvalidSignature,
  type Outgoing,
  type Receipt,
  type VendorAnswer,
  type VendorRequest,
} from '../adapter.js';
import { type Complaint, retryAfterOf, VendorApi, type VendorReply } from './vendor-api.js';
import { listAt, parseBody, textAt, valueAt } from './vendor-json.js';

const RECEIPTS = ['delivered', 'read', 'failed'] as const;
/** Codes of limits of rate, with the time after which Meta advises to try again. */
const RATE_LIMITS: Readonly<Record<number, number>> = { 4: 60_000, 80007: 60_000, 130429: 30_000, 131056: 15_000 };

/** The Cloud API of WhatsApp, for one phone number of a business. */
export class WhatsAppAdapter implements Adapter {
  readonly name: ChannelName = 'whatsapp';
  readonly display_name: string = 'WhatsApp';
  readonly credentials = { required: ['access_token', 'phone_number_id', 'app_secret', 'verify_token'], optional: [] };
  readonly textMax = 4_096;
  private readonly api: VendorApi;

  /** @param base the address of the Graph API, with its version */
  constructor(base: string, outbound: Outbound) {
    this.api = new VendorApi('WhatsApp', outbound, base, complaintOf);
  }

  async identify(credentials: Credentials, signal: AbortSignal): Promise<{ id: string; name: string }> {
    const path = `${pathOf(credentials)}?fields=id,verified_name,display_phone_number`;
    const number = await this.api.ask({ method: 'GET', path, authorization: bearerOf(credentials), signal });
    const id = textAt(number, 'id');
    return { id, name: textAt(number, 'verified_name') || textAt(number, 'display_phone_number') || id };
  }

  /** The digits of the number. Throws as `identify` does. */
  async numberOf(credentials: Credentials, signal: AbortSignal): Promise<string> {
    const path = `${pathOf(credentials)}?fields=id,display_phone_number`;
    const number = await this.api.ask({ method: 'GET', path, authorization: bearerOf(credentials), signal });
    return textAt(number, 'display_phone_number').replace(/\D/g, '');
  }

  async send(credentials: Credentials, { chat_id, text, reply_to }: Outgoing, signal: AbortSignal): Promise<string> {
    const json = {
      ...{ messaging_product: 'whatsapp', recipient_type: 'individual', to: chat_id, type: 'text' },
      // Without a preview, Meta fetches no address that a text contains.
      text: { body: text, preview_url: false },
      ...(reply_to && { context: { message_id: reply_to } }),
    };
    const call = { path: `${pathOf(credentials)}/messages`, authorization: bearerOf(credentials), json, signal };
    return this.api.send(call, (sent) => textAt(listAt(sent, 'messages')[0], 'id'));
  }

  read(credentials: Credentials, request: VendorRequest): { delivery: Delivery; answer: VendorAnswer } {
    if (request.method === 'GET') return { delivery: { messages: [], receipts: [] }, answer: answerTo(credentials, request) };
    const { app_secret } = credentials;
    if (!app_secret || !isMac(macOf(app_secret, request.body), request.headers['x-hub-signature-256'], 'sha256='))
      throw new InvalidSignature('X-Hub-Signature-256 is not valid.');
    const values = listAt(parseBody(request.body), 'entry')
      .flatMap((entry) => listAt(entry, 'changes'))
      .filter((change) => textAt(change, 'field') === 'messages')
      .map((change) => valueAt(change, 'value'))
      // One app may have several numbers, which share its secret.
      .filter((value) => textAt(value, 'metadata', 'phone_number_id') === credentials['phone_number_id']);
    const delivery = { messages: values.flatMap(messagesOf), receipts: values.flatMap(receiptsOf) };
    return { delivery, answer: { status: 200, type: 'application/json', body: '{}' } };
  }
}

const bearerOf = ({ access_token }: Credentials): string => `Bearer ${access_token}`;
const pathOf = ({ phone_number_id }: Credentials): string => `/${encodeURIComponent(phone_number_id ?? '')}`;

/** The answer with which Meta makes sure that it was given the right address. */
function answerTo({ verify_token = '' }: Credentials, { query }: VendorRequest): VendorAnswer {
  const isKnown = isSameSecret(query['hub.verify_token'] ?? '', verify_token);
  if (!verify_token || !isKnown || query['hub.mode'] !== 'subscribe') throw new InvalidSignature('hub.verify_token is not valid.');
  return { status: 200, type: 'text/plain', body: query['hub.challenge'] ?? '' };
}

function messagesOf(value: unknown): Incoming[] {
  const names = new Map(listAt(value, 'contacts').map((contact) => [textAt(contact, 'wa_id'), textAt(contact, 'profile', 'name')]));
  return listAt(value, 'messages').flatMap((message): Incoming[] => {
    const [message_id, from, text] = [textAt(message, 'id'), textAt(message, 'from'), textOf(message)];
    // An answer to a group would go to its sender alone.
    if (!message_id || !from || !text || textAt(message, 'group_id')) return [];
    const person = { id: from, name: names.get(from) || from };
    const reply_to = textAt(message, 'context', 'id');
    return [{ message_id, chat: { ...person, type: 'direct' }, sender: person, text, is_to_bot: true, ...(reply_to && { reply_to }) }];
  });
}

/** What the contact wrote, also below a picture, or chose. */
function textOf(message: unknown): string {
  const type = textAt(message, 'type');
  if (type === 'text') return textAt(message, 'text', 'body');
  if (type === 'button') return textAt(message, 'button', 'text');
  if (type === 'interactive')
    return textAt(message, 'interactive', 'button_reply', 'title') || textAt(message, 'interactive', 'list_reply', 'title');
  return textAt(message, type, 'caption');
}

function receiptsOf(value: unknown): Receipt[] {
  return listAt(value, 'statuses').flatMap((each): Receipt[] => {
    const [message_id, status] = [textAt(each, 'id'), RECEIPTS.find((known) => known === textAt(each, 'status'))];
    if (!message_id || !status) return [];
    const fault = listAt(each, 'errors')[0];
    const error = textAt(fault, 'error_data', 'details') || textAt(fault, 'title') || textAt(fault, 'message');
    const chat_id = textAt(each, 'recipient_id');
    return [{ message_id, status, ...(chat_id && { chat_id }), ...(status === 'failed' && error && { error }) }];
  });
}

function complaintOf(reply: VendorReply): Complaint | undefined {
  const error = valueAt(reply.json, 'error');
  if (error === undefined) return undefined;
  const wait = RATE_LIMITS[Number(valueAt(error, 'code'))];
  return { reason: textAt(error, 'message') || `status ${reply.status}`, retryAfterMs: wait && (retryAfterOf(reply) ?? wait) };
}
