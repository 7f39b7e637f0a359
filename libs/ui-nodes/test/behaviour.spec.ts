/** @jest-environment jsdom */
import { afterEach, describe, expect, it } from '@jest/globals';
import { createElement } from 'react';
import { show, type Page } from './page.js';

const node = (type: string, props: object = {}) => ({ type, props });
const call = (name: string, params: object = {}) => ({ action: 'call', function: name, params });
const stack = (...children: unknown[]) => node('Stack', { children });
const refusal = (): never => {
  throw new Error('The service did not answer.');
};

let page: Page;
afterEach(() => page?.close());

describe('a control', () => {
  it('runs its action', async () => {
    page = await show(node('Button', { label: 'Save', on_click: call('save', { id: 1 }) }));
    await page.click('Save');
    expect(page.actions).toEqual([call('save', { id: 1 })]);
  });

  it('runs one action at a time, and says that it is busy', async () => {
    let finish: (() => void) | undefined;
    page = await show(node('Button', { label: 'Save', on_click: call('save') }), () => new Promise<void>((resolve) => (finish = resolve)));
    await page.click('Save');
    await page.click('Save');
    expect(page.actions).toHaveLength(1);
    expect(page.find('button').getAttribute('aria-busy')).toBe('true');
    finish?.();
    await page.refresh(node('Button', { label: 'Save', on_click: call('save') }));
    await page.click('Save');
    expect(page.actions).toHaveLength(2);
  });

  it('shows why its action failed', async () => {
    page = await show(node('Button', { label: 'Save', on_click: call('save') }), refusal);
    await page.click('Save');
    expect(page.find('[role=alert]').textContent).toBe('The service did not answer.');
  });

  it('asks before it runs what needs a confirmation', async () => {
    page = await show(node('Button', { label: 'Delete', confirm: 'Delete this?', on_click: call('delete') }));
    await page.click('Delete');
    expect(page.find('dialog').textContent).toContain('Delete this?');
    await page.click('Cancel');
    expect(page.actions).toEqual([]);
    await page.click('Delete');
    await page.click('Confirm');
    expect(page.actions).toEqual([call('delete')]);
  });

  it('leads to a path through the host, and to another site by itself', async () => {
    page = await show(stack(node('Link', { label: 'in', href: '/notes' }), node('Link', { label: 'out', href: 'https://example.com' })));
    await page.click('in');
    expect(page.actions).toEqual([{ action: 'navigate', path: '/notes' }]);
    expect(page.control('out').getAttribute('target')).toBe('_blank');
    expect(page.control('out').getAttribute('rel')).toContain('noopener');
  });

  it('does nothing with a URL that is not safe', async () => {
    page = await show(node('Button', { label: 'Open', on_click: { action: 'open', url: 'javascript:alert(1)' } }));
    expect(page.find<HTMLButtonElement>('button').disabled).toBe(true);
  });

  it('does nothing with an action that is none of a node', async () => {
    page = await show(node('Button', { label: 'Delete', on_click: { action: 'store.delete', kind: 'notes' } }));
    expect(page.find<HTMLButtonElement>('button').disabled).toBe(true);
  });

  it('runs the auto_action of a root once, and only if it is a call', async () => {
    const tree = (action: object) => node('Stack', { auto_action: action, children: [] });
    page = await show(tree(call('load')));
    await page.refresh(tree(call('load')));
    expect(page.actions).toEqual([call('load')]);
    await page.close();
    page = await show(tree({ action: 'open', url: 'https://example.com' }));
    expect(page.actions).toEqual([]);
  });
});

