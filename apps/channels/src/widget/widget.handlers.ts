import {
  BridgeNotFound,
  BridgeStopped,
  channels,
  type FollowAsVisitor,
  OriginNotAllowed,
  type SaidAsVisitor,
  type SayAsVisitor,
  VisitorNotFound,
  type WidgetChat,
  type WidgetRef,
} from '@skep/contracts/channels';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { originsOf } from '../bridge/adapters/web.js';
import type { BridgeEntity } from '../bridge/bridge.entity.js';
import { BridgeRepository, credentialsOf } from '../bridge/bridge.repository.js';
import { NotListening, TakeDelivery } from '../inbound/take-delivery.js';
import { ChatMessageRepository } from '../message/chat-message.repository.js';
import type { ChatSessionEntity } from '../session/chat-session.entity.js';
import { ChatSessionRepository } from '../session/chat-session.repository.js';

const SHOWN_MAX = 50;
const TOKEN_BYTES = 24;

/** Visitors of pages that embed a widget. A visitor is known by a token of their browser, of which only the hash is stored. */
@Handlers()
export class WidgetHandlers {
  constructor(
    private readonly db: Database,
    private readonly bridges: BridgeRepository,
    private readonly sessions: ChatSessionRepository,
    private readonly messages: ChatMessageRepository,
    private readonly deliveries: TakeDelivery,
  ) {}

  @Handle(channels.sayAsVisitor)
  async sayAsVisitor(_: Ctx, { visitor, text, message_id = randomUUID(), ...ref }: SayAsVisitor): Promise<SaidAsVisitor> {
    const bridge = await this.find(ref);
    if (visitor !== undefined) await this.sessionOf(bridge, visitor);
    const token = visitor ?? randomBytes(TOKEN_BYTES).toString('base64url');
    const id = idOf(token);
    const sender = { id, name: `Visitor ${id.slice(0, 6)}` };
    const incoming = { message_id, chat: { ...sender, type: 'direct' as const }, sender, text, is_to_bot: true };
    await this.deliveries.run(bridge, { messages: [incoming], receipts: [] }).catch((error: unknown) => {
      throw error instanceof NotListening ? BridgeStopped() : error;
    });
    return { visitor: token };
  }

  @Handle(channels.followAsVisitor)
  async followAsVisitor(_: Ctx, { visitor, ...ref }: FollowAsVisitor): Promise<WidgetChat> {
    const bridge = await this.find(ref);
    const { id: session_id, tenant_id, user_id } = await this.sessionOf(bridge, visitor);
    const owner = { tenant: tenant_id, user: user_id };
    const latest = await this.db.inTenant(tenant_id, () => this.messages.list(owner, { session_id }, { limit: SHOWN_MAX, offset: 0 }));
    const messages = latest.reverse().map(({ id, direction, content, created_at }) => ({ id, direction, content, created_at }));
    return { tenant_id, user_id, session_id, messages };
  }

  /** The widget of an address, which runs, for pages of the origin that a browser names. */
  private async find({ slug, origin }: WidgetRef): Promise<BridgeEntity> {
    const bridge = await this.bridges.findBySlug(slug);
    if (bridge.channel !== 'web') throw BridgeNotFound();
    if (origin !== undefined && !originsOf(credentialsOf(bridge)).includes(origin)) throw OriginNotAllowed();
    if (!bridge.running) throw BridgeStopped();
    return bridge;
  }

  /** @throws Problem `visitor_not_found` */
  private async sessionOf({ tenant_id, user_id }: BridgeEntity, token: string): Promise<ChatSessionEntity> {
    const contact = { channel: 'web' as const, chat_type: 'direct' as const, contact_id: idOf(token) };
    const owner = { tenant: tenant_id, user: user_id };
    const session = await this.db.inTenant(tenant_id, () => this.sessions.findByContact(owner, contact));
    if (!session) throw VisitorNotFound();
    return session;
  }
}

/** The id of a visitor, which their token cannot be guessed from. */
const idOf = (token: string): string => createHash('sha256').update(token).digest('hex').slice(0, 32);
