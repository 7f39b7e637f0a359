import { describe, expect, it } from '@jest/globals';
import { toWords } from './panel-words.js';

const node = (type: string, props: object) => ({ type, props });

describe('a tree of nodes in words', () => {
  it('says what a person would read, in that order', () => {
    const children = [
      node('Header', { text: 'Links', subtitle: 'All of them' }),
      node('Stat', { label: 'Saved', value: 3 }),
      node('KeyValue', { items: [{ key: 'Owner', value: 'Ada' }] }),
      node('List', { items: [node('ListItem', { id: 'x1', title: 'Skep', meta: 'today', badge: { label: 'new' } })] }),
      node('DataTable', {
        columns: [{ key: 'n', label: 'No.' }],
        rows: [
          { n: 1, name: 'One' },
          { n: 2, nested: {} },
        ],
      }),
      node('Html', { content: '<p>A <b>bold</b>\n word</p>' }),
      node('TagInput', { label: 'Tags', values: ['a', 'b'] }),
      node('Button', { label: 'Save', on_click: { action: 'call', function: 'save' } }),
      'plain',
    ];
    expect(toWords(node('Stack', { children })).split('\n')).toEqual([
      'Links · All of them',
      'Saved · 3',
      'Owner · Ada',
      'Skep · today',
      'new',
      'n: 1, name: One',
      'n: 2',
      'A bold word',
      'Tags',
      'a',
      'b',
      'Save',
      'plain',
    ]);
  });

  it.each([undefined, null, 7, true, [], {}, { type: 'Stack', props: null, children: 'x' }, [[['deep']]], { props: { children: [null] } }])(
    'takes anything: %p',
    (tree) => expect(typeof toWords(tree)).toBe('string'),
  );

  it('has an end, however long or deep the tree is', () => {
    let deep: object = node('Text', { content: 'bottom' });
    for (let level = 0; level < 5_000; level++) deep = node('Stack', { children: [deep] });
    expect(toWords(deep)).toBe('');
    const wide = node('Stack', { children: Array.from({ length: 100_000 }, (_, n) => node('Text', { content: `row ${n}` })) });
    expect(toWords(wide)).toHaveLength(20_000);
  });
});
