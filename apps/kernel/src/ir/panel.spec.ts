import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from './ir.js';
import { IrError } from './ir-error.js';
import { renderPanel } from './panel.js';

const data = {
  links: [
    { title: 'A', tags: ['x', 'y'] },
    { title: 'B', tags: [] },
  ],
  user: { name: 'Ann' },
};
const text = (content: string): JsonObject => ({ type: 'Text', props: { content } });
const render = (tree: JsonObject): unknown => renderPanel(tree, { data });

describe('a viewer of a panel', () => {
  it('sees values in place of bindings', () => {
    expect(
      render({ type: 'Card', props: { title: 'Hi {{data.user.name}}', links: '{{data.links | count}}', raw: '{{data.user}}' } }),
    ).toEqual({
      type: 'Card',
      props: { title: 'Hi Ann', links: 2, raw: { name: 'Ann' } },
    });
  });

  it('sees one node per element', () => {
    expect(
      render({
        type: 'List',
        props: { items: { $repeat: '{{data.links}}', as: 'link', node: text('{{link.title}} of {{data.user.name}}') } },
      }),
    ).toEqual({
      type: 'List',
      props: { items: [text('A of Ann'), text('B of Ann')] },
    });
  });

  it('sees elements named item by default, among the other nodes of an array', () => {
    expect(
      render({
        type: 'Stack',
        props: { children: [text('top'), { $repeat: '{{data.links}}', node: text('{{item.title}}') }, text('end')] },
      }),
    ).toEqual({
      type: 'Stack',
      props: { children: [text('top'), text('A'), text('B'), text('end')] },
    });
  });

  it('sees arrays within arrays', () => {
    const inner = { $repeat: '{{link.tags}}', as: 'tag', node: text('{{link.title}}{{tag}}') };
    expect(
      render({ type: 'L', props: { items: { $repeat: '{{data.links}}', as: 'link', node: { type: 'R', props: { items: inner } } } } }),
    ).toEqual({
      type: 'L',
      props: {
        items: [
          { type: 'R', props: { items: [text('Ax'), text('Ay')] } },
          { type: 'R', props: { items: [] } },
        ],
      },
    });
  });

  it('sees no nodes repeated for a value that is not an array', () => {
    expect(render({ type: 'List', props: { items: { $repeat: '{{data.user}}', node: text('x') } } })).toEqual({
      type: 'List',
      props: { items: [] },
    });
  });

  it('sees a node only if its condition is true', () => {
    const when = (name: string): JsonObject => ({ $if: { field: '{{data.user.name}}', eq: name }, node: text(name) });
    expect(render({ type: 'S', props: { a: when('Ann'), b: when('Bob'), children: [when('Bob'), when('Ann')] } })).toEqual({
      type: 'S',
      props: { a: text('Ann'), children: [text('Ann')] },
    });
    expect(render(when('Ann'))).toEqual(text('Ann'));
    expect(render(when('Bob'))).toBeNull();
  });

  it('sees conditions within repetitions, repetitions under conditions, and the older form of a condition', () => {
    const tagged = {
      $repeat: '{{data.links}}',
      node: { $if: { left: '{{item.tags | count}}', op: 'gt', right: 0 }, node: text('{{item.title}}') },
    };
    expect(render({ type: 'S', props: { items: tagged } })).toEqual({ type: 'S', props: { items: [text('A')] } });
    expect(render({ type: 'S', props: { items: { $if: { field: '{{data.links}}', exists: true }, node: tagged } } })).toEqual({
      type: 'S',
      props: { items: [text('A')] },
    });
  });

  it('gets an error for a panel that is too large', () => {
    const many = { many: Array.from({ length: 200 }, () => 1) };
    const repeat = (node: JsonObject): JsonObject => ({ $repeat: '{{many}}', node });
    const nothing = { $if: { field: 'a', eq: 'b' }, node: text('x') };
    for (const node of [text('x'), nothing]) {
      expect(() => renderPanel({ type: 'S', props: { items: repeat(repeat(repeat(node))) } }, many)).toThrow(IrError);
    }
    const wide = { rows: Array.from({ length: 500 }, () => ({})) };
    expect(() => renderPanel({ type: 'S', props: { items: repeat(wide) } }, many)).toThrow(IrError);
    expect(() => renderPanel(text('{{a}}'), { a: 'x'.repeat(256 * 1024) })).toThrow('too much data');
  });
});
