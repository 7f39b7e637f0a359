import chromium from '@sparticuz/chromium';
import { type Browser, type CDPSession, chromium as playwright, type Page } from 'playwright-core';
import { fillDemo } from '../../demo/fill.ts';
import { credentials } from '../client.ts';
import type { Column, Measurement, Row } from '../measurement.ts';
import { percentile } from '../statistics.ts';

/** A phone of the middle range on a fair mobile network: a quarter of this processor, 9 Mbit/s, 60 ms to the server and back. */
const SLOWER = 4;
const NETWORK = { offline: false, latency: 60, downloadThroughput: 9e6 / 8, uploadThroughput: 1.5e6 / 8 };
const VISITS = 5;
const PAGES = ['/', '/marketplace', '/confirmations', '/activity', '/automations', '/wallet', '/account/mcp', '/account/keys'];

export const description = 'pages of the web app in a browser that is slowed down: the first view, and how soon it shows what a user did';
export const onlyByName = true;

interface View extends Row {
  p50: number;
  most: number;
}

const COLUMNS: Column<View>[] = [
  { head: 'p50 ms', value: ({ p50 }) => p50, digits: 0 },
  { head: 'longest ms', value: ({ most }) => most, digits: 0 },
];
const viewOf = (times: number[]): View => ({ p50: percentile(times, 0.5), most: percentile(times, 1) });

export const run: Measurement['run'] = async (skep) => {
  const admin = credentials(skep.secrets);
  const visitor = await fillDemo({ url: skep.url, serviceToken: skep.secrets.SKEP_SERVICE_TOKEN, admin });
  const args = ['--no-sandbox', '--disable-gpu'];
  const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args });
  skep.beforeStop(() => browser.close());
  const state = await signIn(browser, skep.url, visitor);
  const results: Record<string, View> = {};
  for (const path of ['/sign-in', ...PAGES]) {
    const times: number[] = [];
    for (let visit = 0; visit < VISITS; visit++) {
      // A context of its own has an empty cache.
      const page = await slowPage(browser, path === '/sign-in' ? undefined : state);
      times.push(await firstView(page, `${skep.url}/app${path}`));
      await page.context().close();
    }
    results[`first view of ${path}`] = viewOf(times);
  }
  const firstViews = Object.values(results).map(({ p50 }) => p50);
  const interactions = viewOf(await interact(await slowPage(browser, state), skep.url));
  results['a click or key, until the next picture'] = interactions;
  return {
    title: `The web app, ${SLOWER} times slower than this machine, ${NETWORK.latency} ms from its server, with an empty cache`,
    results,
    columns: COLUMNS,
    targets: [
      { name: 'first view, the slowest page, ms', value: Math.max(...firstViews), atMost: 1_500 },
      { name: 'a click or key until the next picture, p50 ms', value: interactions.p50, atMost: 100 },
    ],
  };
};

type State = Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;

async function signIn(browser: Browser, url: string, { email, password }: { email: string; password: string }): Promise<State> {
  const page = await browser.newPage();
  await page.goto(`${url}/app/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${url}/app/`);
  const state = await page.context().storageState();
  await page.context().close();
  return state;
}

async function slowPage(browser: Browser, storageState: State | undefined): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 }, ...(storageState && { storageState }) });
  const page = await context.newPage();
  const session: CDPSession = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', NETWORK);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  return page;
}

/** In the page: since when it shows its title, and nothing that loads. A browser is asked from outside only now and then. */
const NOTE_VIEW = `(function look() {
  const isShown = document.querySelector('h1') && !document.querySelector('.animate-pulse');
  globalThis.shownAt = isShown ? (globalThis.shownAt ?? performance.now()) : undefined;
  requestAnimationFrame(look);
})()`;

/** Milliseconds from the request for a page to its first whole view. */
async function firstView(page: Page, url: string): Promise<number> {
  await page.addInitScript(NOTE_VIEW);
  await page.goto(url, { waitUntil: 'commit' });
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.locator('.animate-pulse').first().waitFor({ state: 'detached' });
  return page.evaluate<number>('new Promise((shown) => setTimeout(() => shown(shownAt), 500))');
}

/** Milliseconds of each click and key, from the input to the next picture, as the browser measures them (Event Timing). */
async function interact(page: Page, url: string): Promise<number[]> {
  await page.goto(`${url}/app/marketplace`);
  const search = page.getByRole('searchbox', { name: 'Search apps' });
  await search.waitFor();
  await page.evaluate(`
    globalThis.durations = [];
    new PerformanceObserver((list) => {
      for (const { interactionId, duration } of list.getEntries()) if (interactionId) durations.push(duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: true })`);
  await search.pressSequentially('team tasks', { delay: 150 });
  await page.locator('main li a').first().click();
  for (const name of ['Wallet', 'Activity', 'Marketplace', 'Home']) {
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await page.locator('.animate-pulse').first().waitFor({ state: 'detached' });
  }
  return page.evaluate<number[]>('new Promise((read) => setTimeout(() => read(durations), 500))');
}
