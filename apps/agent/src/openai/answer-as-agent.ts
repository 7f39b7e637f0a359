import { LlmProviderError } from '@skep/contracts/agent';
import { models } from '@skep/contracts/models';
import { Bus, type Ctx, withKeySuffix } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ConversationRepository } from '../conversation/conversation.repository.js';
import { TurnEnds } from '../turn/turn-ends.js';
import { messageIdOf } from '../turn/turn-kind.js';
import { Turns } from '../turn/turns.js';
import { invalid } from './openai-messages.js';
import type { Answer, Question } from './question.js';

/** What names of agents begin with. */
export const AGENT = 'agent:';

/** Lets an agent answer a client of OpenAI’s APIs: in a turn of a conversation that is deleted afterwards. */
@Injectable()
export class AnswerAsAgent {
  constructor(
    private readonly bus: Bus,
    private readonly conversations: ConversationRepository,
    private readonly turns: Turns,
    private readonly ends: TurnEnds,
  ) {}

  /** @throws Problem `invalid_input`, `agent_not_found`, `llm_provider_error` */
  async run(ctx: Ctx, agent_id: string, { messages, field, tools, temperature, max_tokens }: Question): Promise<Answer> {
    if (tools?.length) throw invalid(['tools'], 'An agent has its own tools');
    const [said, last] = [messages.slice(0, -1), messages.at(-1)];
    if (last?.role !== 'user' || !last.content) throw invalid([field], 'must end with words of the user');
    const { id: conversation_id } = await this.conversations.create(ctx, { title: 'OpenAI', metadata: { source: 'openai' } });
    try {
      for (const { role, content } of said)
        if (role !== 'tool' && content) await this.conversations.add(ctx, conversation_id, { role, content });
      const run_id = await this.turns.say(ctx, {
        ...{ conversation_id, agent_id, content: last.content },
        ...(temperature !== undefined && { temperature }),
        ...(max_tokens !== undefined && { max_tokens: Math.min(max_tokens, 200_000) }),
      });
      const end = await this.ends.wait(ctx, run_id);
      if (end.status === 'failed' || (end.status === 'done' && end.result.error)) throw LlmProviderError();
      const { content = '' } = (await this.conversations.findMessage(ctx, messageIdOf(run_id))) ?? {};
      const used = await this.bus.call(models.getUsageSummary, withKeySuffix(ctx, 'usage'), {
        start_date: '',
        end_date: '',
        conversation_id,
      });
      const [prompt_tokens, completion_tokens] = [used.total_input_tokens, used.total_output_tokens];
      return {
        ...{ text: content, tool_calls: [], stop_reason: end.status === 'done' ? end.result.finish_reason : 'stop' },
        usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
      };
    } finally {
      await this.conversations.delete(ctx, conversation_id);
    }
  }
}
