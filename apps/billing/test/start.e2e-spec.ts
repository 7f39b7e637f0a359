import { type Infrastructure, startInfrastructure } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';

const STRIPE = { STRIPE_SECRET_KEY: 'sk_test_nobody', STRIPE_PUBLISHABLE_KEY: 'pk_test_nobody' };
let infra: Infrastructure;

beforeAll(async () => {
  infra = await startInfrastructure();
});
afterAll(() => infra?.close());

describe('the service', () => {
  it.each<Record<string, string>>([{}, { SKEP_PAYMENTS: 'sandbox' }, { ...STRIPE, SKEP_PAYMENTS: 'sandbox' }])(
    'refuses to start in production with the sandbox, and names the setting: %j',
    async (settings) => {
      const production = { NODE_ENV: 'production', ...settings };
      const line = /Invalid settings:\n {2}SKEP_PAYMENTS: needs a value: .*; for example SKEP_PAYMENTS=off/;
      await expect(start(await infra.env('billing', production))).rejects.toThrow(line);
      await expect(infra.startApp('billing', production)).rejects.toThrow(line);
    },
  );

  it('refuses to start with Stripe without its keys, or with an unknown provider', async () => {
    const lines = /\n {2}STRIPE_SECRET_KEY: is required .*\n {2}STRIPE_PUBLISHABLE_KEY: is required /;
    await expect(start(await infra.env('billing', { SKEP_PAYMENTS: 'stripe' }))).rejects.toThrow(lines);
    await expect(start(await infra.env('billing', { SKEP_PAYMENTS: 'paypal' }))).rejects.toThrow('SKEP_PAYMENTS');
  });

  it('starts in production without payments', async () => {
    const running = await start(await infra.env('billing', { SKEP_PAYMENTS: 'off', NODE_ENV: 'production' }));
    await running.stop();
  });

  it('refuses to start with Stripe in production without a webhook secret', async () => {
    await expect(start(await infra.env('billing', { ...STRIPE, NODE_ENV: 'production' }))).rejects.toThrow(
      /^Invalid settings:\n {2}STRIPE_WEBHOOK_SECRET: is required in production: .*; for example STRIPE_WEBHOOK_SECRET=whsec_…$/,
    );
  });

  it('refuses to start with only one of the keys', async () => {
    for (const key of ['STRIPE_SECRET_KEY', 'STRIPE_PUBLISHABLE_KEY'])
      await expect(start(await infra.env('billing', { ...STRIPE, [key]: '' }))).rejects.toThrow(`\n  ${key}: is required`);
  });

  it('starts in production with Stripe', async () => {
    const running = await start(await infra.env('billing', { ...STRIPE, STRIPE_WEBHOOK_SECRET: 'whsec_nobody', NODE_ENV: 'production' }));
    await running.stop();
  });
});
