import { expect, it } from '@jest/globals';
import { checksOf } from './checks.js';

const described = { name: 'save', description: 'Save a link.', params_schema: {}, action_type: 'write' };
const app = {
  name: 'Link Saver',
  short_description: 'Keeps links.',
  description: '',
  category: 'productivity',
  functions: [described],
  runnable: true,
  pricing_model: 'free',
  pricing_config: null,
  suspend_reason: null as string | null,
};
const failing = (changes: Partial<typeof app>, hasDeployed = true) =>
  checksOf({ ...app, ...changes }, hasDeployed)
    .filter(({ passed }) => !passed)
    .map(({ name }) => name);

it('passes an app that is complete', () => {
  expect(failing({})).toEqual([]);
  expect(failing({ short_description: '', description: 'Keeps links, at length.' })).toEqual([]);
});

it.each<[string, Partial<typeof app>]>([
  ['not_suspended', { suspend_reason: 'It spies.' }],
  ['ir_valid', { runnable: false }],
  ['has_name', { name: ' ' }],
  ['has_description', { short_description: '' }],
  ['has_category', { category: '' }],
  ['functions_described', { functions: [] }],
  ['functions_described', { functions: [described, { ...described, description: ' ' }] }],
  ['has_prices', { pricing_model: 'per_action' }],
])('names the check %s that %j fails', (name, changes) => {
  expect(failing(changes)).toEqual([name]);
});

it('names the functions that have a price and do not exist', () => {
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { save: 5, sav: 5, lists: 1 } } };
  expect(checksOf({ ...app, ...pricing }, true).filter(({ passed }) => !passed)).toEqual([
    {
      name: 'prices_of_functions',
      passed: false,
      message: 'These prices name no function of the newest release: sav, lists. Correct or remove them.',
    },
  ]);
  expect(checksOf({ ...app, ...pricing, pricing_config: { tool_prices: { save: 5 } } }, true).every(({ passed }) => passed)).toBe(true);
});

it('asks for a deploy first', () => {
  expect(failing({}, false)).toEqual(['has_successful_deploy']);
});
