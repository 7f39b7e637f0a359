import { type TestUser, waitUntil } from '@skep/testkit';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { clientOf } from './paid-app.js';
import { useBrowser } from './web/browser.js';
import { checkKeyboard, checkLook } from './web/page-checks.js';
import { ATTACK } from './web/publish-apps.js';

const APP = 'hostile-draft';
const web = useBrowser();
const button = (name: string | RegExp) => web.page.getByRole('button', { name, exact: true });
const text = (shown: string | RegExp) => web.page.getByText(shown).first();

let ada: TestUser;
let admin: TestUser;
/** Ada has an app in review, whose every text is an attack; its first release was approved. */
beforeAll(async () => {
  ada = await web.skep.signUpUser();
  admin = await web.skep.signInAdmin();
  const [developer, administrator] = [clientOf(web.skep, ada), clientOf(web.skep, admin)];
  await developer.registerDeveloper({ display_name: 'Ada' });
  await administrator.grantTier({ user_id: ada.id, tier: 'studio' });
  await developer.createApp({ app_id: APP, name: `Draft ${ATTACK}`, short_description: ATTACK, description: ATTACK, category: 'notes' });
  await developer.updateApp({ app_id: APP, pricing_model: 'per_action', pricing_config: { tool_prices: { save: 3 } } });
  for (const version of ['1.0.0', '1.1.0']) {
    await developer.deployIr({ app_id: APP, ir_dict: hostileIr(version), dev_mode: false });
    if (version === '1.0.0') await administrator.approveApp({ app_id: APP });
  }
  await developer.callFunction({ app_id: APP, user_id: ada.id, function: 'save', params: { text: ATTACK } });
  await waitUntil('the report', () => clientOf(web.skep, web.bob).reportApp({ app_id: APP, reason: 'spam', text: ATTACK }), 10_000);
});

const step = (op: string, args: object) => ({ kind: 'declarative', steps: [{ id: 's', op, args }] });

/** The second version can do more. */
const hostileIr = (version: string) => ({
  ir_version: '1.0',
  app: {
    ...{ id: APP, version, title: `Draft ${ATTACK}`, description: ATTACK, capabilities: ['store:write'] },
    functions: [
      { name: 'save', description: ATTACK, action_type: 'write', impl: step('store.create', { kind: 'n', data: { text: ATTACK } }) },
      ...(version === '1.0.0'
        ? []
        : [
            {
              name: 'wipe',
              description: ATTACK,
              action_type: 'destructive',
              impl: step('store.delete', { kind: 'n', id: '{{event.id}}' }),
            },
          ]),
    ],
  },
});

const AT = `/developers/apps/${APP}`;
const PAGES = [
  ...['/developers', '/developers/new', '/earnings', AT, `${AT}/code`, `${AT}/try`, `${AT}/releases`, `${AT}/prices`, `${AT}/access`],
  `${AT}/logs`,
];

describe('a page of developers', () => {
  beforeEach(() => web.become(ada));
  it.each(PAGES)('is accessible in light and dark, fits a narrow screen, and runs no script of an app: %s', (path) => checkLook(web, path));
  it.each(PAGES)('is walked with the Tab key, each control with a visible focus: %s', (path) => checkKeyboard(web, path));
});

describe.each(['/review', `/review/apps/${APP}`, '/moderation/reports', '/moderation/suspended'])('the page of reviewers %s', (path) => {
  beforeEach(() => web.become(admin));
  it('is accessible in light and dark, fits a narrow screen, and runs no script of an app', () => checkLook(web, path));
  it('is walked with the Tab key, each control with a visible focus', () => checkKeyboard(web, path));
});

describe('an app', () => {
  const ID = 'journey-notes';
  const NAME = `Journey ${ATTACK}`;

  it('goes from a template to a review, is rejected with a reason, changed, approved and listed', async () => {
    const eve = await web.skep.signUpUser();
    await web.become(eve);
    await web.open('/developers');
    await web.page.getByLabel('Name that users see').fill('Eve');
    await button('Become a developer').click();
    await web.page.getByRole('link', { name: 'New app' }).click();
    await web.page.getByLabel('Name', { exact: true }).fill(NAME);
    await web.page.getByLabel('Id', { exact: true }).fill(ID);
    await web.page.getByLabel('What it does, in a sentence').fill(ATTACK);
    await button('Create the app').click();
    await text('No faults.').waitFor();
    await button('Deploy for me').click();
    await text('runs for you as revision 1').waitFor();
    await web.page.getByRole('link', { name: 'Try a function' }).click();
    await web.page.getByLabel('Text').fill('A first note');
    await button('Run').click();
    await text(`${ID}.add_note`).waitFor();
    await web.page.getByRole('link', { name: 'Overview' }).click();
    await button('Submit for review').click();
    await text('In review').waitFor();

    await web.become(admin);
    await web.open('/review');
    await text(NAME).click();
    await text('Nothing of it was approved before.').waitFor();
    await text('Add note').waitFor();
    await web.page.getByRole('button', { name: 'Add to the evidence: app.json:1' }).click();
    await web.page.keyboard.press('r');
    await web.page.getByLabel('Poor description').check();
    // Keys are text while one types.
    await web.page.getByLabel('Reason, for the developer').pressSequentially('a rj?');
    expect(await web.page.getByLabel('What shows it').inputValue()).toContain('app.json:1');
    await web.page.getByRole('dialog').getByRole('button', { name: 'Reject' }).click();
    await waitUntil('the decision', async () => ((await web.page.getByRole('dialog').count()) === 0 ? true : undefined));

    await web.become(eve);
    await web.open(`/developers/apps/${ID}`);
    await text('Your last submission was rejected').waitFor();
    await text('a rj?').waitFor();
    await web.page.getByRole('link', { name: 'Edit the code' }).click();
    await edit(eve, '"description": "Adds a note."', '"description": "Adds a note for later."');
    await text('Changed since the last release').waitFor();
    await text('No faults.').waitFor();
    await button('Deploy and submit').click();
    await text('The app waits for a review.').waitFor();

    await web.become(admin);
    await web.open(`/review/apps/${ID}`);
    await web.page.keyboard.press('a');
    await web.page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await waitUntil('the decision', async () => ((await web.page.getByRole('dialog').count()) === 0 ? true : undefined));
    await waitUntil('the listing', () => clientOf(web.skep, eve).getListing({ app_id: ID }), 10_000);
    await web.open(`/marketplace/${ID}`);
    await web.page.getByRole('heading', { name: NAME }).waitFor();
    expect(await web.page.evaluate('window.hacked')).toBeUndefined();
    expect(web.consoleErrors).toEqual([]);
  });

  /** Replaces a text in the editor. */
  async function edit({ access: token }: TestUser, old: string, replacement: string): Promise<void> {
    const editor = web.page.getByRole('textbox', { name: 'app.json' });
    await editor.click();
    const { text: exported } = await web.skep.http('GET', `/v1/developer/apps/${ID}/export`, { token });
    const { release } = JSON.parse(exported) as { release: { ir: object } };
    await web.page.keyboard.press('Control+a');
    await web.page.keyboard.insertText(JSON.stringify(release.ir, null, 2).replace(old, replacement));
  }
});