const FORM = node('Form', {
  action: 'create',
  submit_label: 'Create',
  defaults: { currency: 'EUR', note: 'from the app' },
  children: [
    node('Input', { label: 'Name', param_name: 'name', required: true }),
    node('Input', { label: 'Mail', param_name: 'mail', type: 'email' }),
    node('TextArea', { label: 'Note', param_name: 'note' }),
    node('Checkbox', { label: 'Send', param_name: 'send', value: true }),
    node('Select', {
      label: 'Plan',
      param_name: 'plan',
      value: 'a',
      options: [
        { value: 'a', label: 'A' },
        { value: 'b', label: 'B' },
      ],
    }),
    node('MultiSelect', { label: 'Days', param_name: 'days', values: ['mo'], options: ['mo', 'tu'] }),
    node('RadioGroup', { label: 'Size', param_name: 'size', value: 's', options: ['s', 'm'] }),
    node('Slider', { label: 'Count', param_name: 'count', value: 3, max: 9 }),
    node('DatePicker', { label: 'Due', param_name: 'due', value: '2026-08-30' }),
    node('TagInput', { label: 'Tags', param_name: 'tags', values: ['x'] }),
    node('Toggle', { label: 'Open', param_name: 'open', value: false }),
  ],
});

describe('a form', () => {
  it('submits the values of its fields over its defaults', async () => {
    page = await show(FORM);
    await page.type('input:not([type=email])', 'Dana');
    await page.click('Create');
    expect(page.actions).toEqual([
      call('create', {
        ...{ currency: 'EUR', name: 'Dana', mail: '', note: 'from the app', send: true, plan: 'a' },
        ...{ days: ['mo'], size: 's', count: 3, due: '2026-08-30', tags: ['x'], open: false },
      }),
    ]);
  });

  it('says what is wrong, goes there, and submits nothing', async () => {
    page = await show(FORM);
    await page.type('input[type=email]', 'nobody');
    await page.click('Create');
    expect(page.actions).toEqual([]);
    expect([...page.element.querySelectorAll('[role=alert]')].map(({ textContent }) => textContent)).toEqual([
      'This field is required.',
      'Enter an e-mail address, such as name@example.com.',
    ]);
    expect(document.activeElement).toBe(page.element.querySelector('[aria-invalid=true]'));
  });

  it('is locked while its action runs', async () => {
    let finish: (() => void) | undefined;
    page = await show(
      node('Form', { action: 'go', children: [node('Input', { label: 'A' })] }),
      () => new Promise<void>((resolve) => (finish = resolve)),
    );
    await page.click('Submit');
    await page.click('Submit');
    expect(page.actions).toHaveLength(1);
    expect(page.find<HTMLInputElement>('input').disabled).toBe(true);
    finish?.();
    await page.refresh(node('Text', { content: 'done' }));
  });

  it('keeps what the user has entered through a refresh, with the focus, until it is sent', async () => {
    const form = (value: string) => node('Form', { action: 'go', children: [node('Input', { label: 'A', param_name: 'a', value })] });
    page = await show(form('one'));
    const input = page.find<HTMLInputElement>('input');
    await page.type('input', 'mine');
    await page.refresh(form('two'));
    expect(page.find('input')).toBe(input);
    expect(input.value).toBe('mine');
    expect(document.activeElement).toBe(input);
    await page.click('Submit');
    expect(input.value).toBe('two');
    await page.refresh(form('three'));
    expect(input.value).toBe('three');
  });

  it('is empty again after it was sent, with the focus where it was', async () => {
    page = await show(node('Form', { action: 'add', children: [node('Input', { label: 'A' })] }));
    await page.type('input', 'mine');
    await page.click('Submit');
    expect(page.find<HTMLInputElement>('input').value).toBe('');
    expect(document.activeElement).toBe(page.find('input'));
  });

  it('keeps its values after a failure', async () => {
    page = await show(node('Form', { action: 'go', children: [node('Input', { label: 'A' })] }), refusal);
    await page.type('input', 'mine');
    await page.click('Submit');
    await page.refresh(node('Form', { action: 'go', children: [node('Input', { label: 'A' })] }));
    expect(page.find<HTMLInputElement>('input').value).toBe('mine');
    expect(page.element.textContent).toContain('The service did not answer.');
  });
});

