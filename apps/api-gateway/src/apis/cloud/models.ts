import { models } from '@skep/contracts/models';
import { extension, service, user } from '../../route.js';
import { get, post, put, upload } from '../../table.js';

/** As long as clients wait; a model has SKEP_LLM_TIMEOUT_MS. */
const MODEL_MS = 120_000;
const TRY_MS = 25_000;
const VOICE_MS = 60_000;
const LLM = '/v1/internal/config/llm';
const query = ['tenant_id', 'user_id'];

export const modelRoutes = [
  post('/v1/internal/ai/complete', models.buyCompletion, extension(), { timeoutMs: MODEL_MS }),
  upload('/v1/voice/stt', models.transcribe, user(), { timeoutMs: VOICE_MS, perMinute: 30 }),
  get(LLM, models.getModelSettings, service()),
  put(LLM, models.updateModelSettings, service(), { query }),
  get(`${LLM}/providers`, models.listModelProviders, service()),
  post(`${LLM}/test`, models.testModel, service(), { query, timeoutMs: TRY_MS }),
  post(`${LLM}/test-tools`, models.testModelTools, service(), { query, timeoutMs: TRY_MS }),
  get(`${LLM}/usage`, models.getModelUsage, service()),
  get(`${LLM}/usage/{user_id}`, models.getUserModelUsage, service()),
  post(`${LLM}/invalidate/{user_id}`, models.invalidateModelSettings, service()),
];
