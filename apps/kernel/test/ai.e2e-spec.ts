import { type LanguageModel, languageModel, startModels } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ada, fn, type KernelHarness, startKernel } from './kernel.js';

describe.each([
  ['openai', '/v1'],
  ['anthropic', ''],
])('a language model that speaks %s', (provider, path) => {
  let model: LanguageModel;
  let harness: KernelHarness;

  beforeAll(async () => {
    model = await languageModel();
    harness = await startKernel();
    await startModels(harness, model, {
      SKEP_LLM_PROVIDER: provider,
      SKEP_LLM_BASE_URL: model.url + path,
      SKEP_LLM_API_KEY: 'key',
      SKEP_LLM_TIER: 'free',
      SKEP_LLM_MODELS: 'other, better',
      SKEP_LLM_TIMEOUT_MS: '1500',
    });
    const ask = { prompt: 'Say {{event.word}}', model: '{{event.model}}', temperature: 0.5, max_tokens: 100_000, output: 'said' };
    await harness.publishApp('thinker', [
      fn('ask', [
        { id: 's1', op: 'ai.complete', args: ask },
        { id: 's2', op: 'store.create', args: { kind: 'answer', data: { text: '{{steps.said.text}}' } } },
      ]),
    ]);
  });
  beforeEach(() => {
    model.mood = 'answer';
    model.asked = [];
  });
  afterAll(async () => {
    await harness?.close();
    await model?.close();
  });

  const ask = (params = {}, more = {}) => harness.run('thinker', 'ask', params, ada(more));

  it('answers a step, and the action contains its cost', async () => {
    const result = await ask({ word: 'hello' });
    expect(result).toMatchObject({ status: 'success', data: { steps: { said: { text: expect.stringContaining('Say hello') } } } });
    expect(model.asked).toEqual([expect.objectContaining({ model: 'usual', temperature: 0.5, max_tokens: 8192 })]);
    const [line] = await harness.query('select * from action order by id desc limit 1');
    expect(line).toMatchObject({ tokens_used: 15, llm_total_calls: 1, llm_provider: provider, llm_model: 'usual' });
  });

  it('is the one that the app requests, if the operator lists it', async () => {
    await ask({ model: 'better' });
    await ask({ model: 'unlisted' });
    expect(model.asked.map((body) => body['model'])).toEqual(['better', 'usual']);
  });

  it.each([
    [429, 'RATE_LIMITED', true],
    [500, 'BACKEND_5XX', true],
    [401, 'LLM_NOT_CONFIGURED', false],
    [400, 'VALIDATION_TYPE_ERROR', false],
    ['garbage', 'BACKEND_5XX', true],
    ['empty', 'BACKEND_5XX', true],
    ['silent', 'BACKEND_TIMEOUT', true],
  ] as const)('that answers with %s causes the error %s', async (mood, error_code, retryable) => {
    model.mood = mood;
    const result = await ask();
    expect(result).toMatchObject({ status: 'error', data: null, error_code, retryable });
    expect(result.error).not.toContain('own words');
  });

  it('that does not answer fails at the caller’s deadline', async () => {
    model.mood = 'silent';
    // Shorter than the model's own timeout, so that the kernel answers before the bus does (`deadline_exceeded`).
    expect(await ask({}, { deadline: Date.now() + 1_000 })).toMatchObject({
      status: 'error',
      error_code: 'BACKEND_TIMEOUT',
      retryable: true,
    });
  });

  it('is used once for an Idempotency-Key', async () => {
    const first = await ask({ word: 'once' }, { idempotencyKey: 'k' });
    expect(await ask({ word: 'once' }, { idempotencyKey: 'k' })).toEqual(first);
    expect(model.asked).toHaveLength(1);
  });
});