describe('an input alone', () => {
  it('runs on_submit at Enter with its value', async () => {
    page = await show(node('Input', { param_name: 'q', on_submit: call('search', { limit: 5 }) }));
    await page.type('input', 'hills');
    await page.press('input', 'Enter');
    expect(page.actions).toEqual([call('search', { limit: 5, q: 'hills' })]);
  });

  it('of several lines runs it at Ctrl and Enter only', async () => {
    page = await show(node('TextArea', { param_name: 'note', on_submit: call('save') }));
    await page.type('textarea', 'a');
    await page.press('textarea', 'Enter');
    expect(page.actions).toEqual([]);
    await page.press('textarea', 'Enter', { ctrlKey: true });
    expect(page.actions).toEqual([call('save', { note: 'a' })]);
  });

  it('of numbers sends a number, and nothing that is none', async () => {
    page = await show(node('Form', { action: 'pay', children: [node('Input', { type: 'number', param_name: 'amount' })] }));
    await page.click('Submit');
    await page.type('input', 'many');
    await page.click('Submit');
    await page.type('input', '12,5');
    await page.click('Submit');
    expect(page.actions).toEqual([call('pay'), call('pay', { amount: 12.5 })]);
  });

  it('goes back when its change fails', async () => {
    page = await show(node('Toggle', { label: 'Weekly', value: false, param_name: 'weekly', on_change: call('set') }), refusal);
    await page.click('Weekly');
    expect(page.actions).toEqual([call('set', { weekly: true })]);
    expect(page.find<HTMLInputElement>('input').checked).toBe(false);
    expect(page.element.textContent).toContain('The service did not answer.');
  });

  it('takes tags at Enter and at its delimiters, if they have its form', async () => {
    page = await show(
      node('TagInput', {
        param_name: 'tags',
        delimiters: [','],
        validate: '^[a-z]+$',
        validate_message: 'Letters only',
        on_change: call('set'),
      }),
    );
    await page.type('input', 'one');
    await page.press('input', ',');
    await page.type('input', '1');
    await page.press('input', 'Enter');
    expect(page.actions).toEqual([call('set', { tags: ['one'] })]);
    expect(page.element.textContent).toContain('Letters only');
  });
});

const ROWS = [
  { id: 'r1', name: 'b', count: 10, done: false },
  { id: 'r2', name: 'a', count: 9, done: true },
];

describe('a table', () => {
  const columns = [
    { key: 'name', label: 'Name', editable: true },
    { key: 'count', label: 'Count' },
    { key: 'done', label: 'Done', editable: true, edit_type: 'toggle' },
  ];
  const cells = (): (string | null)[] => [...page.element.querySelectorAll('tbody tr')].map((row) => row.children[1]!.textContent);

  it('sorts numbers as numbers, in both directions', async () => {
    page = await show(node('DataTable', { columns, rows: ROWS }));
    await page.click('Count');
    expect(cells()).toEqual(['9', '10']);
    await page.click('Count');
    expect(cells()).toEqual(['10', '9']);
    await page.click('Count');
    expect(cells()).toEqual(['10', '9']);
    expect(page.find('th:nth-child(2)').getAttribute('aria-sort')).toBe('none');
  });

  it('opens a row', async () => {
    page = await show(node('DataTable', { columns: [{ key: 'name' }], rows: ROWS, on_row_click: call('open') }));
    await page.click('b');
    expect(page.actions).toEqual([call('open', { row: ROWS[0] })]);
  });

  it('sends an edited cell', async () => {
    page = await show(node('DataTable', { columns, rows: ROWS, on_cell_edit: call('edit') }));
    await page.click('Edit Name: b');
    await page.type('td input[type=text]', 'c');
    await page.press('td input[type=text]', 'Enter');
    expect(page.actions).toEqual([call('edit', { row_id: 'r1', column_key: 'name', value: 'c' })]);
  });

  it('does not offer what it cannot send', async () => {
    page = await show(node('DataTable', { columns, rows: ROWS }));
    expect(page.element.querySelector('tbody button, tbody input')).toBeNull();
  });
});

