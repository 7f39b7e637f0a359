import { billing } from '@skep/contracts/billing';
import { models } from '@skep/contracts/models';
import { asService, asUser, codeOf, languageModel, type LanguageModel, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ModelsHarness, openModels, service } from './models.js';

let harness: ModelsHarness;
let model: LanguageModel;
let people = 0;

beforeAll(async () => {
  model = await languageModel();
  harness = await openModels(model, { SKEP_LLM_MODELS: 'small, big', SKEP_LLM_TIERS: 'small=economy, big=premium' }, ['billing']);
});
beforeEach(() => {
  model.mood = 'answer';
  model.asked = [];
});
afterEach(async () => {
  await waitUntil('every charge', async () => (await billingRows(`select from hold where status = 'held'`)).length === 0);
  expect(await billingRows('select * from check_ledger()')).toEqual([]);
});
afterAll(async () => {
  await harness?.close();
  await model?.close();
});

const billingRows = (sql: string, values: unknown[] = []) => harness.infra.query('billing', sql, values);
/** Someone with 500 credits. */
const user = (more: object = {}) => asUser(`payer_${people++}`, { deadline: Date.now() + 60_000, ...more });
type Who = ReturnType<typeof user>;
const balance = async (who: Who) => (await harness.call(billing.getBalance, who, {})).balance;
const EMPTY = { system: '', messages: null, extension_id: 'link-saver', max_tokens: 100 };
const buy = (who: Who, more: object = {}) => harness.call(models.buyCompletion, who, { ...EMPTY, prompt: 'Hello?', ...more });
const setRate = (model_id: string, rate: object = {}) =>
  harness.call(billing.setModelRate, asService('admin'), {
    ...{ model_id, tier: 'economy', input_cost_per_1k: 0, output_cost_per_1k: 0, is_available: true },
    ...rate,
  });

describe('a completion outside of a call', () => {
  it('is charged to its user: the fee of the model that answered', async () => {
    const who = user();
    expect(await buy(who)).toMatchObject({ fee: 250, token_fee: 0 });
    expect(await balance(who)).toBe(250);
    const [line] = (await harness.call(billing.listWalletHistory, who, { limit: 1, offset: 0 })).rows;
    expect(line).toMatchObject({ app_id: 'link-saver', function: 'ai.complete', platform_fee: 250, base_price: 0 });
    expect(await buy(who, { model: 'small' })).toMatchObject({ fee: 60 });
    expect(await balance(who)).toBe(190);
  });

  it('is charged to the user that a service names, and to no one without a user', async () => {
    const who = user();
    await buy(service as Who, { user_id: who.user, tenant_id: who.tenant });
    expect(await balance(who)).toBe(250);
    expect((await billingRows(`select from hold where status = 'captured'`)).length).toBe(3);
    await buy(service as Who);
    expect((await billingRows(`select from hold where status = 'captured'`)).length).toBe(3);
  });

  it('in a coding session costs what sessions cost, and a turn at least the smallest charge', async () => {
    const before = await harness.call(billing.getCodingPricing, asService('admin'), {});
    const price = (more: object) => harness.call(billing.updateCodingPricing, asService('admin'), { ...before, ...more });
    const code = (who: Who, is_first: boolean) =>
      harness.call(models.buyCodingCompletion, who, { ...EMPTY, prompt: 'Hello?', model: 'small', is_first });
    await price({ markup: 1.5, credits_per_dollar: 2 * before.credits_per_dollar, min_charge: 200 });
    try {
      await waitUntil('the new prices', async () => (await code(user(), false)).fee === 180);
      const who = user();
      expect([(await code(who, true)).fee, (await code(who, false)).fee, await balance(who)]).toEqual([200, 180, 120]);
      expect(await codeOf(code(who, false))).toBe('insufficient_credits');
      expect((await buy(who, { model: 'small', is_first: true })).fee).toBe(60);
      const config = { provider: 'openai', model: 'usual', api_key: 'own', base_url: `${model.url}/v1` };
      await harness.set({ tenant_id: who.tenant, user_id: who.user }, { config });
      await codeOf(code(who, true));
      expect(await balance(who)).toBe(60);
    } finally {
      await price({});
      await waitUntil('the former prices', async () => (await code(user(), true)).fee === 60);
    }
  });

  it('is refused before the model is asked if its user cannot pay', async () => {
    const who = user();
    expect(await codeOf(buy(who, { model: 'big' }))).toBe('insufficient_credits');
    expect(model.asked).toEqual([]);
  });

  it('that fails costs nothing', async () => {
    const who = user();
    for (const mood of [400, 'broken'] as const) {
      model.mood = mood;
      await codeOf(buy(who));
    }
    await waitUntil('the releases', async () => (await billingRows(`select from hold where status = 'held'`)).length === 0);
    expect(await balance(who)).toBe(500);
  });

  it('with a key of its user costs nothing', async () => {
    const who = user();
    const config = { provider: 'openai', model: 'usual', api_key: 'own', base_url: `${model.url}/v1` };
    await harness.set({ tenant_id: who.tenant, user_id: who.user }, { config });
    await codeOf(buy(who));
    expect(await balance(who)).toBe(500);
  });

  it('whose charge billing does not answer is charged later, once', async () => {
    const who = user();
    const bought = await buy(who);
    const [charge] = await harness.query(`select payload from outbox where subject = $1 order by seq desc limit 1`, [
      models.completionCharged.subject,
    ]);
    const payload = charge!['payload'] as never;
    for (let n = 0; n < 3; n++) await harness.publish(models.completionCharged, payload);
    expect(bought.fee).toBe(250);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await balance(who)).toBe(250);
  });

  it('with an Idempotency-Key is charged once, however often it is repeated and interrupted', async () => {
    const who = user({ idempotencyKey: `k${people}` });
    const first = await buy(who);
    expect(await buy(who)).toEqual(first);
    expect(await balance({ ...who, idempotencyKey: undefined })).toBe(250);
    // As if the process had died after the charge, before it stored the answer.
    await harness.query(`update idempotency set answer = null, total = null, owner = gen_random_uuid(), lease_until = '-infinity'`);
    await buy(who);
    expect(model.asked).toHaveLength(2);
    expect(await balance({ ...who, idempotencyKey: undefined })).toBe(250);
  });
});

describe('the rate of a model', () => {
  it('adds its tokens to the fee, and applies from the next completion', async () => {
    const who = user();
    await setRate('small', { input_cost_per_1k: 1_000, output_cost_per_1k: 2_000 });
    await waitUntil('the rate', async () => (await buy(user(), { model: 'small', max_tokens: 1 })).fee !== 60);
    expect(await buy(who, { model: 'small' })).toMatchObject({ fee: 60 + 10 + 10, token_fee: 20 });
    expect(await balance(who)).toBe(420);
    await setRate('small', { tier: 'premium', platform_fee_default: 3 });
    await waitUntil('the rate', async () => (await buy(user(), { model: 'small' })).fee === 3);
  });

  it('that is not available is not asked: another model answers', async () => {
    await setRate('small', { is_available: false });
    await waitUntil('the rate', async () => (await buy(user(), { model: 'small' })).model === 'usual');
  });
});

it('platform fees apply to completions as soon as they are changed', async () => {
  const fees = { economy: 60, standard: 11, premium: 2_200 };
  await harness.call(billing.updatePlatformFees, asService('admin'), fees);
  await waitUntil('the fee', async () => (await harness.call(models.quoteFee, user(), { models: [''] })).fee === 11);
  const who = user();
  await buy(who);
  expect(await balance(who)).toBe(489);
});
