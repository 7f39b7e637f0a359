import { type TestUser, waitUntil } from '@skep/testkit';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import { APP, useBrowser } from './web/browser.js';
import { checkKeyboard, checkLook } from './web/page-checks.js';

const PAGES = [
  '/admin/health',
  '/admin/users',
  '/admin/roles',
  '/admin/tenants',
  '/admin/providers',
  '/admin/audit',
  '/admin/payouts',
  '/trace',
];
const ATTACK = '<img src=x onerror=window.hacked=1>';
const web = useBrowser();
let admin: TestUser;
let carl: TestUser;

/** Signs the administrator in, in place of Bob. */
async function signInAdmin(): Promise<void> {
  await web.page.context().clearCookies();
  await web.open('/sign-in');
  await web.signIn(admin.email, admin.password);
  await web.page.waitForURL(`${web.skep.url}/app/`);
}

beforeAll(async () => {
  [admin, carl] = [await web.skep.signInAdmin(), await web.skep.signUpUser()];
  const body = { name: 'hostile', display_name: `Hostile ${ATTACK}`, default_scopes: ['extensions:call'] };
  await web.skep.http('POST', '/v1/roles', { token: admin.access, body });
  const tenant = { tenant_id: 'hostile', name: ATTACK };
  await web.skep.http('POST', '/v1/tenants', { token: admin.access, body: tenant });
});

describe('an administrator', () => {
  beforeEach(signInAdmin);

  it('sees pages that are accessible, in light and dark, and fit a narrow screen, with hostile names in them', async () => {
    for (const path of [...PAGES, `/admin/users/${web.bob.id}`]) {
      await web.page.emulateMedia({ colorScheme: 'light' });
      await web.page.setViewportSize({ width: 1280, height: 800 });
      await checkLook(web, path);
    }
  });

  it('walks the pages with the keyboard', async () => {
    for (const path of ['/admin/users', '/admin/audit', '/admin/roles']) await checkKeyboard(web, path);
  });

  it('finds a user, sees what they may do and why, and suspends and restores them', async () => {
    await web.open('/admin/users');
    await web.page.getByLabel('Search by name, e-mail address or id').fill(carl.email);
    await web.page.getByRole('button', { name: 'Apply' }).click();
    await web.page.waitForURL(/q=/);
    await web.page.getByRole('link', { name: carl.email }).click();
    await web.page.getByRole('heading', { name: carl.email }).waitFor();
    await web.page.getByText('from the role user').first().waitFor();
    await web.page.getByRole('button', { name: 'Suspend' }).click();
    await web.page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
    await web.page.getByText('Suspended', { exact: true }).waitFor();
    await web.page.getByRole('button', { name: 'Restore' }).click();
    await web.page.getByText('Active', { exact: true }).waitFor();
  });

  it('reads the audit log by filters that are in the URL, and opens the trace of an entry', async () => {
    await web.open('/admin/audit');
    await web.page.getByLabel('Action').fill('role.created');
    await web.page.getByRole('button', { name: 'Apply' }).click();
    await web.page.waitForURL(/action=role\.created/);
    await web.page.getByText('role.created').first().waitFor();
    await web.page.getByRole('link', { name: 'Trace: role.created' }).first().click();
    await web.page.waitForURL(/\/trace\/[0-9a-f]{32}$/);
    await web.page.getByText('role.created').first().waitFor();
    expect(await web.page.getByRole('heading', { level: 1 }).textContent()).toBe('Trace: role.created');
  });

  it('saves the audit log as a file', async () => {
    await web.open('/admin/audit');
    const [download] = await Promise.all([
      web.page.waitForEvent('download'),
      web.page.getByRole('button', { name: 'Export as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('audit-log.csv');
  });

  it('sees what is not configured', async () => {
    await web.open('/admin/health');
    await web.page.getByText('SKEP_LLM_PROVIDER').first().waitFor();
    expect(await web.page.getByText('Ready', { exact: true }).count()).toBeGreaterThan(10);
  });

  it('creates a role, and deletes it', async () => {
    await web.open('/admin/roles');
    await web.page.getByRole('button', { name: 'Create a role' }).click();
    const dialog = web.page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('support');
    await dialog.getByLabel('Scopes').fill('extensions:call\nnonsense here');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await waitUntil('the role or why not', async () => (await dialog.count()) === 0 || (await dialog.getByRole('alert').count()) > 0);
    if (await dialog.count()) {
      await dialog.getByLabel('Scopes').fill('extensions:call');
      await dialog.getByRole('button', { name: 'Save' }).click();
    }
    await web.page.getByRole('button', { name: 'Delete: support' }).click();
    await web.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await web.page.getByRole('button', { name: 'Delete: support' }).waitFor({ state: 'detached' });
  });
});

describe('who is no administrator', () => {
  it('does not see the pages in the navigation, and nothing in them', async () => {
    await web.open('/');
    expect(await web.page.getByRole('navigation').getByText('Administration').count()).toBe(0);
    for (const path of ['/v1/users', '/v1/roles', '/v1/audit', '/v1/admin/health', '/v1/admin/payouts/pending'])
      expect({ path, status: (await web.skep.http('GET', path, { token: web.bob.access })).status }).toEqual({ path, status: 403 });
    await web.page.goto(`${web.skep.url}/app/admin/health`);
    await web.page.getByRole('alert').waitFor();
  });

  it('opens the trace of a call from the activity, and not that of others', async () => {
    await web.open('/activity');
    await web.page
      .getByRole('link', { name: /^Trace: / })
      .first()
      .click();
    await web.page.waitForURL(/\/trace\//);
    await web.page.getByText(`${APP}.`).first().waitFor();
    await web.page.evaluate(axe.source);
    expect(await web.page.evaluate(async () => (await axe.run()).violations.map(({ id }) => id))).toEqual([]);
    await web.page.locator('summary').first().click();
    await web.page.getByText('kernel').first().waitFor();
    await web.page.getByLabel('Show').selectOption({ label: 'Events and audit entries' });
    await web.page.waitForURL(/show=records/);
    const other = await web.skep.http('PATCH', '/v1/me/settings', { token: admin.access, body: { confirmation_ttl: 200 } });
    await web.page.goto(`${web.skep.url}/app/trace/${other.headers.get('x-request-id')}`);
    await web.page.getByText('No trace found').first().waitFor();
  });
});
