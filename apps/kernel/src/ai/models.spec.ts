import { expect, it } from '@jest/globals';
import { Models } from './models.js';

const settings = { SKEP_LLM_PROVIDER: 'openai', SKEP_LLM_MODEL: 'usual', SKEP_LLM_MODELS: ['small', 'big'], SKEP_LLM_TIER: 'standard' };
const SKEP_LLM_TIERS = [
  { model: 'small', tier: 'economy' },
  { model: 'big', tier: 'premium' },
  { model: 'own', tier: 'free' },
];
const models = new Models({ ...settings, SKEP_LLM_TIERS });

it('resolves a listed model to itself and any other to the default model', () => {
  expect([undefined, '', 'small', 'big', 'gpt-0'].map((requested) => models.resolve(requested))).toEqual([
    'usual',
    'usual',
    'small',
    'big',
    'usual',
  ]);
});

it('the fee depends on the tier of the model', () => {
  expect(['usual', 'small', 'big', 'own'].map((model) => models.feeOf(model))).toEqual([250, 60, 2_200, 0]);
  expect(models.highestFee).toBe(2_200);
  expect(new Models({ ...settings, SKEP_LLM_TIER: 'free', SKEP_LLM_TIERS: [] }).highestFee).toBe(0);
});

it('the fee is 0 if there is no model', () => {
  const none = new Models({ ...settings, SKEP_LLM_PROVIDER: undefined, SKEP_LLM_TIERS: [] });
  expect(none.resolve('small')).toBeUndefined();
  expect(none.highestFee).toBe(0);
});
