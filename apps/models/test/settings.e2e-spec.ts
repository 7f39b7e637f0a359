import { auth } from '@skep/contracts/auth';
import { models } from '@skep/contracts/models';
import { asService, codeOf, type LanguageModel, languageModel, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ada, bob, type ModelsHarness, openModels, service, zoe } from './models.js';

let operator: LanguageModel;
let own: LanguageModel;
let harness: ModelsHarness;
const KEY = 'sk-of-ada-123456789';
const of = ({ tenant, user }: typeof ada) => ({ tenant_id: tenant, user_id: user });
const source = (more: object = {}) => ({ provider: 'mine', model: 'own', api_key: KEY, base_url: `${own.url}/v1`, ...more });
const get = (owner: object) => harness.call(models.getModelSettings, service, owner);

beforeAll(async () => {
  [operator, own] = await Promise.all([languageModel(), languageModel()]);
  harness = await openModels(operator, { SKEP_OUTBOUND_ALLOW: '127.0.0.1', SKEP_LLM_TIMEOUT_MS: '20000' });
});
beforeEach(async () => {
  for (const model of [operator, own]) Object.assign(model, { mood: 'answer', asked: [], keys: [] });
  await harness.query('truncate model_settings, model_budget, model_hold, model_usage');
});
afterAll(async () => {
  await harness?.close();
  await Promise.all([operator?.close(), own?.close()]);
});

