/** @jest-environment jsdom */
import { afterEach, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES } from '../src/examples/index.js';
import { NODE_TYPES } from '../src/index.js';
import { show, type Page } from './page.js';

const PUBLISHED =
  'Accordion Alert Audio Avatar Badge Button Card Chart Checkbox Code DataTable DatePicker Dialog Divider Empty Error FileUpload Form Graph Grid Header Html Icon Image Input KeyValue Link List Loading Markdown Menu MultiSelect Page Progress RadioGroup RichEditor Section Select SlideOver Slider Stack Stat Stats Tabs TagInput Text TextArea Timeline Toggle Tooltip Tree Video';
const TYPES = PUBLISHED.split(' ');

let page: Page;
afterEach(() => page?.close());

it('knows the 52 published types', () => {
  expect(NODE_TYPES.map(({ type }) => type).sort()).toEqual(TYPES.sort());
  expect(TYPES).toHaveLength(52);
});

it('describes each type for authors', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/apps/panels.md'), 'utf8');
  expect(TYPES.filter((type) => !page.includes(`\`${type}\``))).toEqual([]);
});

describe('an app shows', () => {
  it.each(TYPES)('%s', async (type) => {
    const children = EXAMPLES.filter((example) => example.type === type);
    expect(children.length).toBeGreaterThan(0);
    page = await show({ type: 'Stack', props: { children } });
    expect(page.errors).toEqual([]);
    expect(page.find('.ui-stack').childElementCount).toBeGreaterThanOrEqual(children.length);
    expect(page.element.querySelector('.ui-placeholder')).toBeNull();
  });

  it('types whatever their capitals, and by the other names that clients use', async () => {
    const names = [
      'BUTTON',
      'data_table',
      'Row',
      'Column',
      'radio_group',
      'Modal',
      'Toast',
      'ListItem',
      'AppIcon',
      'BulkUpload',
      'TrayResponse',
    ];
    page = await show({
      type: 'stack',
      props: { children: names.map((type) => ({ type, props: { label: 'x', title: 'x', message: 'x' } })) },
    });
    expect(page.element.textContent).not.toContain('Unknown component');
  });
});

describe('somebody with assistive technology', () => {
  const rules = { 'color-contrast': { enabled: false }, region: { enabled: false } };

  it.each(TYPES)('can use %s', async (type) => {
    const children = EXAMPLES.filter((example) => example.type === type);
    page = await show({ type: 'Page', props: { children } });
    const { violations } = await axe.run(page.element, { rules, resultTypes: ['violations'], elementRef: false });
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});
