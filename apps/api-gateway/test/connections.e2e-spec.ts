import { OAUTH_CLIENT, type Skep, startOAuthProvider, startSkep, type StrictProvider, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import chromium from '@sparticuz/chromium';
import axe from 'axe-core';
import { type Browser, chromium as playwright } from 'playwright-core';
import { createExtensionToken } from './extension-token.js';
import { publishManifest, publishPaidApp } from './paid-app.js';

const APP = 'link-saver';
const OAUTH = `/v1/ext/${APP}/oauth/acme`;
const SECRETS = ['acme_client_id', 'acme_client_secret'].map((name) => ({ name, description: 'The client.', scope: 'app' }));

let skep: Skep;
let provider: StrictProvider;
let browser: Browser;
let bob: TestUser;
let eve: TestUser;
let byApp: Record<string, string>;

const as = ({ access }: TestUser) => ({ authorization: `Bearer ${access}` });
/** Agrees at the provider as this account. @returns the path with which the provider sends the browser back */
async function agree(subject: string, headers: Record<string, string> = as(bob), body: object = {}): Promise<string> {
  const { json } = await skep.http('POST', `${OAUTH}/start`, { headers, body });
  const { code, state, redirect_uri } = provider.agree(String(json['authorize_url']), subject);
  expect(redirect_uri).toBe(`${skep.url}${OAUTH}/callback`);
  return `${OAUTH}/callback?${new URLSearchParams({ code, state }).toString()}`;
}
/** A browser: it has no credential, and follows no redirect. */
const visit = (path: string, form?: Record<string, string>) =>
  fetch(skep.url + path, {
    headers: { accept: 'text/html' },
    redirect: 'manual',
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  }).then(async (answer) => ({ status: answer.status, headers: answer.headers, html: await answer.text() }));
/** The fields of a form, as a browser sends them. */
const fieldsOf = (html: string) =>
  Object.fromEntries(Array.from(html.matchAll(/name="(\w+)" value="([^"]*)"/g), ([, name, value]) => [name, value]));
const actionOf = (html: string) => /action="([^"]+)"/.exec(html)?.[1] ?? '';
const accounts = async (user: TestUser) => (await skep.http('GET', `${OAUTH}/accounts`, { headers: as(user) })).rows;
const accountOf = async (user: TestUser, subject: string) =>
  (await accounts(user)).find(({ email }) => String(email) === `${subject}@acme.example`)!;
const token = (id: unknown) => skep.http('POST', `${OAUTH}/accounts/${String(id)}/token`, { headers: byApp, body: {} });

beforeAll(async () => {
  provider = await startOAuthProvider();
  const executablePath = await chromium.executablePath();
  [skep, browser] = await Promise.all([
    startSkep({ env: { SKEP_OAUTH_PROVIDERS: provider.setting, RETURN_TO_ALLOW: 'https://panel.example' } }),
    playwright.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'], headless: true }),
  ]);
  const { ada, bob: user } = await publishPaidApp(skep, 1);
  bob = user;
  eve = await skep.signUpUser();
  await publishManifest(skep, ada, APP, { oauth: [{ provider: 'acme', scopes: ['mail.read'] }], secrets: SECRETS });
  const set = (name: string, value: string) =>
    skep.http('PUT', `/v1/secrets/${APP}/${name}`, { headers: as(ada), body: { value } }).then(({ status }) => status === 200);
  await waitUntil('the release', () => set('acme_client_id', OAUTH_CLIENT.id));
  await set('acme_client_secret', OAUTH_CLIENT.secret);
  byApp = { 'x-service-token': await createExtensionToken(skep, APP), 'x-acting-user': bob.id };
  for (const person of [bob, eve])
    await waitUntil('the install', async () => {
      await skep.http('POST', `/v1/marketplace/apps/${APP}/install`, { headers: as(person), body: {} });
      return (await skep.http('POST', `${OAUTH}/start`, { headers: as(person), body: {} })).status === 200;
    });
});
afterAll(async () => {
  await browser?.close();
  await skep?.close();
  await provider?.close();
});

