import { expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { readConfig, ServiceConfig } from './config.js';

it('a configuration is printed without its values', () => {
  const config = readConfig(ServiceConfig, { NATS_URL: 'nats://n', NATS_PASSWORD: 'hush', DATABASE_URL: 'postgres://u:hush@h/d' });
  expect(config.NATS_PASSWORD).toBe('hush');
  for (const text of [JSON.stringify({ config }), inspect({ config }, { depth: 5 })]) {
    expect(text).toContain('DATABASE_URL');
    expect(text).not.toContain('hush');
  }
});
