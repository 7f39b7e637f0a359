import { expect, it } from '@jest/globals';
import { panelsOf } from './panels.js';

const panel = { panel_id: 'left', slot: 'left' };
const ir = { app: { ui: { panels: [panel] } } };

it('takes the panels of the manifest first', () => {
  expect(panelsOf({ panels: [] }, ir)).toEqual([]);
  expect(panelsOf({ panels: [panel] }, { app: {} })).toEqual([panel]);
});

it('takes the panels of the IR if the manifest has no list of panels', () => {
  expect(panelsOf({}, ir)).toEqual([panel]);
  expect(panelsOf({ panels: 'none' }, ir)).toEqual([panel]);
});

it('ignores values that are not panels', () => {
  expect(panelsOf({})).toEqual([]);
  expect(panelsOf({}, { app: null })).toEqual([]);
  expect(panelsOf({}, { app: { ui: [] } })).toEqual([]);
  expect(panelsOf({ panels: [1, null, [panel], panel] })).toEqual([panel]);
});