describe('settings', () => {
  it('of a person apply to that person in their tenant only, and cost no fee', async () => {
    await harness.set(of(ada), { config: source() });
    expect(await harness.ask(ada)).toMatchObject({ provider: 'mine', model: 'own', fee: 0 });
    expect(own.keys).toEqual([KEY]);
    for (const other of [bob, zoe, { ...zoe, user: ada.user }]) expect((await harness.ask(other)).provider).toBe('openai');
    expect((await harness.call(models.quoteFee, ada, {})).fee).toBe(0);
    expect((await harness.call(models.quoteFee, bob, {})).fee).toBe(250);
  });

  it('of a person do not limit how many answers a provider gives at once', async () => {
    await harness.set(of(ada), { config: source() });
    own.mood = 'silent';
    const asked = Promise.all(Array.from({ length: 20 }, () => harness.ask(ada)));
    await waitUntil('all to be asked', () => own.asked.length === 20);
    for (const answer of own.unanswered()) answer();
    expect(new Set((await asked).map(({ provider }) => provider))).toEqual(new Set(['mine']));
  });

  it('of a service that names a person are those of the person; an app cannot name one', async () => {
    await harness.set(of(ada), { config: source() });
    expect((await harness.ask(service, of(ada))).provider).toBe('mine');
    const app = asService('', { tenant: ada.tenant, user: '', actor: 'extension:links', deadline: ada.deadline });
    expect((await harness.ask(app, of(ada))).provider).toBe('openai');
  });

  it('are those of the installation, the tenant, the role and the person, and what is enforced wins', async () => {
    const name = async () => (await harness.ask({ ...ada, role: 'admin' })).provider;
    const layers: [object, object, string][] = [
      [{}, { config: source({ provider: 'a' }) }, 'a'],
      [{}, { role_defaults: { admin: source({ provider: 'b' }), user: source({ provider: 'x' }) } }, 'b'],
      [{ tenant_id: ada.tenant }, { config: source({ provider: 'c' }) }, 'c'],
      [{ tenant_id: ada.tenant }, { role_defaults: { admin: source({ provider: 'd' }) } }, 'd'],
      [of(ada), { config: source({ provider: 'e' }) }, 'e'],
      [{ tenant_id: ada.tenant }, { enforced: source({ provider: 'f' }) }, 'f'],
      [{}, { enforced: source({ provider: 'g' }) }, 'g'],
    ];
    for (const [owner, settings, expected] of layers) {
      await harness.set(owner, settings);
      expect(await name()).toBe(expected);
    }
    expect((await harness.ask(zoe)).fee).toBe(250);
  });

  it('never send a key to an address of another owner', async () => {
    await harness.set({ tenant_id: ada.tenant }, { config: source({ provider: 'a' }) });
    const stranger = await languageModel();
    try {
      await harness.set(of(ada), { config: { base_url: `${stranger.url}/v1`, model: 'other' } });
      expect((await harness.ask(ada)).provider).toBe('a');
      await harness.set(of(ada), { config: { provider: 'e', model: 'other', base_url: `${stranger.url}/v1` } });
      await harness.ask(ada);
      expect(stranger.keys).toEqual(['none']);
      const { config } = await get({ tenant_id: ada.tenant });
      await harness.set({ tenant_id: ada.tenant }, { config: { ...config, base_url: `${stranger.url}/v1` } });
      await harness.ask(bob);
      expect(stranger.keys).toEqual(['none', 'none']);
    } finally {
      await stranger.close();
    }
  });

  it('that a service sets are an event without values, for the audit log of their tenant', async () => {
    const events = () =>
      harness.query(`select ctx ->> 'tenant' as tenant, payload from outbox where subject = 'event.models.modelSettingsSet' order by seq`);
    await harness.query('delete from outbox');
    const limits = { config: source(), enforced: { monthly_tokens: 1_000 }, updated_by: 'imp_u_admin' };
    await harness.set({ tenant_id: ada.tenant }, limits);
    await harness.set({ tenant_id: ada.tenant }, limits);
    await harness.set({}, { enforced: { monthly_tokens: 2_000 } });
    await harness.set({ tenant_id: ada.tenant }, { enforced: {} });
    const [set, ...later] = await events();
    const paths = ['config.provider', 'config.model', 'config.api_key', 'config.base_url', 'enforced.monthly_tokens'];
    expect(set).toEqual({ tenant: ada.tenant, payload: { scope: 'tenant', scope_id: ada.tenant, paths, updated_by: 'imp_u_admin' } });
    expect(later).toMatchObject([
      { tenant: '', payload: { scope: 'platform', scope_id: 'llm', paths: ['enforced.monthly_tokens'] } },
      { tenant: ada.tenant, payload: { paths: ['enforced.monthly_tokens'], updated_by: null } },
    ]);
  });

  it('are answered with masked keys, which stay when they are written back, and are sealed in the table', async () => {
    const answer = await harness.set(of(ada), { config: source({ fallbacks: [source({ api_key: 'short' })] }), updated_by: 'ada' });
    expect(answer).toMatchObject({
      scope: 'user',
      scope_id: ada.user,
      tenant_id: ada.tenant,
      app_id: null,
      enforced: {},
      role_defaults: {},
    });
    const { config } = await get(of(ada));
    expect(config).toMatchObject({ api_key: '****6789', fallbacks: [{ api_key: '****' }] });
    await harness.set(of(ada), { config });
    await harness.ask(ada);
    expect(own.keys).toEqual([KEY]);
    const stored = JSON.stringify(await harness.query('select string_agg(s::text, $1) as text from model_settings s', [' ']));
    for (const form of [KEY, Buffer.from(KEY).toString('hex')]) expect(stored).not.toContain(form);
    await harness.set(of(ada), { config: {} });
    expect((await harness.ask(ada)).provider).toBe('openai');
  });

  it('that cannot be read are refused with the place', async () => {
    const fault = async (settings: object, owner: object = of(ada)) => (await problemOf(harness.set(owner, settings))).body.detail;
    expect(await fault({ config: { provider: 'mine', model: 'x' } })).toMatchObject([{ loc: ['config', 'base_url'] }]);
    expect(await fault({ config: source({ base_url: 'file:///etc/passwd' }) })).toMatchObject([{ loc: ['config', 'base_url'] }]);
    expect(await fault({ enforced: { monthly_tokens: -1 } })).toMatchObject([{ loc: ['enforced', 'monthly_tokens'] }]);
    expect(await fault({ role_defaults: { admin: 1 } })).toMatchObject([{ loc: ['role_defaults', 'admin'] }]);
    expect(await fault({ config: {} }, { user_id: 'imp_u_ada' })).toMatchObject([{ loc: ['tenant_id'] }]);
  });

  it('with a private address reach it only if the operator allows it', async () => {
    await harness.set(of(ada), { config: source({ base_url: own.url.replace('127.0.0.1', '127.0.0.2') }) });
    const { body: problem } = await problemOf(harness.ask(ada));
    expect(problem).toMatchObject({ code: 'model_refused', detail: expect.stringContaining('SKEP_OUTBOUND_ALLOW') });
  });

  it('can be tried before they are written', async () => {
    const tried = (config: object | null) =>
      harness.call(models.testModel, service, {
        ...of(ada),
        ...{ config: config as never, enforced: null, role_defaults: null, updated_by: null },
      });
    expect(await tried(source())).toMatchObject({ ok: true, model: 'own', error: null });
    expect(await tried(null)).toMatchObject({ ok: true, model: 'usual' });
    own.mood = 401;
    expect(await tried(source())).toMatchObject({ ok: false, model: null, error: expect.stringContaining('rejected the key') });
    own.mood = 'answer';
    const tools = { ...of(ada), ...{ config: source(), enforced: null, role_defaults: null, updated_by: null } };
    expect(await harness.call(models.testModelTools, service, tools)).toMatchObject({ ok: true, tool_use_supported: false });
    expect(own.asked.at(-1)).toMatchObject({ tools: [{ function: { name: 'get_weather' } }] });
    expect(await harness.query('select from model_usage')).toEqual([]);
  });

  it('name the providers that answer, and are read again', async () => {
    await harness.set(of(ada), { config: source() });
    const providers = (owner: object) => harness.call(models.listModelProviders, service, owner);
    expect(await providers(of(ada))).toEqual([{ name: 'mine', model: 'own', source: 'user' }]);
    expect(await providers({})).toEqual([{ name: 'openai', model: 'usual', source: 'operator' }]);
    expect(await harness.call(models.invalidateModelSettings, ada, { user_id: ada.user })).toEqual({
      user_id: ada.user,
      invalidated: true,
    });
  });
});