describe('an account at an OAuth provider', () => {
  it('is connected in a browser, used by the app, refreshed, and revoked at the provider when its user disconnects it', async () => {
    const asked = await visit(await agree('walk'));
    expect(asked.status).toBe(200);
    expect(provider.codes).toEqual([]);
    const form = { ...fieldsOf(asked.html), email: bob.email, decision: 'connect' };
    const connected = await visit(actionOf(asked.html), form);
    expect([connected.status, connected.html]).toEqual([200, expect.stringContaining('The account is connected')]);
    expect((await visit(actionOf(asked.html), form)).status).toBe(400);

    const account = await accountOf(bob, 'walk');
    expect(account).toMatchObject({ app_id: APP, provider: 'acme', status: 'connected', scopes: ['mail.read'] });
    const internal = await skep.http('GET', `/v1/oauth/internal/acme/accounts?user_id=${bob.id}`, {
      headers: { 'x-service-token': skep.serviceToken },
    });
    expect(internal.json).toMatchObject({ accounts: [{ email: 'walk@acme.example' }] });

    const first = await token(account['account_id']);
    expect([first.status, first.json]).toEqual([200, expect.objectContaining({ access_token: expect.stringMatching(/^access-/) })]);
    expect((await token(account['account_id'])).json['access_token']).toBe(first.json['access_token']);
    await skep.infra.query('connections', 'update oauth_account set expires_at = now()');
    expect((await token(account['account_id'])).json['access_token']).not.toBe(first.json['access_token']);

    const path = `${OAUTH}/accounts/${String(account['account_id'])}`;
    expect((await skep.http('DELETE', path, { headers: as(eve) })).status).toBe(404);
    expect((await skep.http('DELETE', path, { headers: as(bob) })).json).toMatchObject({ status: 'disconnected' });
    expect([await accounts(bob), (await token(account['account_id'])).status]).toEqual([[], 404]);
    await waitUntil('the revocation', () => provider.validTokens('walk') === 0);
  });

  it('is connected by an app for its user, and comes back to an allowed address', async () => {
    const asked = await visit(await agree('for bob', byApp, { return_to: 'https://panel.example/done' }));
    const connected = await visit(actionOf(asked.html), { ...fieldsOf(asked.html), email: bob.email, decision: 'connect' });
    expect([connected.status, connected.headers.get('location')]).toEqual([
      303,
      'https://panel.example/done?provider=acme&status=connected',
    ]);
    expect(await accountOf(bob, 'for bob')).toBeDefined();
  });

  it('is connected without a page by a client that sends the token of the user who started it, and by no one else’s', async () => {
    const path = await agree('signed in');
    expect((await skep.http('GET', path, { headers: as(eve) })).json).toMatchObject({ code: 'state_invalid' });
    expect((await skep.http('GET', path, { headers: { authorization: 'Bearer nonsense' } })).status).toBe(401);
    expect((await skep.http('GET', path, { headers: as(bob) })).status).toBe(200);
    expect([await accountOf(bob, 'signed in'), await accountOf(eve, 'signed in')]).toEqual([expect.anything(), undefined]);
  });

  it('of a person who follows the link of another user does not become that user’s', async () => {
    const asked = await visit(await agree('of eve', as(bob)));
    expect(asked.html).not.toContain(bob.email);
    const refused = await visit(actionOf(asked.html), { ...fieldsOf(asked.html), email: eve.email, decision: 'connect' });
    expect([refused.status, refused.html]).toEqual([400, expect.stringContaining('another e-mail address')]);
    // The provider sends the code to the form’s address itself (`response_mode=form_post`).
    const direct = new URLSearchParams((await agree('of eve', as(bob))).split('?')[1]);
    const posted = await visit(`${OAUTH}/confirm`, { ...Object.fromEntries(direct), email: bob.email, decision: 'connect' });
    expect(posted.status).toBe(422);
    expect([await accountOf(bob, 'of eve'), await accountOf(eve, 'of eve')]).toEqual([undefined, undefined]);
  });

  it('is disconnected and revoked when its user uninstalls the app', async () => {
    await skep.http('GET', await agree('uninstalled', as(eve)), { headers: as(eve) });
    expect(provider.validTokens('uninstalled')).toBe(1);
    await skep.http('DELETE', `/v1/marketplace/apps/${APP}/install`, { headers: as(eve) });
    await waitUntil('the revocation', () => provider.validTokens('uninstalled') === 0);
    expect(await accountOf(bob, 'signed in')).toBeDefined();
  });
});

describe('the page that asks who started a connection', () => {
  it('cannot be framed or cached, and does not tell others where it is', async () => {
    const { headers } = await visit(await agree('headers'));
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
  });

  it('works in a browser, is accessible, and can be loaded again', async () => {
    const page = await browser.newPage();
    await page.goto(skep.url + (await agree('in a browser')));
    await page.reload();
    expect(await page.title()).toBe('Connect this account?');
    await page.evaluate(axe.source);
    expect(await page.evaluate(async () => (await axe.run()).violations)).toEqual([]);
    await page.getByLabel('E-mail address').fill(bob.email);
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('status').waitFor();
    expect([await page.title(), await page.context().cookies()]).toEqual(['The account is connected', []]);
    expect(await accountOf(bob, 'in a browser')).toBeDefined();
  });

  it('can cancel in a browser without an e-mail address', async () => {
    const page = await browser.newPage();
    await page.goto(skep.url + (await agree('cancelled in a browser')));
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alert').waitFor();
    expect(await accountOf(bob, 'cancelled in a browser')).toBeUndefined();
  });
});
