import { type TestUser, type Skep, startSkep, totpCode, waitUntil, wrongCode } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import chromium from '@sparticuz/chromium';
import { createHash, randomBytes } from 'node:crypto';
import { type Browser, type BrowserContext, chromium as playwright, type Page } from 'playwright-core';
import { operatorCommand } from './operator-command.js';

let skep: Skep;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Errors in the browser console, except failed requests. */
let consoleErrors: string[];
/** The URL with a host name: passkeys do not work with IP addresses. */
let origin: string;

beforeAll(async () => {
  const launched = chromium
    .executablePath()
    .then((executablePath) => playwright.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'], headless: true }));
  [skep, browser] = await Promise.all([startSkep(), launched]);
  origin = skep.url.replace('127.0.0.1', 'localhost');
});
afterAll(async () => {
  await browser?.close();
  await skep?.close();
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  consoleErrors = [];
  page.on('pageerror', (error) => consoleErrors.push(error.message));
  page.on(
    'console',
    (message) => message.type() === 'error' && !/Failed to load resource/.test(message.text()) && consoleErrors.push(message.text()),
  );
});
afterEach(async () => {
  await context?.close();
  expect(consoleErrors).toEqual([]);
});

const post = (path: string, body: object, token?: string) => skep.http('POST', path, { body, ...(token && { token }) });
const login = ({ email, password }: TestUser) => post('/v1/auth/login', { email, password });

/** Creates a user with TOTP whose current code counts as unused. */
async function createUserWithTotp(): Promise<TestUser & { secret: string; codes: string[] }> {
  const person = await skep.signUpUser();
  const { json } = await post('/v1/auth/factors/totp', { password: person.password }, person.access);
  const secret = String(json['secret']);
  const confirmed = await post('/v1/auth/factors/totp/confirm', { code: totpCode(secret) }, person.access);
  expect(confirmed.status).toBe(200);
  await skep.infra.query('auth-gateway', 'update totp set last_step = null where account_id = $1', [person.id]);
  return { ...person, secret, codes: confirmed.json['recovery_codes'] as unknown as string[] };
}

async function authorizeDevice() {
  const code_verifier = randomBytes(48).toString('base64url');
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const { json } = await post('/v1/auth/cli/device/authorize', { code_challenge, code_challenge_method: 'S256' });
  const { device_code, user_code } = json as unknown as Record<string, string>;
  return { path: `/device?user_code=${user_code}`, poll: () => post('/v1/auth/cli/device/token', { device_code, code_verifier }) };
}
const button = (name: string) => page.getByRole('button', { name });
async function submitPassword({ email, password }: TestUser) {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await button('Approve').click();
  await page.getByRole('heading', { name: 'Your second factor' }).waitFor();
}

/** Adds a virtual authenticator to the browser. */
async function addAuthenticator() {
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  } as const;
  await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, automaticPresenceSimulation: true } });
  await page.goto(`${origin}/confirm-email`);
}
/** The result of a ceremony: a passkey, or tokens. */
interface Ceremony {
  name?: string;
  recovery_codes?: string[];
  access_token?: string;
}

/** Runs a WebAuthn ceremony in the page, which may run scripts and call the API. */
const ceremony = (ask: string, verify: string, call: 'create' | 'get', sent: { body: object; more: object; token?: string }) =>
  page.evaluate<Ceremony>(`(async ({ body, more, token }) => {
    const post = async (path, body) => {
      const headers = { 'content-type': 'application/json', ...(token && { authorization: 'Bearer ' + token }) };
      return (await fetch('/v1/auth/passkeys/' + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
    };
    const { options } = await post('${ask}', body);
    const read = { create: 'parseCreationOptionsFromJSON', get: 'parseRequestOptionsFromJSON' }.${call};
    const credential = await navigator.credentials.${call}({ publicKey: PublicKeyCredential[read](options) });
    return post('${verify}', { ...more, credential });
  })(${JSON.stringify(sent)})`);
const register = ({ access: token, password }: TestUser) =>
  ceremony('register/options', 'register/verify', 'create', { body: { password }, more: { name: 'This browser' }, token });
const signIn = () => ceremony('login/options', 'login/verify', 'get', { body: {}, more: {} });

describe('a login with a second factor, over HTTP', () => {
  it('sends an error text for clients without support, and a challenge for others', async () => {
    const ada = await createUserWithTotp();
    const first = await login(ada);
    expect([first.status, typeof first.json['detail'], first.headers.get('content-type')]).toEqual([
      401,
      'string',
      'application/problem+json; charset=utf-8',
    ]);
    expect(first.json).not.toHaveProperty('access_token');
    expect(first.json).toMatchObject({ code: 'second_factor_required', methods: ['totp', 'recovery_code'] });
    const challenge = String(first.json['challenge']);
    const wrong = await post('/v1/auth/login/second-factor', { challenge, code: wrongCode(ada.secret) });
    expect([wrong.status, wrong.json['code']]).toEqual([400, 'wrong_factor']);
    const done = await post('/v1/auth/login/second-factor', { challenge, code: totpCode(ada.secret) });
    expect([done.status, Object.keys(done.json).sort()]).toEqual([200, ['access_token', 'expires_in', 'refresh_token', 'token_type']]);
    const me = await skep.http('GET', '/v1/auth/me', { token: String(done.json['access_token']) });
    expect(me.json).toMatchObject({ imperal_id: ada.id, factors: ['totp'] });
  });

  it('is added to the user’s security events', async () => {
    const ada = await createUserWithTotp();
    await waitUntil('the event', async () => {
      const { json } = await skep.http('GET', '/v1/auth/security-events', { token: ada.access });
      return (json['items'] as unknown as { action: string }[]).some(({ action }) => action === 'totp.added');
    });
  });
});