describe('a budget', () => {
  const left = async (tokens: number, ctx = ada) => {
    await harness.query('update model_budget set used = $1 where user_id = $2', [10_000 - tokens, ctx.user]);
  };

  it('of a person is held exactly under concurrency, and settled with what was used', async () => {
    await harness.set({ tenant_id: ada.tenant }, { config: { person_monthly_tokens: 10_000 } });
    await harness.ask(ada);
    // Each request reserves 2 tokens of the prompt and 100 of the answer: three fit.
    await left(3 * 102);
    operator.mood = 'silent';
    const codes: string[] = [];
    const asked = Array.from({ length: 12 }, () =>
      codeOf(harness.ask(ada))
        .then((code) => codes.push(code))
        .catch(() => undefined),
    );
    await waitUntil('all requests to be refused or asked', () => codes.length + operator.asked.length === 13);
    for (const answer of operator.unanswered()) answer();
    await Promise.all(asked);
    expect(codes).toEqual(Array(9).fill('model_budget_exceeded'));
    const [row] = await harness.query('select used from model_budget where user_id = $1', [ada.user]);
    expect(Number(row?.['used'])).toBe(10_000 - 3 * 102 + 3 * 15);
    expect(await harness.query('select from model_hold')).toEqual([]);
  });

  it('of a tenant counts all its people, and no other tenant', async () => {
    await harness.set({ tenant_id: ada.tenant }, { config: { monthly_tokens: 120 } });
    await harness.ask(ada);
    await harness.ask(bob);
    expect((await problemOf(harness.ask(bob))).body).toMatchObject({ code: 'model_budget_exceeded', status: 429 });
    await harness.ask(zoe);
    await harness.set(of(ada), { config: source() });
    expect((await harness.ask(ada)).provider).toBe('mine');
  });

  it('is not used by a request that failed, but by an answer that broke off', async () => {
    await harness.set({ tenant_id: ada.tenant }, { config: { monthly_tokens: 1_000 } });
    operator.mood = 500;
    await codeOf(harness.ask(ada));
    expect(await harness.query('select from model_hold')).toEqual([]);
    expect(await harness.query('select from model_usage')).toEqual([]);
    operator.mood = 'broken';
    await codeOf(harness.ask(ada));
    const [row] = await harness.query('select * from model_usage');
    expect(Number(row?.['completion_tokens'])).toBeGreaterThan(10);
    expect(Number(row?.['fee'])).toBe(0);
  });
});

it('usage is counted by day, person and model, and an erased person has none', async () => {
  await harness.set(of(ada), { config: source() });
  await Promise.all([harness.ask(ada), harness.ask(ada), harness.ask(bob), harness.ask(zoe)]);
  const usage = (more: object = {}) => harness.call(models.getModelUsage, service, { date: '', ...more });
  const date = new Date().toISOString().slice(0, 10);
  expect(await usage()).toMatchObject({ date, user_id: null, calls: 4, total_tokens: 60, fee: 500 });
  expect(await usage({ tenant_id: 'default', date })).toMatchObject({
    calls: 3,
    models: [{ provider: 'mine', calls: 2, fee: 0 }, { provider: 'openai' }],
  });
  expect(await usage({ date: '2001-01-01' })).toMatchObject({ calls: 0, models: [] });
  expect(await codeOf(usage({ date: 'yesterday' }))).toBe('invalid_input');
  const of1 = (user_id: string) => harness.call(models.getUserModelUsage, service, { date: '', user_id });
  expect(await of1(ada.user)).toMatchObject({ user_id: ada.user, calls: 2, total_tokens: 30, fee: 0 });
  await harness.publish(auth.userErased, { tenant_id: ada.tenant, user_id: ada.user });
  await waitUntil('the erasure', async () => (await of1(ada.user)).calls === 0);
  expect((await get(of(ada))).config).toEqual({});
  expect(await of1(bob.user)).toMatchObject({ calls: 1 });
});
