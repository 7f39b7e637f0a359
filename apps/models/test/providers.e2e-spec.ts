import { models, type UpdateProvider } from '@skep/contracts/models';
import type { Ctx } from '@skep/platform';
import { asUser, codeOf, type LanguageModel, languageModel, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ada, bob, type ModelsHarness, openModels, zoe } from './models.js';

const KEY = 'sk-secret-0123456789';
let operators: LanguageModel;
let first: LanguageModel;
let second: LanguageModel;
let harness: ModelsHarness;

beforeAll(async () => {
  [operators, first, second] = await Promise.all([languageModel(), languageModel(), languageModel()]);
  harness = await openModels(operators, { SKEP_OUTBOUND_ALLOW: '127.0.0.1/32', SKEP_LLM_TIMEOUT_MS: '3000' });
});
beforeEach(async () => {
  for (const model of [operators, first, second])
    Object.assign(model, { mood: 'answer', asked: [], keys: [], headers: {}, says: 'Hello.' });
  await harness.query('delete from model_settings');
  await harness.query('delete from model_call');
  await harness.query('delete from model_usage');
});
afterAll(() => Promise.all([harness?.close(), operators?.close(), first?.close(), second?.close()]));

let keys = 0;
/** A new key each time: the pause after a failure belongs to the key. */
const add = (who: Ctx, name: string, model: LanguageModel, more: object = {}) =>
  harness.call(models.addProvider, who, {
    ...{ name, display_name: name, api_key: `${KEY}-${++keys}`, base_url: `${model.url}/v1`, default_model: `${name}-model` },
    ...more,
  });
const list = (who: Ctx) => harness.call(models.listProviders, who, { check: true });
const find = async (who: Ctx, name: string) => (await list(who)).providers.find((each) => each.name === name);
const update = (who: Ctx, changes: UpdateProvider) => harness.call(models.updateProvider, who, changes);
const prefer = (who: Ctx, provider: string) => harness.call(models.setDefaultProvider, who, { provider });