describe('a list', () => {
  const items = ['Apple', 'Pear', 'Plum'].map((title) => node('ListItem', { id: title, title }));

  it('is searched', async () => {
    page = await show(node('List', { items, searchable: true }));
    await page.type('input', 'pl');
    expect([...page.element.querySelectorAll('.ui-item-title')].map(({ textContent }) => textContent)).toEqual(['Apple', 'Plum']);
  });

  it('is paged', async () => {
    page = await show(node('List', { items, page_size: 2 }));
    await page.click('Next');
    expect([...page.element.querySelectorAll('.ui-item-title')].map(({ textContent }) => textContent)).toEqual(['Plum']);
  });

  it('runs an action for the chosen items', async () => {
    page = await show(node('List', { items, selectable: true, bulk_actions: [{ label: 'Archive', action: call('archive') }] }));
    await page.click('Select Pear');
    await page.click('Archive');
    expect(page.actions).toEqual([call('archive', { message_ids: ['Pear'] })]);
  });

  it('keeps an opened item open when another comes before it', async () => {
    const open = node('ListItem', { id: 'x', title: 'X', expandable: true, expanded_content: [node('Text', { content: 'inside' })] });
    page = await show(node('List', { items: [open] }));
    await page.click('X');
    await page.refresh(node('List', { items: [...items, open] }));
    expect(page.element.textContent).toContain('inside');
  });
});

describe('by keyboard', () => {
  it('tabs are changed', async () => {
    page = await show(node('Tabs', { tabs: ['A', 'B'].map((label) => ({ label, content: node('Text', { content: `in ${label}` }) })) }));
    await page.press('[role=tab]', 'ArrowLeft');
    expect(page.element.textContent).toContain('in B');
    expect(document.activeElement?.textContent).toBe('B');
  });

  it('a menu is opened, walked and left', async () => {
    const items = [{ label: 'Edit', on_click: call('edit') }, { separator: true }, { label: 'Share', on_click: call('share') }];
    page = await show(node('Menu', { items }));
    await page.click('Menu');
    expect(document.activeElement?.textContent).toBe('Edit');
    await page.press('[role=menu]', 'ArrowUp');
    expect(document.activeElement?.textContent).toBe('Share');
    await page.press('[role=menu]', 'Escape');
    expect(page.element.querySelector('[role=menu]')).toBeNull();
    expect(document.activeElement).toBe(page.find('button'));
  });

  it('a tree is opened and walked', async () => {
    const nodes = [{ id: 'a', label: 'A', children: [{ id: 'b', label: 'B', on_click: call('open') }] }];
    page = await show(node('Tree', { nodes }));
    await page.press('[role=treeitem]', 'ArrowRight');
    await page.press('[role=treeitem]', 'ArrowRight');
    expect(document.activeElement?.textContent).toBe('B');
    await page.press('[role=treeitem]:last-child', 'Enter');
    expect(page.actions).toEqual([call('open')]);
  });
});

describe('a dialog', () => {
  it('confirms and closes, and opens again when the app says so', async () => {
    const dialog = (open: boolean) => node('Dialog', { title: 'Delete?', confirm_label: 'Delete', on_confirm: call('delete'), open });
    page = await show(dialog(true));
    await page.click('Delete');
    expect(page.actions).toEqual([call('delete')]);
    expect(page.element.querySelector('dialog')).toBeNull();
    await page.refresh(dialog(true));
    expect(page.element.querySelector('dialog')).toBeNull();
    await page.refresh(dialog(false));
    await page.refresh(dialog(true));
    expect(page.element.querySelector('dialog')).not.toBeNull();
  });

  it('stays when its action fails', async () => {
    page = await show(node('Dialog', { title: 'Delete?', on_confirm: call('delete') }), refusal);
    await page.click('Confirm');
    expect(page.find('dialog').textContent).toContain('The service did not answer.');
  });
});

describe('a node that fails', () => {
  it('takes no other with it, and is tried again with the next tree', async () => {
    const { NODE_TYPES } = await import('../src/index.js');
    const text = NODE_TYPES.find(({ type }) => type === 'Text')!;
    const { Component } = text;
    text.Component = ({ props }) => {
      if (props['content'] === 'bad') throw new Error('broken');
      return createElement(Component, { props });
    };
    const { error } = console;
    console.error = () => undefined;
    try {
      page = await show(stack(node('Text', { content: 'bad' }), node('Badge', { label: 'good' })));
      expect(page.element.textContent).toContain('This part (Text) could not be shown.');
      expect(page.element.textContent).toContain('good');
      await page.refresh(stack(node('Text', { content: 'fine' }), node('Badge', { label: 'good' })));
      expect(page.element.textContent).toContain('fine');
    } finally {
      Object.assign(console, { error });
      text.Component = Component;
    }
  });
});
