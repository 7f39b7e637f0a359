import {
  languageModel,
  type LanguageModel,
  type Skep,
  type SlackWorkspace,
  startSkep,
  startSlackWorkspace,
  type TestUser,
  type VendorRequestOut,
  waitUntil,
} from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

let skep: Skep;
let model: LanguageModel;
let slack: SlackWorkspace;
let ada: TestUser;
/** A page of Ada's, which embeds her widget. */
let page: Server;
let origin: string;
let channel = '';

beforeAll(async () => {
  [model, slack] = await Promise.all([languageModel(), startSlackWorkspace()]);
  page = createServer((_, response) => {
    const embedded = `<!doctype html><title>Bees</title><script src="${skep.url}/widget.js" data-channel="${channel}" data-title="Ask me"></script>`;
    // The strictest policy under which a page can embed it.
    const policy = `default-src 'none'; script-src ${skep.url}; connect-src ${skep.url}`;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }).end(embedded);
  });
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
  const operator = { SKEP_LLM_PROVIDER: 'openai', SKEP_LLM_BASE_URL: `${model.url}/v1`, SKEP_LLM_MODEL: 'usual', SKEP_LLM_TIER: 'free' };
  skep = await startSkep({ env: { ...operator, SLACK_API_BASE: slack.url } });
  ada = await skep.signUpUser();
});
afterAll(async () => {
  page?.closeAllConnections();
  page?.close();
  await Promise.all([skep?.close(), model?.close(), slack?.close()]);
});

const setUp = async (name: string, credentials: object): Promise<string> => {
  const body = { credentials, dm_policy: 'open', enabled: true };
  const { status, json } = await skep.http('PUT', `/api/channels/${name}`, { token: ada.access, body });
  expect(status).toBe(200);
  expect(JSON.stringify(json)).not.toContain('xoxb-');
  return String(json['receive_url']);
};
const inbox = async () => {
  const { json } = await skep.http('GET', '/api/channels/inbox', { token: ada.access });
  return json['messages'] as unknown as { content: string; status: string }[];
};

describe('Slack', () => {
  const deliver = (path: string, { body, headers }: VendorRequestOut) =>
    fetch(`${skep.url}${path}`, { method: 'POST', headers, body: new Uint8Array(body) });

  it('makes sure of the address, and a message to it is answered in its thread', async () => {
    model.says = 'At night.';
    const path = await setUp('slack', slack.credentials);
    const challenged = await deliver(path, slack.sign('{"type":"url_verification","challenge":"3eZbrw1a"}'));
    expect([challenged.status, challenged.headers.get('content-type'), await challenged.text()]).toEqual([200, 'text/plain', '3eZbrw1a']);
    const mention = { type: 'app_mention', channel: 'C1', channel_type: 'channel', ts: '17.01' };
    const request = slack.request(slack.message('<@U0BEE> When do bees sleep?', mention));
    expect((await deliver(path, request)).status).toBe(200);
    // Slack delivers again what was answered too late.
    expect((await deliver(path, request)).status).toBe(200);
    await waitUntil('the answer', () => slack.sent.length);
    expect(slack.sent[0]).toMatchObject({ channel: 'C1', thread_ts: '17.01', text: 'At night.' });
    await waitUntil('the outcome', async () => (await inbox()).some(({ status }) => status === 'sent'));
    expect((await inbox()).map(({ content }) => content)).toEqual(['At night.', 'When do bees sleep?']);
  });

  it('without a signature is refused; what is no event, and an unknown address, too', async () => {
    const path = await setUp('slack', slack.credentials);
    const { headers, body } = slack.request(slack.message('Forged', { ts: '17.03' }));
    const forged = await deliver(path, { ...slack.sign('{}'), headers: { ...headers, 'x-slack-signature': `v0=${'0'.repeat(64)}` } });
    const old = await deliver(path, slack.sign(body.toString(), Math.floor(Date.now() / 1_000) - 600));
    const wrong = [forged, old, await deliver(path, slack.sign('[]')), await deliver(`${path}x`, slack.sign('{}'))];
    expect(wrong.map(({ status }) => status)).toEqual([401, 401, 400, 404]);
    expect((await inbox()).some(({ content }) => content === 'Forged')).toBe(false);
  });
});

describe('a widget', () => {
  it('answers the visitor of a page, who goes on after the page was loaded again', async () => {
    model.says = '<b>At</b> night.';
    channel = (await setUp('web', { allowed_origins: origin })).split('/').at(-1) ?? '';
    const executablePath = await chromium.executablePath();
    const browser = await playwright.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'], headless: true });
    try {
      const visitor = await browser.newPage();
      // Playwright sees no closed shadow root.
      await visitor.addInitScript(
        'const attach = Element.prototype.attachShadow; Element.prototype.attachShadow = function () { return attach.call(this, { mode: "open" }); };',
      );
      visitor.setDefaultTimeout(60_000);
      const errors: string[] = [];
      visitor.on('pageerror', ({ message }) => errors.push(message));
      visitor.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      await visitor.goto(origin);
      await visitor.getByRole('button', { name: 'Ask me' }).click();
      await visitor.getByLabel('Your message').fill('When do bees sleep?');
      await visitor.getByRole('button', { name: 'Send' }).click();
      await visitor.getByText('<b>At</b> night.').waitFor();
      await visitor.reload();
      await visitor.getByRole('button', { name: 'Ask me' }).click();
      await visitor.getByText('<b>At</b> night.').waitFor();
      expect(await visitor.getByRole('log').locator('p').allTextContents()).toEqual(['When do bees sleep?', '<b>At</b> night.']);
      // Chromium asks each page for an icon.
      expect(errors.filter((error) => !error.includes('favicon'))).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  const ask = (path: string, body: string, from = origin) =>
    fetch(`${skep.url}/api/channels/web/${channel}/${path}`, {
      method: 'POST',
      headers: { origin: from, 'content-type': 'text/plain' },
      body,
    });

  it('is for pages of its origins alone', async () => {
    const said = await ask('messages', '{"text":"Hello"}');
    expect([said.status, said.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    const { visitor } = (await said.json()) as { visitor: string };
    for (const path of ['messages', 'events']) {
      const other = await ask(path, JSON.stringify({ visitor, text: 'Hello' }), 'https://evil.example');
      expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
    const unknown = await ask('messages', '{"visitor":"nobody","text":"Hello"}');
    expect([unknown.status, unknown.headers.get('access-control-allow-origin')]).toEqual([404, origin]);
  });

  it('names what is wrong with a message, and takes no large one', async () => {
    const statuses = await Promise.all(
      ['no JSON', '{}', '{"text":7}', `{"text":"${'x'.repeat(40_000)}"}`].map(async (body) => (await ask('messages', body)).status),
    );
    expect(statuses).toEqual([422, 422, 422, 413]);
    expect(await (await ask('messages', '{}')).json()).toMatchObject({ detail: [{ loc: ['body', 'text'] }] });
  });

  it('that is stopped ends the streams of its visitors', async () => {
    const { visitor } = (await (await ask('messages', '{"text":"Hello"}')).json()) as { visitor: string };
    const stream = await ask('events', JSON.stringify({ visitor }));
    let text = '';
    let isStopped = false;
    for await (const part of stream.body!) {
      text += Buffer.from(part).toString();
      if (isStopped || !text.includes('"content":"Hello"')) continue;
      isStopped = true;
      await skep.http('POST', '/api/channels/web/stop', { token: ada.access });
    }
    expect(isStopped).toBe(true);
    expect((await ask('events', JSON.stringify({ visitor }))).status).toBe(403);
  });
});
