import { NotConfigured, type Problem } from '@skep/contracts';
import {
  agent,
  ApprovalNotFound,
  type ConversationRef,
  type DecideApproval,
  type EditChat,
  LlmProviderError,
  type RegenerateChat,
  type Say,
  type TurnAnswer,
} from '@skep/contracts/agent';
import { BudgetExceeded, InsufficientCredits } from '@skep/contracts/billing';
import { ModelBudgetExceeded } from '@skep/contracts/models';
import { type Ctx, Handle, Handlers, Runs } from '@skep/platform';
import { ConversationRepository } from '../conversation/conversation.repository.js';
import { approvalOf } from './approval.js';
import { TurnEnds } from './turn-ends.js';
import { messageIdOf, type TurnError } from './turn-kind.js';
import { Turns } from './turns.js';

@Handlers()
export class ChatHandlers {
  constructor(
    private readonly turns: Turns,
    private readonly ends: TurnEnds,
    private readonly runs: Runs,
    private readonly conversations: ConversationRepository,
  ) {}

  @Handle(agent.chat)
  async chat(ctx: Ctx, input: Say): Promise<TurnAnswer> {
    const run_id = await this.turns.say(ctx, input);
    const message_id = messageIdOf(run_id);
    const end = await this.ends.wait(ctx, run_id);
    const { content = '', model = '' } = (await this.conversations.findMessage(ctx, message_id)) ?? {};
    if (end.status === 'failed') throw LlmProviderError();
    if (end.status !== 'done') {
      const finish_reason = end.status === 'waiting' ? 'approval_needed' : 'cancelled';
      return { message_id, content, model: model ?? '', provider: '', finish_reason };
    }
    const { error, ...answer } = end.result;
    if (error) throw toProblem(error);
    return { ...answer, content };
  }

  @Handle(agent.streamChat)
  async streamChat(ctx: Ctx, input: Say) {
    return { run_id: await this.turns.say(ctx, input) };
  }

  @Handle(agent.resumeChat)
  async resumeChat(ctx: Ctx, { conversation_id }: ConversationRef) {
    return { run_id: await this.conversations.findRun(ctx, conversation_id) };
  }

  @Handle(agent.regenerateChat)
  async regenerateChat(ctx: Ctx, input: RegenerateChat) {
    return { run_id: await this.turns.regenerate(ctx, input) };
  }

  @Handle(agent.editChat)
  async editChat(ctx: Ctx, input: EditChat) {
    return { run_id: await this.turns.edit(ctx, input) };
  }

  @Handle(agent.cancelChat)
  async cancelChat(ctx: Ctx, { conversation_id }: ConversationRef) {
    const isCancelled = await this.turns.cancel(ctx, conversation_id);
    return { message: isCancelled ? 'The turn is being cancelled.' : 'The turn had ended.' };
  }

  @Handle(agent.decideApproval)
  async decideApproval(ctx: Ctx, { conversation_id, tool_call_id, approved, remember }: DecideApproval) {
    const run_id = await this.conversations.findRun(ctx, conversation_id);
    if (!(await this.runs.answer(run_id, approvalOf(tool_call_id), { approved, remember }))) throw ApprovalNotFound();
    return { message: approved ? 'Approved.' : 'Denied.' };
  }
}

/** Problems that say what their person has to do. */
const KNOWN = [BudgetExceeded, InsufficientCredits, ModelBudgetExceeded, NotConfigured];

function toProblem({ code, message }: TurnError): Problem {
  return KNOWN.find((kind) => kind.code === code)?.(message) ?? LlmProviderError();
}
