/** @jest-environment jsdom */
import { afterEach, describe, expect, it } from '@jest/globals';
import { Fragment } from 'react';
import { EXAMPLES } from '../src/examples/index.js';
import { NODE_TYPES } from '../src/index.js';
import { show, type Page } from './page.js';

let page: Page;
afterEach(() => page?.close());

const SCRIPT = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script><a href="javascript:alert(1)">x</a>';
const SVG = '<svg onload="globalThis.hacked=1"><script>globalThis.hacked=1</script><a href="javascript:alert(1)"><circle r="9"/></a></svg>';
const URLS = [
  'javascript:alert(1)',
  ' java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'blob:https://x/1',
];
const HOSTILE: readonly unknown[] = [
  ...[SCRIPT, SVG, ...URLS.slice(0, 3)],
  ...[null, -1, 1e308, true, '', [[]], { toString: 1, type: 1, props: [] }, { action: 'call' }],
  [null, 1, 'x', { key: 1, id: {}, label: [], value: {}, title: {}, type: 'Nope' }],
];

/** Props that some type reads, with the same value in each. */
const NAMES = [...new Set(EXAMPLES.flatMap(({ props }) => Object.keys(props)))];
const everywhere = (value: unknown) => Object.fromEntries(NAMES.map((name) => [name, value]));
const stackOf = (value: unknown) => ({
  type: 'Stack',
  props: { children: NODE_TYPES.map(({ type }) => ({ type, props: everywhere(value) })) },
});

/** Everything in the page that would run code or lead to a bad scheme. */
function dangers(root: ParentNode): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    const bad = [...element.attributes].filter(
      ({ name, value }) =>
        /^on/i.test(name) ||
        (/^(href|src|xlink:href|action|formaction|poster)$/i.test(name) && !/^(https?:|mailto:|\/|#|data:image\/)/i.test(value)),
    );
    const frame = element.getAttribute('srcdoc');
    const inside = frame ? dangers(new DOMParser().parseFromString(frame, 'text/html')) : [];
    if (/^(script|object|embed|base)$/i.test(element.tagName) && element.getAttribute('target') !== '_blank')
      bad.push(element.attributes[0]!);
    return [...bad.map((attribute) => `${element.tagName} ${attribute?.name}=${attribute?.value}`), ...inside];
  });
}

describe('an app that sends anything', () => {
  it.each(HOSTILE.map((value) => [JSON.stringify(value)?.slice(0, 60), value]))('runs no code and breaks no page: %s', async (_, value) => {
    page = await show({ type: 'Stack', props: { children: [stackOf(value), stackOf([everywhere(value), value])] } }, undefined, Fragment);
    expect(page.errors).toEqual([]);
    expect(dangers(page.element)).toEqual([]);
    expect(globalThis).not.toHaveProperty('hacked');
  });

  it.each([undefined, null, 'text', 7, [], {}, { type: 'Nope' }, { type: '__proto__' }, { type: 'constructor', props: null }])(
    'has %p as its tree',
    async (tree) => {
      page = await show(tree);
      expect(page.errors).toEqual([]);
    },
  );

  it('gets a labelled placeholder for a type that is unknown', async () => {
    page = await show({ type: 'Hologram', props: {} });
    expect(page.find('[role=note]').textContent).toBe('Unknown component: Hologram');
  });

  it('cannot nest without end', async () => {
    let tree: object = { type: 'Text', props: { content: 'bottom' } };
    for (let level = 0; level < 3_000; level += 1) tree = { type: 'Stack', props: { children: [tree] } };
    page = await show(tree);
    expect(page.element.textContent).toContain('nested too deeply');
    expect(page.element.querySelectorAll('*').length).toBeLessThan(200);
  });

  it('fills the page with no more than one part of ten thousand nodes', async () => {
    const children = Array.from({ length: 10_000 }, (_, index) => ({ type: 'Text', props: { content: `row ${index}` } }));
    page = await show({ type: 'Stack', props: { children } });
    expect(page.element.querySelectorAll('p')).toHaveLength(200);
    await page.click('Show more (9800)');
    expect(page.element.querySelectorAll('p')).toHaveLength(400);
  });

  it('shows a table of ten thousand rows with only those in view in the page', async () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => ({ id: index, name: `row ${index}` }));
    page = await show({ type: 'DataTable', props: { columns: [{ key: 'name', label: 'Name' }], rows } });
    expect(page.find('table').getAttribute('aria-rowcount')).toBe('10001');
    expect(page.element.querySelectorAll('tbody tr').length).toBeLessThan(60);
    await page.click('Name');
    await page.click('Name');
    expect(page.find('tbody tr td').textContent).toBe('row 9999');
  });
});

describe('markdown and HTML', () => {
  it.each([
    ['scripts', SCRIPT],
    ['SVG with handlers', SVG],
    ['a link to a script', '[x](javascript:alert(1)) [y](data:text/html,x) ![z](javascript:alert(1))'],
    ['forms', '<form action="https://evil.example"><input name=a><button>Sign in</button></form>'],
    ['frames', '<iframe src="https://evil.example"></iframe><object data=x></object><embed src=x>'],
    ['styles and classes of the host', '<div class="fixed" style="position:fixed;inset:0">x</div><style>body{display:none}</style>'],
    ['names that hide properties of the document', '<img name=cookie src=/a.png><a id=location href=/x>x</a>'],
    ['other namespaces', '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>'],
  ])('lose %s', async (_, content) => {
    const nodes = ['Markdown', 'Html', 'RichEditor'].map((type) => ({ type, props: { content, sandbox: false } }));
    page = await show({ type: 'Stack', props: { children: nodes } });
    expect(dangers(page.element)).toEqual([]);
    const prose = [...page.element.querySelectorAll('.ui-prose')].map(({ innerHTML }) => innerHTML).join();
    expect(prose).not.toMatch(/<(form|input|button|iframe|style|math|script)|class=|style=|\bid=|\bname=/);
    expect(globalThis).not.toHaveProperty('hacked');
  });

  it('stay what they are otherwise', async () => {
    page = await show({ type: 'Markdown', props: { content: '# A\n\n- **b**\n- [x] `c`\n\n[d](https://example.com/?q=1&r=2)' } });
    expect(page.find('h1').textContent).toBe('A');
    expect(page.find('strong').textContent).toBe('b');
    expect(page.find('a').getAttribute('href')).toBe('https://example.com/?q=1&r=2');
    expect(page.find('a').getAttribute('rel')).toContain('noopener');
  });

  it('of an app stand in a frame that runs no scripts', async () => {
    page = await show({ type: 'Html', props: { content: `<b>mail</b>${SCRIPT}` } });
    expect(page.find('iframe').getAttribute('sandbox')).not.toContain('allow-scripts');
    expect(page.find('iframe').getAttribute('srcdoc')).toContain('<b>mail</b>');
    expect(page.find('iframe').getAttribute('srcdoc')).not.toMatch(/onerror|<script|javascript:/);
  });
});
