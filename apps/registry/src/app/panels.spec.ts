import { expect, it } from '@jest/globals';
import { panelsOf } from './panels.js';

const panel = { panel_id: 'left', slot: 'left' };
const ir = { app: { ui: { panels: [panel] } } };

it('takes the panels of the manifest first', () => {
  expect(panelsOf({ panels: [] }, ir)).toEqual([]);
  expect(panelsOf({ panels: [panel] }, { app: {} })).toEqual([panel]);
});

it('takes those of the IR where the manifest has none', () => {
  expect(panelsOf({}, ir)).toEqual([panel]);
  expect(panelsOf({ panels: 'none' }, ir)).toEqual([panel]);
});

it('finds none in what does not look like panels', () => {
  expect(panelsOf({})).toEqual([]);
  expect(panelsOf({}, { app: null })).toEqual([]);
  expect(panelsOf({}, { app: { ui: [] } })).toEqual([]);
  expect(panelsOf({ panels: [1, null, [panel], panel] })).toEqual([panel]);
});
