import { channels } from '@skep/contracts/channels';
import { type Ctx, Database, newCtx, Outbox, Runs } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Activities } from '../bridge/activities.js';
import type { Delivery, Incoming } from '../bridge/adapter.js';
import type { BridgeEntity } from '../bridge/bridge.entity.js';
import { BridgeRepository } from '../bridge/bridge.repository.js';
import { admissionOf } from '../contact/admission.js';
import { PairingCodeRepository } from '../contact/pairing-code.repository.js';
import { ANSWER } from '../message/answer-message.handlers.js';
import { ChatMessageRepository } from '../message/chat-message.repository.js';
import { toShownMessage } from '../message/describe-message.js';
import { toMessageNoted } from '../message/message-noted.js';
import { OutgoingMessages } from '../message/outgoing-messages.js';
import { ChatSessionRepository } from '../session/chat-session.repository.js';
import { toChatSession } from '../session/describe-session.js';

/** No network has longer messages. */
const CONTENT_MAX = 50_000;
const NAME_MAX = 200;

/** The bridge does not run, or another process listens to it. */
export class NotListening extends Error {}

/** Who delivers, and where the network continues. */
export interface Place {
  listener?: string;
  position?: string | undefined;
}

/** Takes what a chat network delivers: once it is stored, its answers are runs. */
@Injectable()
export class TakeDelivery {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly outbox: Outbox,
    private readonly bridges: BridgeRepository,
    private readonly sessions: ChatSessionRepository,
    private readonly messages: ChatMessageRepository,
    private readonly codes: PairingCodeRepository,
    private readonly outgoing: OutgoingMessages,
    private readonly activities: Activities,
  ) {}

  /** Stores a delivery as a whole. What has come before is ignored. @throws NotListening */
  run({ id, tenant_id, user_id }: BridgeEntity, { messages, receipts }: Delivery, { listener, position }: Place = {}): Promise<void> {
    const ctx = newCtx({ tenant: tenant_id, user: user_id, actor: 'service:channels' });
    const take = async () => {
      // Also keeps the messages of a bridge in their order.
      const bridge = await this.bridges.lock(id, listener ?? null);
      if (!bridge) throw new NotListening();
      let count = 0;
      for (const incoming of messages) if (await this.take(ctx, bridge, incoming)) count++;
      for (const receipt of receipts) await this.messages.noteReceipt(id, receipt);
      await this.bridges.noteTaken(bridge, count, position ?? null);
    };
    return this.db.inTenant(tenant_id, () => this.db.transaction(take));
  }

  /** False if it has come before. */
  private async take(ctx: Ctx, bridge: BridgeEntity, sent: Incoming): Promise<boolean> {
    const incoming = storable(sent);
    const { message_id: vendor_id, sender, text: content, reply_to = null, answer_with = null } = incoming;
    const session = await this.sessions.open(bridge, incoming);
    const message = await this.messages.add(session, {
      ...{ direction: 'inbound', status: 'received', unread: true, content, answer_with },
      ...{ vendor_id, reply_to_id: reply_to, sender_id: sender.id, sender_name: sender.name || null },
    });
    if (!message) return false;
    const { id } = message;
    const noted = await this.sessions.note(session, content);
    const admission = admissionOf(bridge, incoming);
    if (admission === 'admitted') await this.runs.start(ANSWER, ctx, { message_id: id }, { key: id, lane: `answer ${session.id}` });
    if (admission === 'pairing') {
      const code = await this.codes.issue(bridge, sender);
      if (code) await this.outgoing.queue(ctx, session, welcome(code), message);
    }
    await this.outbox.add(channels.messageReceived, ctx, toMessageNoted(message, admission === 'admitted'));
    this.activities.show(message, 'new_message', toShownMessage(message, noted));
    this.activities.show(message, 'session_update', toChatSession(noted));
    return true;
  }
}

const welcome = (code: string): string =>
  `I do not know you yet. Tell the person whose assistant this is your pairing code: ${code}. It is valid for an hour.`;

/** What Postgres can store: without NUL characters and lone surrogates. */
function storable({ chat, sender, text, ...rest }: Incoming): Incoming {
  const clean = (value: string, max: number) => value.replaceAll('\0', '').slice(0, max).toWellFormed();
  return {
    ...rest,
    chat: { ...chat, name: clean(chat.name, NAME_MAX) },
    sender: { ...sender, name: clean(sender.name, NAME_MAX) },
    text: clean(text, CONTENT_MAX),
  };
}
