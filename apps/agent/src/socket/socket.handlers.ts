import { InvalidInput, type SocketClosed, type SocketRef } from '@skep/contracts';
import { agent, type AgentSocketMessage, ApprovalNotFound, type ClientSocketMessage, type SocketDialect } from '@skep/contracts/agent';
import { type Ctx, Handle, Handlers, Runs } from '@skep/platform';
import { ConversationRepository } from '../conversation/conversation.repository.js';
import { approvalOf } from '../turn/approval.js';
import { Turns } from '../turn/turns.js';
import { Listeners } from './listeners.js';
import { Notices } from './notices.js';

/** Chats over WebSockets: the gateway holds them, and knows them by an id. */
@Handlers()
export class SocketHandlers {
  constructor(
    private readonly listeners: Listeners,
    private readonly notices: Notices,
    private readonly conversations: ConversationRepository,
    private readonly turns: Turns,
    private readonly runs: Runs,
  ) {}

  @Handle(agent.openSocket)
  async openSocket(ctx: Ctx, { socket_id }: SocketRef) {
    await this.notices.add(ctx, socket_id, 'event');
    return {};
  }

  @Handle(agent.closeSocket)
  async closeSocket(_: Ctx, { socket_id }: SocketClosed) {
    await this.listeners.remove(socket_id);
    return {};
  }

  @Handle(agent.identifySocket)
  async identifySocket(ctx: Ctx, message: ClientSocketMessage): Promise<AgentSocketMessage> {
    const { user: user_id } = ctx;
    await this.notices.add(ctx, message.socket_id, dialectOf(message));
    return dialectOf(message) === 'event' ? { event: 'auth.ok', data: { user_id } } : { type: 'auth_ok', user_id };
  }

  @Handle(agent.pingSocket)
  pingSocket(_: Ctx, message: ClientSocketMessage): AgentSocketMessage {
    return dialectOf(message) === 'event' ? { event: 'pong', data: {} } : { type: 'pong' };
  }

  @Handle(agent.subscribeSocket)
  async subscribeSocket(ctx: Ctx, message: ClientSocketMessage): Promise<AgentSocketMessage> {
    const { conversation_id } = fieldsOf(message, 'conversation_id');
    await this.conversations.find(ctx, conversation_id);
    const dialect = dialectOf(message);
    await this.listeners.add(ctx, message.socket_id, conversation_id, dialect);
    return dialect === 'event' ? { event: 'chat.subscribed', data: { conversation_id } } : { type: 'subscribed', conversation_id };
  }

  @Handle(agent.sayOnSocket)
  async sayOnSocket(ctx: Ctx, message: ClientSocketMessage) {
    const { conversation_id, content, agent_id } = fieldsOf(message, 'conversation_id', 'content');
    await this.conversations.find(ctx, conversation_id);
    await this.listeners.add(ctx, message.socket_id, conversation_id, dialectOf(message));
    await this.turns.say(ctx, { conversation_id, content, ...(agent_id !== undefined && { agent_id }) });
    return {};
  }

  @Handle(agent.cancelOnSocket)
  async cancelOnSocket(ctx: Ctx, message: ClientSocketMessage) {
    await this.turns.cancel(ctx, fieldsOf(message, 'conversation_id').conversation_id);
    return {};
  }

  @Handle(agent.decideOnSocket)
  async decideOnSocket(ctx: Ctx, message: ClientSocketMessage) {
    const { conversation_id, tool_call_id, approved = false, remember = false } = fieldsOf(message, 'conversation_id', 'tool_call_id');
    const run_id = await this.conversations.findRun(ctx, conversation_id);
    if (!(await this.runs.answer(run_id, approvalOf(tool_call_id), { approved, remember }))) throw ApprovalNotFound();
    return {};
  }
}

const dialectOf = ({ event }: ClientSocketMessage): SocketDialect => (event === undefined ? 'type' : 'event');

type Fields = NonNullable<ClientSocketMessage['data']>;

/** The fields of a message, wherever its dialect has them. @throws Problem `invalid_input` if one of these is missing */
function fieldsOf<K extends keyof Fields>(message: ClientSocketMessage, ...required: K[]): Fields & Record<K, string> {
  const fields: Fields = dialectOf(message) === 'event' ? (message.data ?? {}) : (message as Fields);
  const missing = required.filter((name) => !fields[name]);
  if (missing.length) throw InvalidInput(missing.map((name) => ({ loc: [name], msg: 'Field required', type: 'missing' })));
  return fields as Fields & Record<K, string>;
}
