import { expect, it } from '@jest/globals';
import { hasAllPrices, findPricingFaults } from './pricing.js';

it.each([
  ['free', null],
  ['free', {}],
  ['per_action', null],
  ['per_action', { tool_prices: {} }],
  ['per_action', { tool_prices: { save: 0, list_all: 5 } }],
  ['subscription', { monthly_price: 900 }],
  ['subscription', { monthly_price: 900, tool_prices: { save: 1 } }],
])('accepts %s with %j', (model, config) => {
  expect(findPricingFaults(model, config)).toEqual([]);
});

it.each<[string, Record<string, unknown>, string[]]>([
  ['free', { tool_prices: { save: 1 } }, ['tool_prices']],
  ['per_action', {}, ['tool_prices']],
  ['per_action', { tool_prices: [1] }, ['tool_prices']],
  ['per_action', { tool_prices: null }, ['tool_prices']],
  ['per_action', { tool_prices: { save: -1 } }, ['tool_prices', 'save']],
  ['per_action', { tool_prices: { save: 1.5 } }, ['tool_prices', 'save']],
  ['per_action', { tool_prices: { save: '1' } }, ['tool_prices', 'save']],
  ['per_action', { tool_prices: { save: 2 ** 53 } }, ['tool_prices', 'save']],
  ['per_action', { tool_prices: { 'no name': 1 } }, ['tool_prices']],
  ['per_action', { tool_prices: {}, monthly_price: 1 }, ['monthly_price']],
  ['subscription', { monthly_price: 'much' }, ['monthly_price']],
  ['free', { ['__proto__x']: 1 }, ['__proto__x']],
])('reports the fault of %s with %j', (model, config, at) => {
  expect(findPricingFaults(model, config)).toMatchObject([{ loc: ['pricing_config', ...at] }]);
});

it('reports whether the prices are complete', () => {
  expect(hasAllPrices('free', null)).toBe(true);
  expect(hasAllPrices('per_action', null)).toBe(false);
  expect(hasAllPrices('per_action', { tool_prices: {} })).toBe(true);
  expect(hasAllPrices('subscription', {})).toBe(false);
});
