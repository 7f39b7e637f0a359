import { agent } from '@skep/contracts/agent';
import { openAiExchange, openAiResponsesExchange } from '../../exchange/openai-exchange.js';
import { get, post, routeBuilder } from '../../table.js';
import { person } from './access.js';

/** Longer than models may take. */
const ANSWER_MS = 130_000;
const LIST_MS = 15_000;

export const openAiRoutes = [
  routeBuilder('POST', openAiExchange)('/api/openai/v1/chat/completions', agent.createChatCompletion, person, { timeoutMs: ANSWER_MS }),
  routeBuilder('POST', openAiResponsesExchange)('/api/openai/v1/responses', agent.createOpenAiResponse, person, { timeoutMs: ANSWER_MS }),
  get('/api/openai/v1/models', agent.listOpenAiModels, person, { timeoutMs: LIST_MS }),
  post('/api/openai/v1/embeddings', agent.createOpenAiEmbeddings, person, { timeoutMs: ANSWER_MS }),
];
