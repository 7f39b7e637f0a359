import { waitUntil } from '@skep/testkit';
import { describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import { APP, GALLERY, useBrowser } from './web/browser.js';

const PAGES = [
  ...['/', `/apps/${APP}`, `/apps/${GALLERY}`, '/marketplace', `/marketplace/${APP}`, '/confirmations', '/activity', '/notifications'],
  ...['/automations', '/wallet', '/account/security', '/account/keys', '/account/connections', '/account/mcp', '/nowhere'],
  ...['/sign-in', '/sign-up'],
];
const web = useBrowser();

async function violations(): Promise<string[]> {
  await web.page.evaluate(axe.source);
  const found = await web.page.evaluate(async () => (await axe.run()).violations);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}

/** Marks the controls that the Tab key should reach, and counts them. Of radio buttons with one name it reaches one. */
const numberControls = () =>
  web.page.evaluate<number>(`
    [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
      .filter((e) => e.tabIndex >= 0 && !e.matches(':disabled') && e.checkVisibility({ visibilityProperty: true }))
      .reduce((marks, e, index) => marks.add((e.dataset.walk = e.type === 'radio' ? 'radio ' + e.name : String(index))), new Set()).size`);
/** The marked controls that the Tab key has not reached. */
const notReached = (reached: string[]) =>
  web.page.evaluate<string[]>(`
    [...document.querySelectorAll('[data-walk]')]
      .filter((e) => !${JSON.stringify(reached)}.includes(e.dataset.walk))
      .map((e) => e.outerHTML.slice(0, 120))`);
/** The control with the focus; without text if there is none. */
const focused = () =>
  web.page.evaluate<{ key?: string; isShown: boolean; html: string }>(`
    (({ activeElement: e }) => {
      // A document, a player or a calendar within the page shows the focus itself; a field of several controls shows it around them.
      const isShown = e.matches('iframe, audio, video, [type=date], [type=datetime-local], [type=time]')
        || [e, e.parentElement].some((shown) => getComputedStyle(shown).outlineStyle !== 'none');
      return { key: e.dataset.walk, isShown, html: e === document.body ? '' : e.outerHTML.slice(0, 120) };
    })(document)`);

describe('every page', () => {
  it.each(PAGES)('is accessible in light and dark, fits a narrow screen, and runs no script of an app: %s', async (path) => {
    await web.open(path);
    expect(await violations()).toEqual([]);
    await web.page.emulateMedia({ colorScheme: 'dark' });
    await web.page.setViewportSize({ width: 320, height: 640 });
    // Loaded again: a page that changes its colours is measured half way.
    await web.open(path);
    expect(await violations()).toEqual([]);
    expect(await web.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    expect(await web.page.evaluate('window.hacked')).toBeUndefined();
    expect(web.consoleErrors).toEqual([]);
  });

  it.each(PAGES)('is walked with the Tab key from its first control to its last, each with a visible focus: %s', async (path) => {
    await web.open(path);
    const controls = await numberControls();
    const reached = new Set<string>();
    const hidden: string[] = [];
    let last: string | undefined;
    for (let presses = 0; presses < controls * 2 + 40; presses++) {
      await web.page.keyboard.press('Tab');
      const { key, isShown, html } = await focused();
      // A date has several stops in one control.
      if (html === '' || (key && reached.has(key) && key !== last)) break;
      last = key;
      if (key) reached.add(key);
      if (!isShown) hidden.push(html);
    }
    expect(hidden).toEqual([]);
    expect(await notReached([...reached])).toEqual([]);
  });

  it('loads at most 180 kB of JavaScript first', async () => {
    let bytes = 0;
    web.page.on('response', (response) => {
      if (response.url().endsWith('.js')) bytes += Number(response.headers()['content-length'] ?? 0);
    });
    await web.open('/');
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(180_000);
  });

  it('that cannot load says why, and loads when asked to try again', async () => {
    const problem = { code: 'unavailable', title: 'Unavailable.', status: 503, detail: 'Billing does not answer at the moment.' };
    const refuse = '**/v1/billing/**';
    await web.page.route(refuse, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', json: problem }));
    await web.open('/automations');
    await web.page.getByRole('navigation').getByRole('link', { name: 'Wallet' }).click();
    await web.page.getByText('Billing does not answer at the moment.').waitFor();
    await web.page.unroute(refuse);
    await web.page.getByRole('button', { name: 'Try again' }).click();
    await web.page.getByText('Balance', { exact: true }).waitFor();
  });
});

describe('a table with 10,000 rows', () => {
  it('has those in view only, and is sorted and scrolled to its end', async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => ({ n, name: `Row ${n}` }));
    const ui = { type: 'DataTable', props: { columns: ['n', 'name'].map((key) => ({ key, label: key })), rows } };
    await web.page.route(`**/extensions/${GALLERY}/call`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...((await response.json()) as object), ui } });
    });
    await web.open(`/apps/${GALLERY}`);
    const region = web.page.locator('.ui-table');
    await region.getByText('Row 0', { exact: true }).waitFor();
    expect(await region.locator('table').getAttribute('aria-rowcount')).toBe('10001');
    const inPage = () => region.locator('tbody tr:not([aria-hidden])').count();
    expect(await inPage()).toBeLessThan(100);
    await region.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await region.getByText('Row 9999', { exact: true }).waitFor();
    expect(await inPage()).toBeLessThan(100);
    await region.getByRole('button', { name: 'n', exact: true }).click();
    await region.getByRole('button', { name: 'n', exact: true }).click();
    await region.evaluate((element) => element.scrollTo(0, 0));
    await waitUntil('the order', async () => (await region.locator('tbody td').first().textContent()) === '9999');
  });
});