describe('the providers of a user', () => {
  it('are builtin ones and theirs, without keys in answers and in the table', async () => {
    await add(ada, 'mine', first);
    const answer = await list(ada);
    expect(answer.providers.map(({ name }) => name)).toEqual([
      'openrouter',
      'anthropic',
      'openai',
      'google',
      'xai',
      'nvidia',
      'ollama',
      'mine',
    ]);
    expect(answer.providers.at(-1)).toMatchObject({
      ...{ name: 'mine', type: 'custom', enabled: true, has_key: true, has_api_key: true, local: false },
      ...{ base_url: `${first.url}/v1`, default_model: 'mine-model' },
    });
    const settings = await harness.call(
      models.getModelSettings,
      { ...ada, actor: 'service:test' },
      { tenant_id: ada.tenant, user_id: ada.user },
    );
    const stored = await harness.query('select string_agg(s::text, $1) as text from model_settings s', [' ']);
    for (const text of [answer, settings, stored].map((each) => JSON.stringify(each)))
      for (const form of [KEY, Buffer.from(KEY).toString('hex')]) expect(text).not.toContain(form);
  });

  it('have one of the operator, whose address is not shown', async () => {
    expect(await find(ada, 'openai')).toMatchObject({ has_key: true, default_model: 'usual', base_url: null });
    expect((await list(ada)).default_provider).toBe('openai');
  });

  it('belong to them alone', async () => {
    await add(ada, 'private', first);
    for (const other of [bob, zoe]) {
      expect(await find(other, 'private')).toBeUndefined();
      expect(await codeOf(update(other, { name: 'private', enabled: false }))).toBe('provider_not_found');
      expect(await codeOf(harness.call(models.removeProvider, other, { name: 'private' }))).toBe('provider_not_found');
      expect(await codeOf(prefer(other, 'private'))).toBe('unknown_providers');
      expect(await codeOf(harness.call(models.listProviderModels, other, { name: 'private' }))).toBe('provider_not_found');
    }
    expect(await find(ada, 'private')).toBeDefined();
  });

  it('are added once, and with an address', async () => {
    await add(ada, 'mine', first);
    expect(await codeOf(add(ada, 'mine', first))).toBe('provider_exists');
    expect(await codeOf(add(ada, 'anthropic', first))).toBe('provider_exists');
    for (const bad of [{ name: 'Not Good' }, { api_key: '' }, { base_url: '' }, { base_url: 'file:///etc' }, { display_name: '' }])
      expect(await codeOf(add(ada, 'other', first, bad))).toBe('invalid_input');
  });

  it('are all kept when they are added at once', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => add(ada, name, first)));
    expect(
      (await list(ada)).providers
        .slice(-4)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['a', 'b', 'c', 'd']);
  });

  it('change field by field; another address needs the key again', async () => {
    await add(ada, 'mine', first);
    await update(ada, { name: 'mine', default_model: 'better' });
    expect(await find(ada, 'mine')).toMatchObject({ default_model: 'better', has_key: true, base_url: `${first.url}/v1` });
    await update(ada, { name: 'mine', base_url: `${second.url}/v1` });
    expect(await find(ada, 'mine')).toMatchObject({ has_key: false, base_url: `${second.url}/v1` });
    await prefer(ada, 'mine');
    await harness.ask(ada);
    expect(second.keys).toEqual(['none']);
    await update(ada, { name: 'mine', enabled: false });
    expect(await find(ada, 'mine')).toMatchObject({ enabled: false });
    expect(await harness.ask(ada)).toMatchObject({ provider: 'openai' });
  });

  it('get a key of their own for the address of the operator, not the operator’s key for theirs', async () => {
    await update(ada, { name: 'openai', base_url: `${second.url}/v1` });
    await prefer(ada, 'openai');
    expect(await harness.ask(ada)).toMatchObject({ fee: 0 });
    expect(second.keys).toEqual(['none']);
    expect(await harness.ask(bob)).toMatchObject({ fee: 250 });
    expect(operators.keys).toEqual(['first']);
  });

  it('are removed, but builtin ones are not', async () => {
    await add(ada, 'mine', first);
    await harness.call(models.removeProvider, ada, { name: 'mine' });
    expect(await find(ada, 'mine')).toBeUndefined();
    expect(await codeOf(harness.call(models.removeProvider, ada, { name: 'mine' }))).toBe('provider_not_found');
    expect(await codeOf(harness.call(models.removeProvider, ada, { name: 'openai' }))).toBe('provider_is_builtin');
  });

  it('of an administrator are for everyone in the tenant, beside their own', async () => {
    const admin = asUser('admin', { scopes: ['*'] });
    await add(admin, 'house', second);
    await prefer(admin, 'house');
    expect(await find(bob, 'house')).toMatchObject({ has_key: true, base_url: null });
    expect(await harness.call(models.getModelPreferences, bob, {})).toMatchObject({ default_provider: 'house' });
    await add(ada, 'mine', first);
    await prefer(ada, 'mine');
    expect([await find(bob, 'mine'), await find(admin, 'mine')]).toEqual([undefined, undefined]);
    expect(await harness.call(models.getModelPreferences, bob, {})).toMatchObject({ default_provider: 'house' });
    expect(await find({ ...bob, tenant: 'other' }, 'house')).toBeUndefined();
    const events = await harness.query(
      `select payload from outbox where subject = 'event.models.modelSettingsSet' order by seq desc limit 1`,
    );
    expect(events).toMatchObject([{ payload: { scope: 'tenant', paths: ['config.default_provider'], updated_by: admin.user } }]);
    await harness.call(models.removeProvider, admin, { name: 'house' });
    expect(await find(bob, 'house')).toBeUndefined();
  });

  it('are the administrator’s business if they enforce them', async () => {
    await add(ada, 'mine', first);
    await harness.set(
      { tenant_id: ada.tenant },
      { enforced: { providers: { house: { api_key: 'house', base_url: `${second.url}/v1`, default_model: 'x' } } } },
    );
    expect(await find(ada, 'mine')).toBeUndefined();
    expect(await find(ada, 'house')).toMatchObject({ has_key: true, base_url: null });
    expect(await codeOf(add(ada, 'more', first))).toBe('forbidden');
    expect(await codeOf(prefer(ada, 'house'))).toBe('forbidden');
  });

  it('say their models, or why not', async () => {
    await add(ada, 'mine', first);
    expect(await harness.call(models.listProviderModels, ada, { name: 'mine' })).toMatchObject({
      provider: 'mine',
      models: ['usual', 'better'],
    });
    first.mood = 401;
    expect(await harness.call(models.listProviderModels, ada, { name: 'mine' })).toMatchObject({
      models: [],
      error: 'The provider rejected the key.',
    });
    expect(await harness.call(models.listProviderModels, ada, { name: 'xai' })).toMatchObject({ models: [], error: expect.any(String) });
  });
});

