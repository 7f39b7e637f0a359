import { expect, it } from '@jest/globals';
import { runChecks } from './checks.js';

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
  runChecks({ ...app, ...changes }, hasDeployed)
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
])('reports that the check %s fails for %j', (name, changes) => {
  expect(failing(changes)).toEqual([name]);
});

it('lists the functions that have a price but do not exist', () => {
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { save: 5, sav: 5, lists: 1 } } };
  expect(runChecks({ ...app, ...pricing }, true).filter(({ passed }) => !passed)).toEqual([
    {
      name: 'prices_of_functions',
      passed: false,
      message: 'tool_prices has prices for functions that the latest release does not have: sav, lists. Correct or remove them.',
    },
  ]);
  expect(runChecks({ ...app, ...pricing, pricing_config: { tool_prices: { save: 5 } } }, true).every(({ passed }) => passed)).toBe(true);
});

it('requires a successful deploy', () => {
  expect(failing({}, false)).toEqual(['has_successful_deploy']);
});
