import { models } from '@skep/contracts/models';
import { asService, codeOf, type LanguageModel, languageModel, type Mood, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ada, type ModelsHarness, openModels, service } from './models.js';

let first: LanguageModel;
let second: LanguageModel;

beforeAll(async () => {
  [first, second] = await Promise.all([languageModel(), languageModel()]);
});
beforeEach(() => {
  for (const model of [first, second]) Object.assign(model, { mood: 'answer', asked: [], keys: [], headers: {} });
});
afterAll(async () => {
  await Promise.all([first?.close(), second?.close()]);
});

describe('a completion', () => {
  let harness: ModelsHarness;
  beforeAll(async () => {
    harness = await openModels(first, { SKEP_LLM_MODELS: 'better', SKEP_LLM_TIERS: 'better=premium', SKEP_LLM_TIMEOUT_MS: '1500' });
  });
  afterAll(() => harness?.close());

  it('has text, model, usage, reason and fee, and the model gets system, messages and prompt', async () => {
    const messages = [{ role: 'user', content: 'Before' }];
    const answer = await harness.ask(ada, { system: 'Be brief', messages, temperature: 0.5, max_tokens: 100_000 });
    expect(answer).toMatchObject({
      ...{ text: expect.stringContaining('Hello?'), model: 'usual', provider: 'openai', tokens_used: 15, stop_reason: 'stop', fee: 250 },
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    });
    expect(first.asked).toEqual([
      expect.objectContaining({
        ...{ model: 'usual', temperature: 0.5, max_tokens: 8192 },
        messages: [{ role: 'system', content: 'Be brief' }, ...messages, { role: 'user', content: 'Hello?' }],
      }),
    ]);
    expect(first.keys).toEqual(['first']);
  });

  it('is of a listed model, and costs the fee of its tier; the quote is the same', async () => {
    expect([(await harness.ask(ada, { model: 'better' })).fee, (await harness.ask(ada, { model: 'unlisted' })).model]).toEqual([
      2_200,
      'usual',
    ]);
    const quote = async (names?: string[]) => (await harness.call(models.quoteFee, ada, { ...(names && { models: names }) })).fee;
    expect([await quote(['better']), await quote(['']), await quote(), await quote([])]).toEqual([2_200, 250, 2_200, 0]);
  });

  it('without a prompt and messages is refused', async () => {
    expect(await codeOf(harness.ask(ada, { prompt: '' }))).toBe('invalid_input');
    expect(await codeOf(harness.ask(ada, { prompt: '', messages: [{ role: 'system', content: 'x' }] }))).toBe('invalid_input');
    expect(await codeOf(harness.ask(ada, { max_tokens: 0 }))).toBe('invalid_input');
    expect(first.asked).toEqual([]);
  });

  it.each([
    [401, 'model_key_rejected'],
    [429, 'model_rate_limited'],
    [400, 'model_refused'],
    [500, 'model_unavailable'],
    ['garbage', 'model_unavailable'],
    ['empty', 'model_unavailable'],
    ['cut', 'model_unavailable'],
    ['broken', 'model_unavailable'],
    ['error', 'model_unavailable'],
    ['stalled', 'model_timeout'],
    ['silent', 'model_timeout'],
  ] as [Mood, string][])('of a provider that answers with %s is the problem %s, without its words', async (mood, code) => {
    first.mood = mood;
    const { body: problem } = await problemOf(harness.ask(ada));
    expect(problem.code).toBe(code);
    expect(JSON.stringify(problem)).not.toContain('own words');
  });

  it('is asked for once more after a failure, but never after its first text', async () => {
    first.mood = 500;
    await codeOf(harness.ask(ada));
    expect(first.asked).toHaveLength(2);
    for (const mood of ['cut', 'broken', 'error', 'stalled'] as const) {
      Object.assign(first, { mood, asked: [] });
      await codeOf(harness.ask(ada));
      expect(first.asked).toHaveLength(1);
    }
  });

  it('ends before the deadline of the caller', async () => {
    first.mood = 'silent';
    expect(await codeOf(harness.ask({ ...ada, deadline: Date.now() + 600 }))).toBe('model_timeout');
  });
});

