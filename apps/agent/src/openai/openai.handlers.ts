import { NotConfigured } from '@skep/contracts';
import {
  agent,
  type CreateChatCompletion as ChatRequest,
  type CreateEmbeddings,
  type CreateOpenAiResponse,
  type OpenAiEmbeddings,
  type OpenAiModels,
} from '@skep/contracts/agent';
import { EMBEDDED_TEXTS_MAX, models } from '@skep/contracts/models';
import { Bus, type Ctx, Handle, Handlers, withKeySuffix } from '@skep/platform';
import { AgentRepository } from '../agent/agent.repository.js';
import { AGENT } from './answer-as-agent.js';
import { CreateChatCompletion } from './create-chat-completion.js';
import { CreateResponse } from './create-response.js';
import { invalid } from './openai-messages.js';

const TEXT_MAX = 8_000;
const CHARACTERS_PER_TOKEN = 4;

/** Operations for clients of OpenAI’s API. */
@Handlers()
export class OpenAiHandlers {
  constructor(
    private readonly chat: CreateChatCompletion,
    private readonly responses: CreateResponse,
    private readonly bus: Bus,
    private readonly agents: AgentRepository,
  ) {}

  @Handle(agent.createChatCompletion)
  createChatCompletion(ctx: Ctx, input: ChatRequest) {
    return this.chat.run(ctx, input);
  }

  @Handle(agent.createOpenAiResponse)
  createOpenAiResponse(ctx: Ctx, input: CreateOpenAiResponse) {
    return this.responses.run(ctx, input);
  }

  @Handle(agent.listOpenAiModels)
  async listOpenAiModels(ctx: Ctx): Promise<OpenAiModels> {
    const { providers } = await this.bus.call(models.listProviders, ctx, { check: false });
    const usable = providers.filter(({ enabled, has_key, base_url }) => enabled && (has_key || base_url !== null));
    const lists = usable.map(async ({ name, default_model }) => {
      const found = await this.bus.call(models.listProviderModels, withKeySuffix(ctx, name), { name });
      return [...new Set([...(default_model ? [default_model] : []), ...found.models])].map((model) => ({
        id: `${name}/${model}`,
        owned_by: name,
      }));
    });
    const agents = (await this.agents.list(ctx)).filter(({ enabled }) => enabled).map(({ id }) => ({ id: AGENT + id, owned_by: 'you' }));
    const created = Math.floor(Date.now() / 1_000);
    return {
      object: 'list',
      data: [...agents, ...(await Promise.all(lists)).flat()].slice(0, 1_000).map((each) => ({ ...each, object: 'model', created })),
    };
  }

  @Handle(agent.createOpenAiEmbeddings)
  async createOpenAiEmbeddings(ctx: Ctx, { input, encoding_format }: CreateEmbeddings): Promise<OpenAiEmbeddings> {
    const texts = textsOf(input);
    const { vectors, model, semantic } = await this.bus.call(models.embed, withKeySuffix(ctx, 'embed'), { texts });
    if (!semantic) throw NotConfigured('This installation has no model of embeddings. Its operator must set SKEP_EMBEDDING_PROVIDER.');
    const tokens = Math.ceil(texts.join('').length / CHARACTERS_PER_TOKEN);
    const data = vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding_format === 'base64' ? toBase64(vector) : vector,
    }));
    return { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } };
  }
}

/** @throws Problem `invalid_input` */
function textsOf(input: unknown): string[] {
  const texts: unknown[] = Array.isArray(input) ? input : [input];
  const isGood = texts.length > 0 && texts.length <= EMBEDDED_TEXTS_MAX;
  if (!isGood || !texts.every((text) => typeof text === 'string' && text.length > 0 && text.length <= TEXT_MAX))
    throw invalid(['input'], `must be a text, or at most ${EMBEDDED_TEXTS_MAX} texts, of at most ${TEXT_MAX} characters`);
  return texts as string[];
}

const toBase64 = (vector: readonly number[]): string => Buffer.from(Float32Array.from(vector).buffer).toString('base64');
