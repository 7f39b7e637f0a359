import type { WebhookAnswer } from '@skep/contracts';
import { channels, type ReceivedRequest } from '@skep/contracts/channels';
import { type Ctx, Handle, Handlers, OnRun, type Run } from '@skep/platform';
import type { ChannelName } from '@skep/contracts/channels';
import { InstallationNumber } from '../installation/installation-number.js';
import { LinkCodeRepository } from '../link/link-code.repository.js';
import { type SentOnce, sendOnce } from '../message/send-once.js';
import { ReceivedMessageRepository } from './received-message.repository.js';
import { ANSWER_STRANGER, TakeReceived } from './take-received.js';

const WHATSAPP = 'whatsapp';

/** Requests of Meta for the number of the installation. */
@Handlers()
export class ReceivedHandlers {
  constructor(
    private readonly number: InstallationNumber,
    private readonly taken: TakeReceived,
    private readonly received: ReceivedMessageRepository,
    private readonly codes: LinkCodeRepository,
  ) {}

  /** Each message by itself: one that fails is delivered again, and holds up no other. */
  @Handle(channels.receiveFromWhatsApp)
  async receiveFromWhatsApp(_: Ctx, { method, headers, query, body }: ReceivedRequest): Promise<WebhookAnswer> {
    const { delivery, answer } = this.number.read({ method, headers, query, body: Buffer.from(body, 'base64') });
    const failures: unknown[] = [];
    const note = (error: unknown) => void failures.push(error);
    for (const message of delivery.messages) await this.taken.message(WHATSAPP, message).catch(note);
    for (const receipt of delivery.receipts) await this.taken.receipt(WHATSAPP, receipt).catch(note);
    if (failures.length) throw failures[0];
    return { status_code: answer.status, headers: { 'content-type': answer.type }, body: answer.body };
  }

  @OnRun(ANSWER_STRANGER)
  async answerStranger(run: Run, { channel, message_id }: { channel: ChannelName; message_id: string }): Promise<void> {
    await sendOnce(run, () => this.find(channel, message_id));
  }

  private async find(channel: ChannelName, id: string): Promise<SentOnce | undefined> {
    const message = await this.received.find(channel, id);
    const code = message?.code_id && (await this.codes.find(message.code_id));
    if (!message || !code) return undefined;
    return {
      begin: () => this.received.beginSending(channel, id),
      status: async () => (await this.received.find(channel, id))?.status ?? 'failed',
      send: (signal) => this.number.send({ chat_id: message.external_id, text: welcome(code.code) }, signal),
      end: (status, how) => this.received.endSending(channel, id, status, how),
    };
  }
}

const welcome = (code: string): string =>
  `Hello! Your link code is ${code}. Enter it in the app within ten minutes to link this number to your account. If you do not use the app, ignore this message.`;
