import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { BridgeEntity } from '../bridge/bridge.entity.js';
import { BridgeRepository } from '../bridge/bridge.repository.js';
import { OutgoingMessages } from '../message/outgoing-messages.js';
import { ChatSessionRepository } from '../session/chat-session.repository.js';
import type { Contact } from './link-code.repository.js';
import { LinkRepository } from './link.repository.js';

export const COACH = 'coach';

/** The chats of people at the number of the installation: a bridge of the channel `coach`, which answers their linked contacts. */
@Injectable()
export class CoachChats {
  constructor(
    private readonly bridges: BridgeRepository,
    private readonly sessions: ChatSessionRepository,
    private readonly links: LinkRepository,
    private readonly outgoing: OutgoingMessages,
  ) {}

  /** The bridge of a person, who may have stopped it. In the current transaction it gets the contacts that are linked now. */
  async open(ctx: Ctx): Promise<BridgeEntity> {
    const before = await this.bridges.find(ctx, COACH);
    const allow = (await this.links.list(ctx)).map(({ external_id }) => external_id);
    const settings = {
      credentials: '{}',
      bot_id: COACH,
      bot_name: '',
      listens: false,
      mention_required: true,
      agent_id: null,
      enabled: true,
    };
    await this.bridges.save(ctx, { ...settings, channel: COACH, dm_policy: 'allowlist', allow });
    const bridge = await this.bridges.get(ctx, COACH);
    if (!before) await this.bridges.start(bridge);
    return bridge;
  }

  /** Queues a text to a linked contact. */
  async tell(ctx: Ctx, { external_id: id, external_name }: Contact, text: string): Promise<void> {
    const person = { id, name: external_name ?? '' };
    const session = await this.sessions.open(await this.open(ctx), { chat: { ...person, type: 'direct' }, sender: person });
    await this.outgoing.queue(ctx, session, text);
  }

  /** Deletes all chats of a person. */
  async forgetAll(ctx: Pick<Ctx, 'tenant' | 'user'>): Promise<void> {
    const bridge = await this.bridges.find(ctx, COACH);
    if (bridge) await this.bridges.delete(bridge);
  }

  /** Deletes what was said with a contact who is not linked any more. */
  async forget(ctx: Ctx, { external_id }: Pick<Contact, 'external_id'>): Promise<void> {
    await this.sessions.deleteChat((await this.open(ctx)).id, external_id);
  }
}
