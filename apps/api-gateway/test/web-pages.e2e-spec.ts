import { waitUntil } from '@skep/testkit';
import { describe, expect, it } from '@jest/globals';
import { APP, GALLERY, useBrowser } from './web/browser.js';
import { checkKeyboard, checkLook } from './web/page-checks.js';

const PAGES = [
  ...['/', `/apps/${APP}`, `/apps/${GALLERY}`, '/marketplace', `/marketplace/${APP}`, '/confirmations', '/activity', '/notifications'],
  ...['/automations', '/wallet', '/account/security', '/account/keys', '/account/connections', '/account/mcp', '/nowhere'],
  ...['/sign-in', '/sign-up'],
];
const web = useBrowser();

describe('every page', () => {
  it.each(PAGES)('is accessible in light and dark, fits a narrow screen, and runs no script of an app: %s', (path) => checkLook(web, path));

  it.each(PAGES)('is walked with the Tab key from its first control to its last, each with a visible focus: %s', (path) =>
    checkKeyboard(web, path),
  );

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
