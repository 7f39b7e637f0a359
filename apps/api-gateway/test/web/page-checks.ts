import { expect } from '@jest/globals';
import axe from 'axe-core';
import type { WebBrowser } from './browser.js';

async function violations({ page }: WebBrowser): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => (await axe.run()).violations);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}

/** A page is accessible in light and dark, fits a narrow screen, and runs no script of what it shows. */
export async function checkLook(web: WebBrowser, path: string): Promise<void> {
  await web.open(path);
  expect(await violations(web)).toEqual([]);
  await web.page.emulateMedia({ colorScheme: 'dark' });
  await web.page.setViewportSize({ width: 320, height: 640 });
  // Loaded again: a page that changes its colours is measured half way.
  await web.open(path);
  expect(await violations(web)).toEqual([]);
  expect(await web.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
  expect(await web.page.evaluate('window.hacked')).toBeUndefined();
  expect(web.consoleErrors).toEqual([]);
}

/** Marks the controls that the Tab key should reach, and counts them. Of radio buttons with one name it reaches one. */
const numberControls = ({ page }: WebBrowser) =>
  page.evaluate<number>(`
    [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
      .filter((e) => e.tabIndex >= 0 && !e.matches(':disabled') && e.checkVisibility({ visibilityProperty: true }))
      .reduce((marks, e, index) => marks.add((e.dataset.walk = e.type === 'radio' ? 'radio ' + e.name : String(index))), new Set()).size`);
/** The marked controls that the Tab key has not reached. */
const notReached = ({ page }: WebBrowser, reached: string[]) =>
  page.evaluate<string[]>(`
    [...document.querySelectorAll('[data-walk]')]
      .filter((e) => !${JSON.stringify(reached)}.includes(e.dataset.walk))
      .map((e) => e.outerHTML.slice(0, 120))`);
/** The control with the focus; without text if there is none. */
const focused = ({ page }: WebBrowser) =>
  page.evaluate<{ key?: string; isShown: boolean; isEditor: boolean; html: string }>(`
    (({ activeElement: e }) => {
      // A document, a player or a calendar within the page shows the focus itself; a field of several controls shows it around them.
      const isShown = e.matches('iframe, audio, video, [type=date], [type=datetime-local], [type=time]')
        || [e, e.parentElement].some((shown) => getComputedStyle(shown).outlineStyle !== 'none');
      return { key: e.dataset.walk, isShown, isEditor: 'editor' in e.dataset, html: e === document.body ? '' : e.outerHTML.slice(0, 120) };
    })(document)`);

/** A page is walked with the Tab key from its first control to its last, each with a visible focus. */
export async function checkKeyboard(web: WebBrowser, path: string): Promise<void> {
  await web.open(path);
  const controls = await numberControls(web);
  const reached = new Set<string>();
  const hidden: string[] = [];
  let last: string | undefined;
  for (let presses = 0; presses < controls * 2 + 40; presses++) {
    await web.page.keyboard.press('Tab');
    const { key, isShown, isEditor, html } = await focused(web);
    // A date has several stops in one control.
    if (html === '' || (key && reached.has(key) && key !== last)) break;
    last = key;
    if (key) reached.add(key);
    if (!isShown) hidden.push(html);
    // In an editor of code the Tab key indents, unless Escape is pressed before.
    if (isEditor) await web.page.keyboard.press('Escape');
  }
  expect(hidden).toEqual([]);
  expect(await notReached(web, [...reached])).toEqual([]);
}
