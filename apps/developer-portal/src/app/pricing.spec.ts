import { expect, it } from '@jest/globals';
import { isPriced, pricingFaults } from './pricing.js';

it.each([
  ['free', null],
  ['free', {}],
  ['per_action', null],
  ['per_action', { tool_prices: {} }],
  ['per_action', { tool_prices: { save: 0, list_all: 5 } }],
  ['subscription', { monthly_price: 900 }],
  ['subscription', { monthly_price: 900, tool_prices: { save: 1 } }],
])('takes %s with %j', (model, config) => {
  expect(pricingFaults(model, config)).toEqual([]);
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
])('names what is wrong with %s and %j', (model, config, at) => {
  expect(pricingFaults(model, config)).toMatchObject([{ loc: ['pricing_config', ...at] }]);
});

it('knows when the prices are complete', () => {
  expect(isPriced('free', null)).toBe(true);
  expect(isPriced('per_action', null)).toBe(false);
  expect(isPriced('per_action', { tool_prices: {} })).toBe(true);
  expect(isPriced('subscription', {})).toBe(false);
});
