import { ModelNotFound } from '@skep/contracts/agent';
import { type CompletionPart, type CompletionRequest, models } from '@skep/contracts/models';
import { Bus, type Ctx, withKeySuffix } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AGENT, AnswerAsAgent } from './answer-as-agent.js';
import type { Answer, Question } from './question.js';

const ANSWER_TOKENS = 8_192;

/** Answers a question of a client of OpenAI’s APIs, by one of the person’s agents or providers. */
@Injectable()
export class AnswerQuestion {
  constructor(
    private readonly bus: Bus,
    private readonly agent: AnswerAsAgent,
  ) {}

  /**
   * @param say gets the words as they come
   * @throws Problem `invalid_input`, `model_not_found`, one of `models.buyCompletion`, or one of an agent
   */
  async run(ctx: Ctx, question: Question, say?: (text: string) => void): Promise<Answer> {
    const { model: asked, field: _, max_tokens = ANSWER_TOKENS, ...rest } = question;
    if (asked.startsWith(AGENT)) return this.agent.run(ctx, asked.slice(AGENT.length), question);
    const request = { prompt: '', system: '', extension_id: '', max_tokens, ...rest, ...(await this.findModel(ctx, asked)) };
    const buying = withKeySuffix(ctx, 'completion');
    if (!say) return this.bus.call(models.buyCompletion, buying, request);
    return this.bus.callInParts(models.buyCompletion, buying, request, ({ text }: CompletionPart) => say(text));
  }

  /** `<provider>/<model>`, or the default model of a provider. @throws Problem `model_not_found` */
  private async findModel(ctx: Ctx, asked: string): Promise<Pick<CompletionRequest, 'provider' | 'model'>> {
    const { providers } = await this.bus.call(models.listProviders, withKeySuffix(ctx, 'providers'), { check: false });
    const usable = providers.filter(({ enabled, has_key, base_url }) => enabled && (has_key || base_url !== null));
    const slash = asked.indexOf('/');
    const [provider, model] = [asked.slice(0, Math.max(0, slash)), asked.slice(slash + 1)];
    if (model && usable.some(({ name }) => name === provider)) return { provider, model };
    const found = usable.find(({ default_model }) => default_model === asked);
    if (!found) throw ModelNotFound(`You have no model ${asked}. GET /api/openai/v1/models lists those that you have.`);
    return { provider: found.name, model: asked };
  }
}
