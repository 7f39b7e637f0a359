// `npm run screenshots -- EMAIL PASSWORD [FOLDER]`: pictures of every page of the web app at SKEP_URL, wide, narrow and dark, to look at.
import chromium from '@sparticuz/chromium';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, chromium as playwright, type Page } from 'playwright-core';
import { Fault, run } from '../setup/fault.mjs';
import { publicUrlOf } from '../start/installation.ts';

const PAGES = {
  home: '/',
  marketplace: '/marketplace',
  search: '/marketplace?q=link',
  confirmations: '/confirmations',
  activity: '/activity',
  notifications: '/notifications',
  automations: '/automations',
  wallet: '/wallet',
  coach: '/coach',
  chat: '/chat',
  agents: '/agents',
  'new-agent': '/agents/new',
  memory: '/memory',
  skills: '/skills',
  channels: '/channels',
  telegram: '/channels/telegram',
  devices: '/devices',
  jobs: '/jobs',
  webhooks: '/webhooks',
  models: '/models',
  usage: '/usage',
  mcp: '/account/mcp',
  connections: '/account/connections',
  keys: '/account/keys',
  security: '/account/security',
  developers: '/developers',
  'new-app': '/developers/new',
  earnings: '/earnings',
  review: '/review',
  reports: '/moderation/reports',
  suspended: '/moderation/suspended',
  'find-trace': '/trace',
  health: '/admin/health',
  users: '/admin/users',
  roles: '/admin/roles',
  tenants: '/admin/tenants',
  providers: '/admin/providers',
  audit: '/admin/audit',
  payouts: '/admin/payouts',
  missing: '/nowhere',
};

/** The pages of the first app of a developer. */
const APP_PAGES = ['code', 'try', 'releases', 'prices', 'access', 'logs'];

const LOOKS = {
  wide: { viewport: { width: 1280, height: 900 } },
  narrow: { viewport: { width: 360, height: 740 } },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
} as const;

await run(async () => {
  const [email, password, folder = '.data/screenshots'] = process.argv.slice(2);
  if (!email || !password) throw new Fault('Name a user: npm run screenshots -- EMAIL PASSWORD [FOLDER].');
  const url = publicUrlOf();
  const to = resolve(folder);
  mkdirSync(to, { recursive: true });
  const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: ['--no-sandbox', '--disable-gpu'] });
  try {
    for (const look of Object.keys(LOOKS) as (keyof typeof LOOKS)[]) await picture(browser, look, { url, email, password, to });
  } finally {
    await browser.close();
  }
  console.log(`The pictures are in ${to}.`);
});

interface Options {
  url: string;
  email: string;
  password: string;
  to: string;
}

async function picture(browser: Browser, look: keyof typeof LOOKS, { url, email, password, to }: Options): Promise<void> {
  const page = await browser.newPage(LOOKS[look]);
  const shoot = (name: string) => page.screenshot({ path: join(to, `${name}-${look}.png`), fullPage: true });
  await page.goto(`${url}/app/sign-up`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await shoot('sign-up');
  await page.goto(`${url}/app/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await shoot('sign-in');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${url}/app/`);
  for (const [name, path] of Object.entries(PAGES)) {
    await open(page, `${url}/app${path}`);
    await shoot(name);
  }
  for (const [name, list] of [
    ['app', '/'],
    ['listing', '/marketplace'],
    ['submission', '/review'],
    ['own-app', '/developers'],
    ['trace', '/activity'],
    ['user', '/admin/users'],
  ] as const) {
    await open(page, `${url}/app${list}`);
    const first = page.locator('main li a').first();
    if (!(await first.count())) continue;
    await first.click();
    await settle(page);
    await shoot(name);
  }
  const own = page.url();
  for (const name of own.includes('/developers/apps/') ? APP_PAGES : []) {
    await open(page, `${own}/${name}`);
    await shoot(`own-app-${name}`);
  }
  await page.close();
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await settle(page);
}

/** Until the page has its title and shows no part that loads. */
async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForTimeout(300);
  await page.locator('.animate-pulse').first().waitFor({ state: 'detached' });
}
