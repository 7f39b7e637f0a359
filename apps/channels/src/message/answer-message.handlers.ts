import { isRefusal, Unavailable } from '@skep/contracts';
import { agent, ConversationNotFound, type TurnState, type UnattendedTurn } from '@skep/contracts/agent';
import { Bus, Handlers, OnRun, type Run, runKind, type Step } from '@skep/platform';
import { BridgeRepository } from '../bridge/bridge.repository.js';
import { isTrusted } from '../contact/admission.js';
import type { ChatSessionEntity } from '../session/chat-session.entity.js';
import { ChatSessionRepository } from '../session/chat-session.repository.js';
import type { ChatMessageEntity } from './chat-message.entity.js';
import { ChatMessageRepository } from './chat-message.repository.js';
import { OutgoingMessages } from './outgoing-messages.js';

interface AnswerInput {
  message_id: string;
}

/** Has the agent answer a message. Messages of one session are answered one after the other; none is dropped. */
export const ANSWER = runKind<AnswerInput>('chat.answer', { retries: 1_000, atOnce: 8 });

const SAY_MS = 30_000;
const TURN_MS = 600_000;
const FAILED = 'I could not answer this. Please try again later.';
const NEEDS_APPROVAL = 'This needs an approval that cannot be given here.';

/** What was said; `refused`: the agent may not answer, now and later. */
type Said = { turn: UnattendedTurn; refused?: undefined } | { turn?: undefined; refused: string };

@Handlers()
export class AnswerMessageHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly bridges: BridgeRepository,
    private readonly sessions: ChatSessionRepository,
    private readonly messages: ChatMessageRepository,
    private readonly outgoing: OutgoingMessages,
  ) {}

  @OnRun(ANSWER)
  async answer(run: Run, { message_id }: AnswerInput): Promise<void> {
    const { turn } = await run.step('say', (step) => this.say(step, message_id));
    if (turn) await run.commit('conversation', () => this.remember(message_id, turn.conversation_id));
    const text = turn ? textOf(await run.step('wait', (step) => this.wait(step, turn.run_id))) : FAILED;
    await run.commit('reply', (step) => this.reply(step, message_id, text));
  }

  private async say(step: Step, message_id: string): Promise<Said> {
    const found = await this.find(message_id);
    if (!found) return { refused: 'gone' };
    const { message, session } = found;
    const bridge = await this.bridges.findById(session.bridge_id);
    const is_for_guest = !bridge || !isTrusted(bridge, message.sender_id);
    const agent_id = bridge?.agent_id;
    const said = { content: message.content, is_outside: true, is_for_guest, approved_tools: [], ...(agent_id && { agent_id }) };
    const title = `${session.contact_name ?? session.contact_id} (${session.channel})`.slice(0, 255).toWellFormed();
    const ctx = { ...step.ctx, deadline: Date.now() + SAY_MS };
    const begin = (key: string) =>
      this.bus.call(agent.sayUnattended, { ...ctx, idempotencyKey: `${step.key} ${key}` }, { key, title, ...said });
    const key = `chat message ${message_id}`;
    try {
      const { conversation_id } = session;
      if (conversation_id === null) return { turn: await begin(key) };
      return { turn: await this.bus.call(agent.sayUnattended, ctx, { key, conversation_id, ...said }) };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Its person has deleted the conversation.
      if (error.body.code === ConversationNotFound.code) return { turn: await begin(`${key} anew`) };
      return { refused: error.body.code };
    }
  }

  private async remember(message_id: string, conversation_id: string): Promise<void> {
    const found = await this.find(message_id);
    if (found) await this.sessions.rememberConversation(found.session.id, conversation_id);
  }

  /** @throws Problem `unavailable` for a turn that lasts too long: it is waited for again */
  private async wait({ ctx }: Step, run_id: string): Promise<TurnState> {
    const state = await this.bus.call(agent.waitForTurn, { ...ctx, deadline: Date.now() + TURN_MS }, { run_id });
    if (state.status === 'running') throw Unavailable();
    return state;
  }

  private async reply({ ctx }: Step, message_id: string, text: string): Promise<void> {
    const found = await this.find(message_id);
    if (!found) return;
    await this.outgoing.queue(ctx, found.session, text, found.message);
    await this.messages.forgetAnswerWith(message_id);
  }

  /** Undefined if its person has forgotten the channel. */
  private async find(message_id: string): Promise<{ message: ChatMessageEntity; session: ChatSessionEntity } | undefined> {
    const message = await this.messages.findById(message_id);
    const session = message && (await this.sessions.findById(message.session_id));
    return session && { message, session };
  }
}

/** What the contact gets: the answer, or a sentence that says why there is none. */
export function textOf({ status, content, needs_approval }: Pick<TurnState, 'status' | 'content' | 'needs_approval'>): string {
  const said = content.trim();
  if (needs_approval !== null) return [said, NEEDS_APPROVAL].filter(Boolean).join('\n\n');
  return status === 'done' && said ? said : FAILED;
}