describe('a completion by a chosen provider', () => {
  const chain = async (who = ada) => {
    await add(who, 'one', first);
    await add(who, 'two', second);
    await prefer(who, 'one');
    await harness.call(models.setFailoverOrder, who, { order: ['one', 'two'] });
  };

  it('is of the default one, then of the next in the order; a model that is asked for belongs to the first', async () => {
    await chain();
    expect(await harness.ask(ada, { model: 'any' })).toMatchObject({ provider: 'one', model: 'any' });
    first.mood = 500;
    expect(await harness.ask(ada, { model: 'any' })).toMatchObject({ provider: 'two', model: 'two-model' });
  });

  it('is of the named one, and of no one for an unknown name', async () => {
    await chain();
    expect(await harness.ask(ada, { provider: 'two' })).toMatchObject({ provider: 'two', model: 'two-model' });
    expect(await codeOf(harness.ask(ada, { provider: 'nobody' }))).toBe('model_unavailable');
    expect(await harness.ask(ada, { provider: 'openai' })).toMatchObject({ provider: 'openai', fee: 250 });
  });

  it('never fails over after its first text, or after a refused key', async () => {
    await chain();
    for (const mood of ['cut', 'broken', 'error', 401] as const) {
      first.mood = mood;
      // A new key, because the former one is left alone for a while.
      await update(ada, { name: 'one', api_key: `${KEY}-${++keys}` });
      await codeOf(harness.ask(ada));
    }
    expect(second.asked).toEqual([]);
  });

  it('leaves a provider alone for as long as it asks for', async () => {
    await chain(zoe);
    Object.assign(first, { mood: 429, headers: { 'retry-after': '30' } });
    await harness.ask(zoe);
    first.asked = [];
    expect(await harness.ask(zoe)).toMatchObject({ provider: 'two' });
    expect(first.asked).toEqual([]);
  });

  it('does not end with the operator’s model, whose fee the user did not ask for', async () => {
    await add(ada, 'one', first);
    await prefer(ada, 'one');
    first.mood = 500;
    expect(await codeOf(harness.ask(ada))).toBe('model_unavailable');
    expect(operators.asked).toEqual([]);
  });

  it('has the default model', async () => {
    await chain();
    expect(await harness.call(models.setDefaultModel, ada, { model: 'large' })).toEqual({
      default_provider: 'one',
      default_model: 'large',
    });
    expect(await harness.ask(ada)).toMatchObject({ model: 'large' });
    expect(await harness.call(models.getModelPreferences, bob, {})).toEqual({ default_provider: 'openai', default_model: null });
  });

  it('wants names that are registered in the order', async () => {
    await add(ada, 'one', first);
    const { body: problem } = await problemOf(harness.call(models.setFailoverOrder, ada, { order: ['one', 'nosuch'] }));
    expect(problem).toMatchObject({ code: 'unknown_providers', status: 400, detail: expect.stringContaining('nosuch') });
    expect(await codeOf(harness.call(models.setFailoverOrder, ada, { order: [] }))).toBe('invalid_input');
  });

  it('arrives in parts before it is whole', async () => {
    await chain();
    const parts: string[] = [];
    const input = { prompt: 'Hello?', system: '', messages: null, extension_id: '', max_tokens: 100 };
    const whole = await harness.bus.callInParts(models.complete, ada, input, ({ text }: { text: string }) => parts.push(text));
    expect([parts.join(''), whole.text]).toEqual(['Hello.', 'Hello.']);
  });

  it('can call tools, whose results go back to the model', async () => {
    await chain();
    const tools = [{ name: 'find', description: 'Finds.', parameters: { type: 'object', properties: {} } }];
    const call = { id: 'call_1', name: 'find', arguments: '{"q":"bees"}' };
    const messages = [
      { role: 'user', content: 'Bees?' },
      { role: 'assistant', content: '', tool_calls: [call] },
      { role: 'tool', content: 'They are hairy.', tool_call_id: 'call_1' },
    ];
    await harness.ask(ada, { prompt: '', messages, tools, tool_choice: 'auto' });
    expect(first.asked[0]).toMatchObject({
      tools: [{ type: 'function', function: { name: 'find' } }],
      messages: [
        { role: 'user', content: 'Bees?' },
        { role: 'assistant', tool_calls: [{ id: 'call_1', function: { name: 'find', arguments: '{"q":"bees"}' } }] },
        { role: 'tool', tool_call_id: 'call_1', content: 'They are hairy.' },
      ],
    });
  });
});

