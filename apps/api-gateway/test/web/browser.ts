import { type Skep, startSkep, type TestUser } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium as playwright, type Page } from 'playwright-core';
import { publishWebApps } from './publish-apps.js';

/** An app whose every text is an attack, and one whose panel has every type of node. Bob has installed both. */
export const APP = 'web-notes';
export const GALLERY = 'web-gallery';

/** A browser with Skep's web app, for the tests of one file. Each test has a page of its own, in which Bob is signed in. */
export interface WebBrowser {
  skep: Skep;
  page: Page;
  bob: TestUser;
  /** What the page reported as errors. */
  consoleErrors: string[];
  open(path: string): Promise<void>;
  signIn(email: string, password: string): Promise<void>;
  /** Signs another user in, instead of Bob. */
  become(user: TestUser): Promise<void>;
}

type Cookies = Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>;

/** @param start starts Skep otherwise than with its usual settings */
export function useBrowser(options: BrowserContextOptions = {}, start: () => Promise<Skep> = startSkep): WebBrowser {
  let browser: Browser;
  const sessions = new Map<string, Promise<Cookies>>();
  const web = { consoleErrors: [] as string[] } as WebBrowser;
  web.open = async (path) => {
    await web.page.goto(`${web.skep.url}/app${path}`);
    // Until the page has its title, and nothing that loads.
    await web.page.getByRole('heading', { level: 1 }).first().waitFor();
    await web.page.locator('.animate-pulse').first().waitFor({ state: 'detached' });
  };
  web.signIn = async (email, password) => {
    await web.page.getByLabel('E-mail address').fill(email);
    await web.page.getByLabel('Password').fill(password);
    await web.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  };
  const startSession = async ({ email, password }: TestUser): Promise<Cookies> => {
    const shown = web.page;
    web.page = await browser.newPage();
    await web.open('/sign-in');
    await web.signIn(email, password);
    await web.page.waitForURL(`${web.skep.url}/app/`);
    const cookies = await web.page.context().cookies();
    await web.page.close();
    web.page = shown;
    return cookies;
  };
  const cookiesOf = (user: TestUser) => {
    const started = sessions.get(user.id) ?? startSession(user);
    sessions.set(user.id, started);
    return started;
  };
  web.become = async (user) => {
    await web.page.context().clearCookies();
    await web.page.context().addCookies(await cookiesOf(user));
  };

  beforeAll(async () => {
    [web.skep, browser] = await Promise.all([
      start(),
      chromium
        .executablePath()
        .then((executablePath) => playwright.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'], headless: true })),
    ]);
    web.bob = await publishWebApps(web.skep, APP, GALLERY);
    await cookiesOf(web.bob);
  });
  afterAll(async () => {
    await browser?.close();
    await web.skep?.close();
  });

  beforeEach(async () => {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    await context.addCookies(await cookiesOf(web.bob));
    web.page = await context.newPage();
    web.page.setDefaultTimeout(20_000);
    web.consoleErrors = [];
    web.page.on('pageerror', (error) => web.consoleErrors.push(error.message));
    // An app may name a picture that does not exist.
    web.page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) web.consoleErrors.push(message.text());
    });
  });
  afterEach(() => web.page?.context().close());
  return web;
}
