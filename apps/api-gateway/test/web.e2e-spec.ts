import { type TestUser, waitUntil } from '@skep/testkit';
import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { APP, useBrowser } from './web/browser.js';

const PASSWORD = 'correct horse battery';
const web = useBrowser();
const button = (name: string) => web.page.getByRole('button', { name, exact: true });
const call = (user: TestUser, fn: string, params: object = {}) =>
  web.skep.http('POST', `/v1/extensions/${APP}/call`, { token: user.access, body: { user_id: user.id, function: fn, params } });
/** Signs out. */
const asStranger = () => web.page.context().clearCookies();

describe('a new person', () => {
  it('gets from the sign-up to a first call without reading documentation', async () => {
    await asStranger();
    const email = `${randomBytes(6).toString('hex')}@example.com`;
    await web.open('/');
    expect(await web.page.title()).toBe('Sign in · Skep');
    await web.page.getByRole('link', { name: 'Create an account' }).click();
    await web.page.getByRole('heading', { name: 'Create an account' }).waitFor();
    await web.page.getByLabel('E-mail address').fill(email);
    await web.page.getByLabel('Password').fill(PASSWORD);
    await button('Create account').click();
    await web.page.getByText(`We sent a link to ${email}`).waitFor();
    await web.page.goto(`${web.skep.url}/verify-email#token=${await web.skep.mailToken(email)}`);
    await web.page.getByLabel('Password').fill(PASSWORD);
    await button('Confirm').click();
    await web.page.getByRole('link', { name: 'Continue to Skep' }).click();
    await web.page.getByRole('link', { name: 'Open the marketplace' }).click();
    await web.page.getByRole('searchbox', { name: 'Search apps' }).fill('hostile');
    await web.page.waitForURL(/q=hostile/);
    await web.page.locator('main li a').first().click();
    await button('Install').click();
    await web.page.getByText('The app will be able to:').waitFor();
    await button('Agree and install').click();
    await web.page.getByRole('link', { name: 'Open', exact: true }).click();
    await web.page.locator('summary', { hasText: 'Save note' }).click();
    await web.page.getByLabel('Text').fill('A first note');
    await button('Run').first().click();
    await web.page.getByRole('region', { name: 'Result' }).waitFor();
    expect(web.consoleErrors).toEqual([]);
  });

  it('is told what is wrong at the field, and keeps what they entered', async () => {
    await asStranger();
    await web.open('/sign-up');
    await web.page.getByLabel('E-mail address').fill('new@example.com');
    await web.page.getByLabel('Password').fill('password');
    await button('Create account').click();
    await web.page.locator('[aria-invalid="true"]').waitFor();
    expect(await web.page.getByLabel('Password').getAttribute('aria-describedby')).toContain('fault');
    expect(await web.page.getByLabel('E-mail address').inputValue()).toBe('new@example.com');
  });
});

describe('a session', () => {
  it('starts where the user wanted to go, and ends with a sign-out', async () => {
    await asStranger();
    await web.open('/wallet');
    await web.signIn(web.bob.email, 'not the right one');
    await web.page.getByRole('alert').waitFor();
    await web.signIn(web.bob.email, web.bob.password);
    await web.page.getByRole('heading', { name: 'Wallet' }).waitFor();
    expect(new URL(web.page.url()).pathname).toBe('/app/wallet');
    expect(await web.page.evaluate('document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })')).not.toMatch(/ey|rt_/);
    await web.page.getByRole('button', { name: 'Sign out' }).first().click();
    await web.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await web.open('/wallet');
    expect(await web.page.title()).toBe('Sign in · Skep');
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example'])('does not continue at another site: %s', async (next) => {
    await asStranger();
    await web.open(`/sign-in?next=${encodeURIComponent(next)}`);
    await web.signIn(web.bob.email, web.bob.password);
    await web.page.getByRole('heading', { name: /Hello/ }).waitFor();
    expect(new URL(web.page.url()).origin).toBe(web.skep.url);
  });
});

describe('a user', () => {
  it('confirms a call that waits, which has run only then', async () => {
    await web.skep.http('PATCH', '/v1/me/settings', { token: web.bob.access, body: { confirmation_enabled: true } });
    await web.open('/confirmations');
    await web.page.getByText('Nothing waits for you').waitFor();
    await call(web.bob, 'save_note', { text: 'confirmed by hand' });
    // By the event stream: the page is not loaded again.
    await button('Confirm and run').click();
    await web.page.getByText('Nothing waits for you').waitFor();
    await web.skep.http('PATCH', '/v1/me/settings', { token: web.bob.access, body: { confirmation_enabled: false } });
    expect((await call(web.bob, 'list_notes')).text).toContain('confirmed by hand');
  });

  it('sees a notification without loading the page again', async () => {
    await web.open('/notifications');
    const body = { user_id: web.bob.id, tenant_id: 'default', message: 'Your report is ready', extension_id: APP };
    await web.skep.http('POST', '/v1/internal/notify', { headers: { 'x-service-token': web.skep.serviceToken }, body });
    await web.page.getByText('Your report is ready').waitFor();
    await button('Mark all as read').click();
    await waitUntil('no unread ones', async () => ((await web.page.getByText('New', { exact: true }).count()) === 0 ? true : undefined));
  });

  it('buys credits, and sees the entry that explains the balance', async () => {
    await web.open('/wallet');
    await button('$5.00').click();
    await button('Buy: 5,000 credits').click();
    await web.page.getByText('5,000 credits were added.').waitFor();
    await web.page.getByText('+5,000').waitFor();
  });

  it('creates a key that is shown once and works, and revokes it', async () => {
    await web.open('/account/keys');
    await button('Create a key').click();
    await web.page.getByLabel('Name').fill('Report');
    await web.page.getByRole('dialog').getByRole('button', { name: 'Create a key' }).click();
    await web.page.getByText('It is not shown again.').waitFor();
    const key = (await web.page.locator('dialog pre').first().textContent()) ?? '';
    const headers = { 'x-api-key': key, accept: 'application/json, text/event-stream' };
    const tools = await web.skep.http('POST', '/mcp', { headers, body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } });
    expect(tools.text).toContain(`${APP}__save_note`);
    await button('I have copied it').click();
    expect(await web.page.content()).not.toContain(key);
    await web.page.getByRole('button', { name: 'Revoke: Report' }).click();
    await web.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await web.page.getByText('No keys yet').waitFor();
  });

  it('finds their way with the keyboard alone', async () => {
    await web.open('/');
    await web.page.keyboard.press('Tab');
    expect(await web.page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await web.page.getByRole('link', { name: 'Wallet' }).focus();
    await web.page.keyboard.press('Enter');
    await web.page.getByRole('heading', { name: 'Wallet' }).waitFor();
    expect(await web.page.evaluate('document.activeElement.tagName')).toBe('H1');
  });

  it('is told that they are offline, and tries again later', async () => {
    await web.open('/');
    await web.page.context().setOffline(true);
    await web.page.getByText('You are offline').waitFor();
    await web.page.getByRole('navigation').getByRole('link', { name: 'Automations' }).click();
    await web.page.context().setOffline(false);
    await waitUntil('the page', async () => {
      const retry = web.page.getByRole('button', { name: 'Try again' });
      if (await retry.count()) await retry.click();
      return (await web.page.getByLabel('What should happen?').count()) > 0 || undefined;
    });
  });
});
