import { type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import chromium from '@sparticuz/chromium';
import axe from 'axe-core';
import { createHash, randomBytes } from 'node:crypto';
import { type Browser, chromium as playwright, type Page } from 'playwright-core';

let skep: Skep;
let ada: TestUser;
let browser: Browser;
let page: Page;
/** Errors in the browser console, and every request with its referrer. */
let consoleErrors: string[];
let requests: string[];

beforeAll(async () => {
  [skep, browser] = await Promise.all([
    startSkep(),
    chromium
      .executablePath()
      .then((executablePath) => playwright.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'], headless: true })),
  ]);
  ada = await skep.signUpUser();
});
afterAll(async () => {
  await browser?.close();
  await skep?.close();
});
beforeEach(async () => {
  page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  [consoleErrors, requests] = [[], []];
  page.on('pageerror', (error) => consoleErrors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && consoleErrors.push(message.text()));
  page.on('request', (request) => requests.push(`${request.url()} ${request.headers()['referer'] ?? ''}`));
});
afterEach(() => page?.close());

async function authorizeDevice() {
  const code_verifier = randomBytes(48).toString('base64url');
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const { json } = await skep.http('POST', '/v1/auth/cli/device/authorize', { body: { code_challenge, code_challenge_method: 'S256' } });
  const poll = () => skep.http('POST', '/v1/auth/cli/device/token', { body: { device_code: String(json['device_code']), code_verifier } });
  return { uri: String(json['verification_uri']), link: String(json['verification_uri_complete']), code: String(json['user_code']), poll };
}
const button = (name: string) => page.getByRole('button', { name });

/** Fills in a password, in a field that must hide it. */
async function typePassword(label: string, password: string) {
  const field = page.getByLabel(label);
  expect(await field.getAttribute('type')).toBe('password');
  await field.fill(password);
}

describe('a user in a browser', () => {
  it('connects a device with the keyboard alone, after a wrong password', async () => {
    const { uri, code, poll } = await authorizeDevice();
    await page.goto(uri);
    await page.getByLabel('Code').fill(code.toLowerCase().replace('-', ' '));
    await page.keyboard.press('Enter');
    await page.getByLabel('E-mail address').fill(ada.email);
    await typePassword('Password', 'not the right one');
    await button('Approve').click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(ada.email);
    await page.getByLabel('Password').fill(ada.password);
    await page.keyboard.press('Enter');
    await page.getByRole('status').waitFor();
    expect(await page.title()).toBe('The device is connected');
    expect((await poll()).json['access_token']).toBeDefined();
    expect(await page.context().cookies()).toEqual([]);
  });

  it('denies a device with one click', async () => {
    const { link, poll } = await authorizeDevice();
    await page.goto(link);
    await button('Deny').click();
    await page.getByRole('status').waitFor();
    expect((await poll()).json['error']).toBe('access_denied');
    expect(consoleErrors).toEqual([]);
  });

  it('confirms an address with the password of their own sign-up, after someone else signed up with it first', async () => {
    const email = `${randomBytes(6).toString('hex')}@example.com`;
    for (const password of ['a password of a stranger', 'the password of the owner'])
      await skep.http('POST', '/v1/auth/signup', { body: { email, password } });
    const token = await skep.mailToken(email);
    await page.goto(`${skep.url}/verify-email#token=${token}`);
    await page.getByLabel('Password').fill('not the right one');
    expect(page.url()).toBe(`${skep.url}/verify-email`);
    await button('Confirm').click();
    await page.getByText('No sign-up for this e-mail address has this password').waitFor();
    expect(await page.getByRole('link', { name: 'Choose a new password' }).getAttribute('href')).toBe('/reset-password');
    await page.getByLabel('Password').fill('the password of the owner');
    await page.keyboard.press('Enter');
    await page.getByText('Your address is confirmed').waitFor();
    expect(requests.join('\n')).not.toContain(token);
    const login = (password: string) => skep.http('POST', '/v1/auth/login', { body: { email, password } });
    expect((await login('the password of the owner')).status).toBe(200);
    expect((await login('a password of a stranger')).status).toBe(401);
  });

  it('of another tenant requests a new password, by the link in an e-mail or by entering the tenant', async () => {
    const email = `${randomBytes(6).toString('hex')}@example.com`;
    await skep.infra.query('auth-gateway', `insert into tenant (id, name) values ('imp_t_acme', 'Acme')`, []);
    const body = { email, password: 'a password at Acme', tenant_id: 'imp_t_acme' };
    await skep.http('POST', '/v1/auth/register', { body, headers: { 'x-service-token': skep.serviceToken } });
    await page.goto(`${skep.url}/reset-password#tenant_id=imp_t_acme`);
    expect(await page.getByLabel('Organisation').inputValue()).toBe('imp_t_acme');
    await page.getByLabel('Your e-mail address').fill(email);
    await button('Send me a link').click();
    await page.getByText('We sent').waitFor();
    const token = await skep.mailToken(email);
    const chosen = await skep.http('POST', '/v1/auth/reset-password', { body: { token, new_password: 'a new one at Acme' } });
    expect(chosen.status).toBe(200);
    await page.goto(`${skep.url}/reset-password`);
    await page.reload();
    expect(await page.getByLabel('Organisation').inputValue()).toBe('default');
  });

  it('requests a new password and sets it by the link, whose token is sent in the body only', async () => {
    const { email } = ada;
    const before = await skep.mailToken(email);
    await page.goto(`${skep.url}/reset-password`);
    await page.getByLabel('Your e-mail address').fill(email);
    await button('Send me a link').click();
    await page.getByText('We sent').waitFor();
    const token = await waitUntil('the mail', async () => {
      const newest = await skep.mailToken(email);
      return newest === before ? undefined : newest;
    });
    await page.goto(`${skep.url}/reset-password#token=${token}`);
    await typePassword('New password', 'a password chosen in a browser');
    expect(page.url()).toBe(`${skep.url}/reset-password`);
    await button('Save password').click();
    await page.getByText('Your password was changed').waitFor();
    expect(requests.join('\n')).not.toContain(token);
    expect(consoleErrors).toEqual([]);
    const login = await skep.http('POST', '/v1/auth/login', { body: { email, password: 'a password chosen in a browser' } });
    expect(login.status).toBe(200);
  });
});

describe('the front page', () => {
  const accept = (accept: string) => ({ headers: { accept } });
  const html = accept('text/html,application/xhtml+xml,*/*;q=0.8');

  it('is JSON for a program, and leads a browser to the web app', async () => {
    const { json } = await skep.http('GET', '/');
    expect(json).toMatchObject({ name: 'Skep', version: expect.any(String), description: expect.any(String), docs_url: '/docs' });
    const { url, headers } = await fetch(`${skep.url}/`, html);
    expect([url, headers.get('content-type')]).toEqual([`${skep.url}/app/`, 'text/html; charset=utf-8']);
    expect((await skep.http('GET', '/favicon.ico')).headers.get('content-type')).toBe('image/svg+xml');
  });

  it('explains a problem as Markdown or as a page', async () => {
    expect((await skep.http('GET', '/problems/too_large')).text).toMatch(/^# `too_large` \(413\)/);
    expect((await skep.http('GET', '/problems/too_large', html)).text).toContain('<h1><code>too_large</code> (413)</h1>');
  });

  it('links the contract, which is compressed by Accept-Encoding and 304 for a known entity tag', async () => {
    const get = (headers: Record<string, string>) => fetch(`${skep.url}/v1/openapi.json`, { headers });
    const sizes = new Map<string, unknown>();
    for (const encoding of ['identity', 'gzip', 'br']) {
      const answer = await get({ 'accept-encoding': encoding });
      const { openapi } = (await answer.json()) as { openapi: string };
      expect([openapi, answer.headers.get('content-encoding') ?? 'identity', answer.headers.get('vary')]).toEqual([
        '3.1.0',
        encoding,
        'accept-encoding',
      ]);
      sizes.set(encoding, Number(answer.headers.get('content-length')));
      const etag = answer.headers.get('etag')!;
      expect((await get({ 'accept-encoding': encoding, 'if-none-match': `"other", W/${etag}` })).status).toBe(304);
    }
    expect(Number(sizes.get('gzip')) * 5).toBeLessThan(Number(sizes.get('identity')));
    expect(Number(sizes.get('br'))).toBeLessThan(Number(sizes.get('gzip')));
  });
});

describe('every page', () => {
  const violations = async () => {
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => (await axe.run()).violations);
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`);
  };

  it.each(['/device', '/reset-password', '/verify-email#token=x', '/problems/too_large', '/docs/apps/errors'])(
    'is accessible: %s',
    async (path) => {
      await page.goto(`${skep.url}${path}`);
      expect(await violations()).toEqual([]);
    },
  );

  it('is accessible: /docs, as it opens, with an operation and with the form for credentials', async () => {
    page.setDefaultTimeout(60_000);
    await page.goto(`${skep.url}/docs`);
    await page.locator('.opblock').first().waitFor();
    expect(await violations()).toEqual([]);
    await page.locator('#operations-auth-login .opblock-summary-control').click();
    await page.locator('#operations-auth-login .opblock-body').waitFor();
    expect(await violations()).toEqual([]);
    await page.locator('.btn.authorize').click();
    await page.locator('.modal-ux').waitFor();
    expect(await violations()).toEqual([]);
    expect(consoleErrors).toEqual([]);
  }, 300_000);

  it('is checked: a planted violation is found', async () => {
    await page.goto(`${skep.url}/device`);
    await page.evaluate(`document.querySelector('main').insertAdjacentHTML('beforeend', '<input>')`);
    expect(await violations()).not.toEqual([]);
  });
});
