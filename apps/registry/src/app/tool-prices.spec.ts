import { expect, it } from '@jest/globals';
import { toolPricesOf } from './tool-prices.js';

const prices = (pricing_model: string, pricing_config: Record<string, unknown> | null) => toolPricesOf({ pricing_model, pricing_config });

it('returns the prices of a per_action app', () => {
  expect(prices('per_action', { tool_prices: { save: 5, list: 0 } })).toEqual({ save: 5, list: 0 });
});

it('ignores other pricing models and invalid prices', () => {
  expect(prices('free', { tool_prices: { save: 5 } })).toBeNull();
  expect(prices('subscription', { monthly_price: 9, tool_prices: { save: 5 } })).toBeNull();
  expect(prices('per_action', null)).toBeNull();
  expect(prices('per_action', { tool_prices: { list: 0 } })).toBeNull();
  expect(prices('per_action', { tool_prices: { a: -1, b: 1.5, c: '5', d: null, e: 7 } })).toEqual({ e: 7 });
});
