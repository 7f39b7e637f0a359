import { agent, type ConversationCreated, type ToolExecuted } from '@skep/contracts/agent';
import type { HappeningType } from '@skep/contracts/automation';
import { channels, type MessageNoted } from '@skep/contracts/channels';
import { type NodeHappened, nodes } from '@skep/contracts/nodes';
import { type Ctx, Handlers, newCtx, OnEvent, OnRun, type Run } from '@skep/platform';
import { ChatMessages, NOTE_MESSAGE, type NoteInput } from './chat-messages.js';
import { Happenings } from './happenings.js';

/** What other services say has happened. */
@Handlers()
export class HappeningHandlers {
  constructor(
    private readonly happenings: Happenings,
    private readonly messages: ChatMessages,
  ) {}

  @OnEvent(agent.conversationCreated)
  conversationCreated(ctx: Ctx, { conversation_id, ...owner }: ConversationCreated): Promise<void> {
    return this.note(ctx, owner, 'conversation.created', { conversation_id });
  }

  @OnEvent(agent.toolExecuted)
  toolExecuted(ctx: Ctx, { tenant_id, user_id, ...data }: ToolExecuted): Promise<void> {
    return this.note(ctx, { tenant_id, user_id }, 'tool.executed', data);
  }

  @OnEvent(nodes.nodeConnected)
  nodeConnected(ctx: Ctx, { node_id, ...owner }: NodeHappened): Promise<void> {
    return this.note(ctx, owner, 'node.connected', { node_id });
  }

  @OnEvent(nodes.nodeDisconnected)
  nodeDisconnected(ctx: Ctx, { node_id, ...owner }: NodeHappened): Promise<void> {
    return this.note(ctx, owner, 'node.disconnected', { node_id });
  }

  /** What strangers write starts nothing. */
  @OnEvent(channels.messageReceived)
  async messageReceived(ctx: Ctx, message: MessageNoted): Promise<void> {
    if (message.is_admitted) await this.messages.start(ctx, 'message.received', message);
  }

  @OnRun(NOTE_MESSAGE)
  noteMessage(run: Run, input: NoteInput): Promise<void> {
    return this.messages.note(run, input);
  }

  @OnEvent(channels.messageSent)
  messageSent(ctx: Ctx, message: MessageNoted): Promise<void> {
    return this.messages.start(ctx, 'message.sent', message);
  }

  private note(
    { trace }: Ctx,
    { tenant_id: tenant, user_id: user }: { tenant_id: string; user_id: string },
    type: HappeningType,
    data: Record<string, unknown>,
  ): Promise<void> {
    return this.happenings.note(newCtx({ tenant, user, actor: 'service:automation', trace }), type, data);
  }
}