describe('a user who lost every factor', () => {
  it('can log in again after the operator removes the factors on the command line', async () => {
    const ada = await createUserWithTotp();
    expect(await operatorCommand(skep, 'factors', 'remove', ada.email)).toMatch(/second factors were removed/);
    expect((await login(ada)).status).toBe(200);
    for (const wrong of [['remove', ada.email], ['remove', 'nobody@example.com'], ['remove'], ['forget', ada.email]])
      await expect(operatorCommand(skep, 'factors', ...wrong)).rejects.toMatchObject({
        stderr: expect.stringMatching(/not found|npm run skep/),
      });
  });
});

describe('a user in a browser', () => {
  it('connects a device with the password and then a code, and is asked again after a wrong one', async () => {
    const ada = await createUserWithTotp();
    const { path, poll } = await authorizeDevice();
    await page.goto(origin + path);
    await submitPassword(ada);
    await page.getByLabel('Code').fill(wrongCode(ada.secret));
    await button('Approve').click();
    await page.getByRole('alert').waitFor();
    expect((await poll()).json['error']).toBe('authorization_pending');
    await page.getByLabel('Code').fill(` ${totpCode(ada.secret)} `);
    await page.keyboard.press('Enter');
    await page.getByText('You can close this page').waitFor();
    expect((await poll()).status).toBe(200);
  });

  it('connects a device with a recovery code, or denies it at the second step', async () => {
    const ada = await createUserWithTotp();
    const [denied, approved] = [await authorizeDevice(), await authorizeDevice()];
    await page.goto(origin + denied.path);
    await submitPassword(ada);
    await button('Deny').click();
    await page.getByText('You denied the request').waitFor();
    expect((await denied.poll()).json['error']).toBe('access_denied');
    await page.goto(origin + approved.path);
    await submitPassword(ada);
    await page.getByLabel('Code').fill(ada.codes[0]!.toLowerCase());
    await button('Approve').click();
    await page.getByText('You can close this page').waitFor();
    expect((await approved.poll()).json).toHaveProperty('access_token');
  });

  it('starts again after five wrong codes', async () => {
    const ada = await createUserWithTotp();
    await page.goto(origin + (await authorizeDevice()).path);
    await submitPassword(ada);
    for (let n = 0; n < 6; n++) {
      await page.getByLabel('Code').fill(wrongCode(ada.secret));
      await Promise.all([page.waitForEvent('load'), button('Approve').click()]);
    }
    await page.getByLabel('Password').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/Start again/);
  });

  it('adds a passkey, logs in with it alone, and connects a device with it', async () => {
    const ada = await skep.signUpUser();
    await addAuthenticator();
    expect(await register(ada)).toMatchObject({ name: 'This browser' });
    const tokens = await signIn();
    const me = await skep.http('GET', '/v1/auth/me', { token: String(tokens.access_token) });
    expect(me.json).toMatchObject({ imperal_id: ada.id, factors: ['passkey'] });
    const { path, poll } = await authorizeDevice();
    await page.goto(origin + path);
    await submitPassword(ada);
    await button('Use a passkey').click();
    await page.getByText('You can close this page').waitFor();
    expect((await poll()).json).toHaveProperty('access_token');
  });

  it('sees an error when no passkey answers, such as under an IP address, and uses a recovery code', async () => {
    const ada = await skep.signUpUser();
    await addAuthenticator();
    const { recovery_codes } = await register(ada);
    const { path, poll } = await authorizeDevice();
    await page.goto(skep.url + path);
    await submitPassword(ada);
    await button('Use a passkey').click();
    await page.getByText('No passkey answered').waitFor();
    await page.getByLabel('Code').fill(recovery_codes![0]!);
    await button('Approve').click();
    await page.getByText('You can close this page').waitFor();
    expect((await poll()).json).toHaveProperty('access_token');
  });

  it('changes the e-mail address by one click on the page of the link, whose token is in no URL', async () => {
    const ada = await skep.signUpUser();
    const new_email = `${randomBytes(6).toString('hex')}@example.com`;
    const asked = await post('/v1/auth/me/change-email', { new_email, password: ada.password }, ada.access);
    expect(asked.status).toBe(200);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const token = await skep.mailToken(new_email);
    await page.goto(`${origin}/confirm-email#token=${token}`);
    await button('Confirm').click();
    await page.getByText('Your address is changed').waitFor();
    expect(requests.filter((url) => url.includes(token))).toEqual([]);
    expect((await login({ ...ada, email: new_email })).status).toBe(200);
    await waitUntil('the old address to stop working', async () => (await login(ada)).status === 401);
  });
});
