import { channels, type InboxStatus } from '@skep/contracts/channels';
import { Database, Handlers, OnRun, Outbox, type Run } from '@skep/platform';
import { type Adapter, Refused } from '../bridge/adapter.js';
import { Adapters } from '../bridge/adapters.js';
import type { BridgeEntity } from '../bridge/bridge.entity.js';
import { BridgeRepository, credentialsOf } from '../bridge/bridge.repository.js';
import type { ChatSessionEntity } from '../session/chat-session.entity.js';
import { ChatSessionRepository } from '../session/chat-session.repository.js';
import type { ChatMessageEntity } from './chat-message.entity.js';
import { ChatMessageRepository } from './chat-message.repository.js';
import { toMessageNoted } from './message-noted.js';
import { SEND } from './outgoing-messages.js';

/** Less than a process has when it stops: a request in progress then still ends. */
const SEND_MS = 9_000;
/** How often a network may say that it is too early. */
const TRIES_MAX = 20;
const PAUSE_MAX_MS = 3_600_000;
const LOST = 'The connection broke, or the process ended, before the network had answered. It may have been sent.';

/** How an attempt went: `again` after a time in milliseconds. */
interface Attempt {
  status: InboxStatus;
  again?: number;
}

/** Sends queued messages. What a network may have sent is never sent again by itself. */
@Handlers()
export class SendMessageHandlers {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly adapters: Adapters,
    private readonly bridges: BridgeRepository,
    private readonly sessions: ChatSessionRepository,
    private readonly messages: ChatMessageRepository,
  ) {}

  @OnRun(SEND)
  async send(run: Run, { message_id }: { message_id: string }): Promise<void> {
    for (let n = 1; ; n++) {
      const { again } = await run.step(`send ${n}`, () => this.attempt(run, message_id, n === TRIES_MAX));
      if (again === undefined) return;
      await run.sleep(`pause ${n}`, again);
    }
  }

  private async attempt(run: Run, id: string, isLast: boolean): Promise<Attempt> {
    const message = await this.messages.findById(id);
    const session = message && (await this.sessions.findById(message.session_id));
    const bridge = session && (await this.bridges.findById(session.bridge_id));
    // Its person has forgotten the channel.
    if (!bridge) return { status: 'failed' };
    // Committed before the request: who finds `sending` later knows that it may have gone out.
    if (!(await this.messages.beginSending(id))) {
      const status = (await this.messages.findById(id))?.status ?? 'failed';
      return status === 'sending' ? this.end(id, 'unknown', LOST) : { status };
    }
    return this.request(run, this.adapters.get(bridge.channel), { bridge, session, message }, isLast);
  }

  private async request(
    run: Run,
    adapter: Adapter,
    { bridge, session, message }: { bridge: BridgeEntity; session: ChatSessionEntity; message: ChatMessageEntity },
    isLast: boolean,
  ): Promise<Attempt> {
    const { id, content: text, reply_to_id, answer_with } = message;
    // A direct chat needs no quotation.
    const reply = session.chat_type === 'group' && reply_to_id !== null && { reply_to: reply_to_id };
    const outgoing = { chat_id: session.chat_id, text, ...reply, ...(answer_with !== null && { answer_with }) };
    try {
      const vendor_id = await adapter.send(credentialsOf(bridge), outgoing, AbortSignal.timeout(SEND_MS));
      await this.db.transaction(async () => {
        if (!(await this.messages.endSending(id, 'sent', { vendor_id }))) return;
        await this.bridges.noteSent(bridge.id);
        await this.outbox.add(channels.messageSent, run.ctx, toMessageNoted(message, true));
      });
      return { status: 'sent' };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!(error instanceof Refused)) return this.end(id, 'unknown', reason);
      if (error.retryAfterMs === undefined || isLast) return this.end(id, 'failed', reason);
      await this.messages.endSending(id, 'queued', { error: reason });
      return { status: 'queued', again: Math.min(error.retryAfterMs, PAUSE_MAX_MS) };
    }
  }

  private async end(id: string, status: InboxStatus, error: string): Promise<Attempt> {
    await this.messages.endSending(id, status, { error });
    return { status };
  }
}
