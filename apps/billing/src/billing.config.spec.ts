import { readConfig } from '@skep/platform';
import { expect, it } from '@jest/globals';
import { BillingConfig } from './billing.config.js';

const config = (env: object) => readConfig(BillingConfig, { NATS_URL: 'nats://nobody', DATABASE_URL: 'postgres://nobody', ...env });

it('parses webhook secrets as a comma-separated list', () => {
  expect(config({ STRIPE_WEBHOOK_SECRET: 'whsec_old,whsec_new' }).STRIPE_WEBHOOK_SECRET).toEqual(['whsec_old', 'whsec_new']);
});

it.each(['whsec_new,', ',', 'secret'])('rejects the webhook secrets "%s"', (STRIPE_WEBHOOK_SECRET) => {
  expect(() => config({ STRIPE_WEBHOOK_SECRET })).toThrow('STRIPE_WEBHOOK_SECRET: entry ');
});