describe('the usage of a user', () => {
  beforeEach(async () => {
    await add(ada, 'mine', first);
    await prefer(ada, 'mine');
  });
  const today = () => new Date().toISOString().slice(0, 10);
  const summary = (who: Ctx, more: object = {}) => harness.call(models.getUsageSummary, who, { start_date: '', end_date: '', ...more });
  const records = (who: Ctx, more: object = {}) =>
    harness.call(models.listUsage, who, { start: '', end: '', provider: '', model: '', limit: 50, offset: 0, ...more });

  it('is counted by provider, model, day, conversation and agent, and told to no one else', async () => {
    await harness.ask(ada, { conversation_id: 'c1', agent_id: 'a1' });
    await harness.ask(ada);
    expect(await summary(ada)).toMatchObject({
      ...{ total_requests: 2, total_input_tokens: 20, total_output_tokens: 10 },
      by_provider: { mine: { input_tokens: 20, output_tokens: 10, requests: 2 } },
      breakdown: [{ provider: 'mine', model: 'mine-model', request_count: 2, total_tokens: 30 }],
    });
    expect([
      (await summary(ada, { conversation_id: 'c1' })).total_requests,
      (await summary(ada, { agent_id: 'a2' })).total_requests,
    ]).toEqual([1, 0]);
    expect((await summary(ada, { end_date: '2020-01-01' })).total_requests).toBe(0);
    expect(await harness.call(models.getDailyUsage, ada, { date: '', days: 2 })).toMatchObject({
      days: [{ date: today(), request_count: 2 }],
    });
    expect(await harness.call(models.getDailyUsage, ada, { date: '2020-01-01', days: 30 })).toEqual({ days: [] });
    expect(await records(ada, { limit: 1 })).toMatchObject({ records: [{ provider: 'mine', conversation_id: null }], total: 2 });
    expect(await records(ada, { limit: 1, offset: 1 })).toMatchObject({ records: [{ conversation_id: 'c1', agent_id: 'a1' }] });
    expect((await records(ada, { start: today(), end: today(), provider: 'mine' })).total).toBe(2);
    for (const nothing of [{ provider: 'x' }, { model: 'x' }, { start: '2020-01-01', end: '2020-01-02' }])
      expect(await records(ada, nothing)).toEqual({ records: [], total: 0 });
    for (const other of [bob, zoe]) expect([(await summary(other)).total_requests, (await records(other)).total]).toEqual([0, 0]);
  });

  it('is asked for with days that exist', async () => {
    expect(await codeOf(summary(ada, { start_date: 'yesterday' }))).toBe('invalid_input');
    expect(await codeOf(harness.call(models.getDailyUsage, ada, { date: '', days: 366 }))).toBe('invalid_input');
    expect(await codeOf(records(ada, { limit: 501 }))).toBe('invalid_input');
  });
});