describe('a developer', () => {
  beforeEach(() => web.become(ada));

  it('finds a fault at its line, and leaves the editor with the keyboard', async () => {
    await web.open(`/developers/apps/${APP}/code`);
    const editor = web.page.getByRole('textbox', { name: 'app.json' });
    await editor.click();
    await web.page.keyboard.press('Control+a');
    await web.page.keyboard.insertText(JSON.stringify(hostileIr('1.2.0'), null, 2).replace('store.create', 'store.crate'));
    await text(/1 fault/).waitFor();
    await button(/app.json, line \d+/).click();
    await web.page.locator('[data-editor]').getByText('store.crate').first().waitFor();
    await web.page
      .locator('[data-editor]')
      .getByText(/did you mean/)
      .waitFor();
    expect(await button('Deploy for me').isDisabled()).toBe(true);
    await web.page.keyboard.press('Escape');
    await web.page.keyboard.press('Shift+Tab');
    expect(await web.page.evaluate('document.activeElement.tagName')).toBe('BUTTON');
    expect(web.consoleErrors).toEqual([]);
  });

  it('sees what a price leaves, as the server divides it', async () => {
    await web.open(`/developers/apps/${APP}/prices`);
    await web.page.getByRole('row', { name: 'Save 3 2 1' }).waitFor();
    await text('Your share is 85 %').waitFor();
  });

  it('creates a token that is shown once and works, and revokes it', async () => {
    await web.open(`/developers/apps/${APP}/access`);
    await button('Create a token').click();
    await text('Copy it now.').waitFor();
    const token = (await web.page.locator('dialog pre').first().textContent()) ?? '';
    const command = (await web.page.locator('dialog pre').nth(1).textContent()) ?? '';
    const body = JSON.parse(/-d '(.+)'$/.exec(command)![1]!) as object;
    const answer = await web.skep.http('POST', '/v1/internal/store/note/query', { headers: { 'x-service-token': token }, body });
    expect(answer.status).toBe(200);
    await button('I have copied it').click();
    expect(await web.page.content()).not.toContain(token);
    await button(/^Revoke: skep_ext_/).click();
    await web.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await text('No tokens yet').waitFor();
  });
});

describe('a reviewer', () => {
  beforeEach(() => web.become(admin));

  it('sees first what a release may do that the approved one may not', async () => {
    await web.open(`/review/apps/${APP}`);
    const [first] = await web.page.getByRole('region').or(web.page.locator('main section')).all();
    expect(await first!.textContent()).toContain('NewDeletes or overwrites');
    await web.page.keyboard.press('?');
    await web.page.getByRole('dialog').getByText('Next submission').waitFor();
  });

  it('resolves a report, and suspends the app and restores it', async () => {
    await web.open('/moderation/reports');
    await web.page.getByRole('link', { name: `Suspend the app: ${APP}` }).click();
    await button('Suspend an app').click();
    await web.page.getByLabel('Reason, for the developer').fill(ATTACK);
    await web.page.getByRole('dialog').getByRole('button', { name: 'Suspend an app' }).click();
    await button(/^Restore: /).click();
    await web.page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await text('No app is suspended').waitFor();
    await web.open('/moderation/reports');
    await button(`Resolve: ${APP}`).click();
    await web.page.getByLabel('What was found and done').fill('Nothing.');
    await web.page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
    await text('No reports').waitFor();
    expect(await web.page.evaluate('window.hacked')).toBeUndefined();
  });

  it('is no other user: who may not review sees no queue', async () => {
    await web.become(web.bob);
    await web.open('/');
    expect(await web.page.getByRole('link', { name: 'Queue' }).count()).toBe(0);
  });
});