describe('with fallbacks, a provider', () => {
  let harness: ModelsHarness;
  beforeAll(async () => {
    const fallback = { provider: 'anthropic', model: 'claude', api_key: 'second', base_url: second.url };
    harness = await openModels(first, { SKEP_LLM_FALLBACKS: JSON.stringify([fallback]), SKEP_LLM_TIMEOUT_MS: '3000' });
  });
  beforeEach(() => harness.restart());
  afterAll(() => harness?.close());

  it.each([429, 500, 'garbage', 'empty', 'silent'] as Mood[])(
    'that answers with %s is replaced, with the key of the next one',
    async (mood) => {
      first.mood = mood;
      expect(await harness.ask(ada)).toMatchObject({ provider: 'anthropic', model: 'claude', tokens_used: 15 });
      expect([first.keys, second.keys]).toEqual([['first'], ['second']]);
    },
  );

  it.each([401, 400, 'cut', 'broken', 'error'] as Mood[])('that answers with %s is not replaced', async (mood) => {
    first.mood = mood;
    await codeOf(harness.ask(ada));
    expect(second.asked).toEqual([]);
  });

  it('whose answer ends without a reason has not answered', async () => {
    [first.mood, second.mood] = [500, 'cut'];
    expect(await codeOf(harness.ask(ada))).toBe('model_unavailable');
  });

  it('that failed is asked last for a while', async () => {
    first.mood = 500;
    first.headers = { 'retry-after': '1' };
    await harness.ask(ada);
    first.mood = 'answer';
    expect((await harness.ask(ada)).provider).toBe('anthropic');
    expect(first.asked).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await harness.ask(ada)).provider).toBe('openai');
  });
});

describe('a provider with the API of Google', () => {
  let harness: ModelsHarness;
  beforeAll(async () => {
    const google = {
      SKEP_LLM_PROVIDER: 'google',
      SKEP_LLM_BASE_URL: `${second.url}/v1beta`,
      SKEP_LLM_MODEL: 'gemini',
      SKEP_LLM_API_KEY: 'third',
    };
    harness = await openModels(undefined, { ...google, SKEP_LLM_TIMEOUT_MS: '1500' });
  });
  afterAll(() => harness?.close());

  it('answers, with its usage', async () => {
    const answer = await harness.ask(ada, { system: 'Be brief', max_tokens: 50 });
    expect(answer).toMatchObject({ provider: 'google', text: expect.stringContaining('Hello?'), stop_reason: 'stop', tokens_used: 15 });
    expect(second.asked).toEqual([
      expect.objectContaining({
        systemInstruction: { parts: [{ text: 'Be brief' }] },
        contents: [{ role: 'user', parts: [{ text: 'Hello?' }] }],
        generationConfig: expect.objectContaining({ maxOutputTokens: 50 }),
      }),
    ]);
    expect(second.keys).toEqual(['third']);
  });

  it.each([
    [403, 'model_key_rejected'],
    [429, 'model_rate_limited'],
    [503, 'model_unavailable'],
    ['cut', 'model_unavailable'],
    ['broken', 'model_unavailable'],
    ['stalled', 'model_timeout'],
  ] as [Mood, string][])('that answers with %s is the problem %s', async (mood, code) => {
    second.mood = mood;
    expect(await codeOf(harness.ask(ada))).toBe(code);
  });
});

it('without a model, a completion names the settings that are missing', async () => {
  const harness = await openModels(undefined);
  try {
    const { body: problem } = await problemOf(harness.ask(ada));
    expect(problem).toMatchObject({ code: 'not_configured', status: 503, detail: expect.stringContaining('SKEP_LLM_PROVIDER') });
    expect((await harness.call(models.quoteFee, ada, {})).fee).toBe(0);
    expect(await harness.call(models.listModelProviders, service, {})).toEqual([]);
    const vectors = await harness.call(models.embed, asService('test'), { texts: ['one', 'two'] });
    expect(vectors).toMatchObject({ model: 'hash', dimension: 512, semantic: false });
    expect(vectors.vectors.map(({ length }) => length)).toEqual([512, 512]);
    expect(await codeOf(harness.call(models.embed, asService('test'), { texts: [] }))).toBe('invalid_input');
  } finally {
    await harness.close();
  }
});
