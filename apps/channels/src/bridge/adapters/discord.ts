import { isLately, type Outbound } from '@skep/platform';
import { createPublicKey, verify } from 'node:crypto';
import {
  type Adapter,
  type Credentials,
  type Delivery,
  InvalidSignature,
  type Outgoing,
  type VendorAnswer,
  type VendorRequest,
} from '../adapter.js';
import { type AnswerWith, commandOf, messageOf } from './discord-incoming.js';
import { DiscordGateway, type Dispatch, type GatewaySession } from './discord-gateway.js';
import { type Complaint, retryAfterOf, VendorApi, VendorRefused, type VendorReply } from './vendor-api.js';
import { parseBody, textAt, valueAt } from './vendor-json.js';

const PING = 1;
const ANSWERS = { pong: 1, message: 4, thinking: 5 };
/** Of a message that only the person sees. */
const EPHEMERAL = 64;
/** Codes for a token of an interaction that is not valid any more: unknown webhook, unknown message, invalid webhook token. */
const EXPIRED = [10_015, 10_008, 50_027];
const NOTHING: Delivery = { messages: [], receipts: [] };

/** A bot of Discord. Messages come over the gateway; slash commands too, or as requests if the app has an address for interactions. */
export class DiscordAdapter implements Adapter {
  readonly name = 'discord';
  readonly display_name = 'Discord';
  readonly credentials = { required: ['bot_token'], optional: ['public_key'] };
  readonly textMax = 2_000;
  private readonly api: VendorApi;

  constructor(
    base: string,
    private readonly outbound: Outbound,
  ) {
    this.api = new VendorApi(this.display_name, outbound, base, complaintOf);
  }

  async identify(credentials: Credentials, signal: AbortSignal): Promise<{ id: string; name: string }> {
    const bot = await this.api.ask({ method: 'GET', path: '/users/@me', authorization: botOf(credentials), signal });
    return { id: textAt(bot, 'id'), name: textAt(bot, 'username') };
  }

  async send(credentials: Credentials, { chat_id, text, reply_to, answer_with }: Outgoing, signal: AbortSignal): Promise<string> {
    // A text of an agent mentions no one.
    const said = { content: text, allowed_mentions: { parse: [] } };
    const { application, token, until } = answer_with ? (JSON.parse(answer_with) as AnswerWith) : NO_INTERACTION;
    if (Date.now() < until) {
      const path = `/webhooks/${encodeURIComponent(application)}/${encodeURIComponent(token)}`;
      const id = await this.api.send({ path, json: said, signal }, idOf).catch((error: unknown) => {
        if (error instanceof VendorRefused && EXPIRED.includes(error.code ?? 0)) return undefined;
        throw error;
      });
      if (id) return id;
    }
    // The answer to a command has no message that it could quote.
    const reference = reply_to && !answer_with && { message_reference: { message_id: reply_to, fail_if_not_exists: false } };
    const path = `/channels/${encodeURIComponent(chat_id)}/messages`;
    return this.api.send({ path, authorization: botOf(credentials), json: { ...said, ...reference }, signal }, idOf);
  }

  read({ public_key }: Credentials, { headers, body }: VendorRequest): { delivery: Delivery; answer: VendorAnswer } {
    const at = headers['x-signature-timestamp'] ?? '';
    if (!isSigned(public_key, Buffer.concat([Buffer.from(at), body]), headers['x-signature-ed25519']))
      throw new InvalidSignature('X-Signature-Ed25519 is not valid.');
    if (!isLately(at)) throw new InvalidSignature('X-Signature-Timestamp is not within five minutes of now.');
    const interaction = parseBody(body);
    const message = commandOf(interaction);
    const isPing = valueAt(interaction, 'type') === PING;
    const answer = isPing ? { type: ANSWERS.pong } : message ? { type: ANSWERS.thinking } : NO_TEXT;
    const delivery = message ? { messages: [message], receipts: [] } : NOTHING;
    return { delivery, answer: { status: 200, type: 'application/json', body: JSON.stringify(answer) } };
  }

  async listen(
    credentials: Credentials,
    position: string | undefined,
    store: (delivery: Delivery, position?: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const authorization = botOf(credentials);
    const addressOf = async () => textAt(await this.api.ask({ method: 'GET', path: '/gateway/bot', authorization, signal }), 'url');
    const take = async ({ type, data, session }: Dispatch) => {
      const message =
        type === 'MESSAGE_CREATE' ? messageOf(data, session.bot) : type === 'INTERACTION_CREATE' ? commandOf(data) : undefined;
      if (message || type === 'READY') await store(message ? { messages: [message], receipts: [] } : NOTHING, JSON.stringify(session));
      if (type === 'INTERACTION_CREATE') await this.acknowledge(data, message ? { type: ANSWERS.thinking } : NO_TEXT, signal);
    };
    const session = position === undefined ? undefined : (JSON.parse(position) as GatewaySession);
    await new DiscordGateway(this.outbound, credentials['bot_token'] ?? '', addressOf).follow(session, take, signal);
  }

  /** Tells Discord that an answer follows. Without that, and after three seconds, the answer is an ordinary message. */
  private async acknowledge(interaction: unknown, json: object, signal: AbortSignal): Promise<void> {
    const [id, token] = [textAt(interaction, 'id'), textAt(interaction, 'token')].map(encodeURIComponent);
    const path = `/interactions/${id}/${token}/callback`;
    await this.api.send({ path, json, signal }, () => 'acknowledged').catch(() => undefined);
  }
}

const NO_INTERACTION: AnswerWith = { application: '', token: '', until: 0 };
const NO_TEXT = { type: ANSWERS.message, data: { content: 'Write your question in the option of the command.', flags: EPHEMERAL } };

const botOf = ({ bot_token }: Credentials): string => `Bot ${bot_token}`;
const idOf = (message: unknown): string => textAt(message, 'id');

function isSigned(publicKey: string | undefined, signed: Buffer, signature = ''): boolean {
  if (!/^[0-9a-f]{64}$/i.test(publicKey ?? '') || !/^[0-9a-f]{128}$/i.test(signature)) return false;
  const x = Buffer.from(publicKey ?? '', 'hex').toString('base64url');
  return verify(null, signed, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), Buffer.from(signature, 'hex'));
}

function complaintOf(reply: VendorReply): Complaint | undefined {
  if (reply.status < 400) return undefined;
  const seconds = valueAt(reply.json, 'retry_after');
  const retryAfterMs = reply.status === 429 ? (typeof seconds === 'number' ? Math.ceil(seconds * 1_000) : retryAfterOf(reply)) : undefined;
  return { reason: textAt(reply.json, 'message') || `status ${reply.status}`, code: Number(valueAt(reply.json, 'code')), retryAfterMs };
}
