import type { ChannelName } from '@skep/contracts/channels';
import { type Ctx, Database, newCtx, runKind, Runs } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Incoming, Receipt } from '../bridge/adapter.js';
import { BridgeRepository } from '../bridge/bridge.repository.js';
import { NotListening, TakeDelivery } from '../inbound/take-delivery.js';
import { COACH, CoachChats } from '../link/coach-chats.js';
import { codesIn } from '../link/crockford.js';
import type { LinkCodeEntity } from '../link/link-code.entity.js';
import { type Contact, LinkCodeRepository } from '../link/link-code.repository.js';
import { LinkTries } from '../link/link-tries.js';
import type { LinkEntity } from '../link/link.entity.js';
import { contactOf, LinkRepository } from '../link/link.repository.js';
import { Linking } from '../link/linking.js';
import { ChatMessageRepository } from '../message/chat-message.repository.js';
import { ReceivedMessageRepository } from './received-message.repository.js';

/** Sends a stranger their code, at most once. */
export const ANSWER_STRANGER = runKind<{ channel: ChannelName; message_id: string }>('link.answer', { retries: 1_000 });

/** Codes that a stranger is sent in ten minutes, whatever they write. */
const ANSWERS_MAX = 3;
const NAME_MAX = 200;
const LINKED_ELSEWHERE = 'This number is linked to another account. Remove it there first.';

const ctxOf = ({ tenant_id, user_id }: Pick<LinkEntity, 'tenant_id' | 'user_id'>): Ctx =>
  newCtx({ tenant: tenant_id, user: user_id, actor: 'service:channels' });

/** Takes what comes to the number of the installation: a code links its sender, linked contacts talk to their agent, and strangers get a code. */
@Injectable()
export class TakeReceived {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly received: ReceivedMessageRepository,
    private readonly codes: LinkCodeRepository,
    private readonly tries: LinkTries,
    private readonly links: LinkRepository,
    private readonly linking: Linking,
    private readonly chats: CoachChats,
    private readonly bridges: BridgeRepository,
    private readonly messages: ChatMessageRepository,
    private readonly deliveries: TakeDelivery,
  ) {}

  /** Takes a message as a whole, once. */
  async message(channel: ChannelName, incoming: Incoming): Promise<void> {
    const { message_id, sender, text } = incoming;
    const name = sender.name.replaceAll('\0', '').slice(0, NAME_MAX).toWellFormed();
    const contact = { channel, external_id: sender.id, external_name: name && name !== sender.id ? name : null };
    await this.db.acrossTenants(() =>
      this.db.transaction(async () => {
        if (!(await this.received.take(contact, message_id))) return;
        const link = await this.links.findOf(contact);
        if (link) await this.links.noteSeen(link);
        const code = await this.findCode(contact, codesIn(text));
        if (code) return this.linkBy(code, contact, link);
        if (link) return this.passOn(link, incoming);
        if ((await this.received.countAnswered(contact)) >= ANSWERS_MAX) return;
        const { id } = await this.codes.giveTo(contact);
        await this.received.queueAnswer(channel, message_id, id);
        const key = `${channel} ${message_id}`;
        await this.runs.start(ANSWER_STRANGER, newCtx({ actor: 'service:channels' }), { channel, message_id }, { key });
      }),
    );
  }

  /** Notes what the network says of an answer to a stranger, or of a message to a linked contact. */
  async receipt(channel: ChannelName, receipt: Receipt): Promise<void> {
    const { chat_id: external_id } = receipt;
    if (!external_id) return;
    await this.received.noteReceipt(channel, external_id, receipt);
    const link = await this.links.findOf({ channel, external_id });
    if (!link) return;
    await this.db.inTenant(link.tenant_id, async () => {
      const bridge = await this.bridges.find(ctxOf(link), COACH);
      if (bridge) await this.messages.noteReceipt(bridge.id, receipt);
    });
  }

  /** None from a contact who has tried too many. */
  private async findCode({ channel, external_id }: Contact, codes: string[]): Promise<LinkCodeEntity | undefined> {
    for (const code of codes) {
      if (!(await this.tries.isLeft(channel, external_id))) return undefined;
      const taken = await this.codes.take(code, 'app');
      if (taken) return taken;
    }
    return undefined;
  }

  private async linkBy(code: LinkCodeEntity, contact: Contact, link: LinkEntity | undefined): Promise<void> {
    const { channel, external_id } = contact;
    await this.tries.forget(channel, external_id);
    if (!link || (link.tenant_id === code.tenant_id && link.user_id === code.user_id)) await this.linking.link(ctxOf(code), contact);
    else await this.db.inTenant(link.tenant_id, () => this.chats.tell(ctxOf(link), contactOf(link), LINKED_ELSEWHERE));
  }

  private async passOn(link: LinkEntity, incoming: Incoming): Promise<void> {
    await this.db.inTenant(link.tenant_id, async () => {
      const bridge = await this.chats.open(ctxOf(link));
      await this.deliveries.run(bridge, { messages: [incoming], receipts: [] }).catch((error: unknown) => {
        // Its person has stopped the channel: nothing is said, as with other channels.
        if (!(error instanceof NotListening)) throw error;
      });
    });
  }
}
