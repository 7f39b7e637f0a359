import { readConfig } from '@skep/platform';
import { expect, it } from '@jest/globals';
import { ModelsConfig } from './models.config.js';

const config = (env: object) =>
  readConfig(ModelsConfig, { SKEP_ENCRYPTION_KEY: 'k'.repeat(43), NATS_URL: 'nats://nobody', DATABASE_URL: 'postgres://nobody', ...env });

it('models and their tiers are parsed as lists', () => {
  expect(config({ SKEP_LLM_MODELS: 'small, big', SKEP_LLM_TIERS: 'small = economy,a=b=free' })).toMatchObject({
    SKEP_LLM_MODELS: ['small', 'big'],
    SKEP_LLM_TIERS: [
      { model: 'small', tier: 'economy' },
      { model: 'a=b', tier: 'free' },
    ],
  });
});

it.each(['small', 'small=dear', '=free', 'small=free,', 'small=free,small=premium'])('the tiers "%s" are refused', (SKEP_LLM_TIERS) => {
  expect(() => config({ SKEP_LLM_TIERS })).toThrow('SKEP_LLM_TIERS: entry ');
});
