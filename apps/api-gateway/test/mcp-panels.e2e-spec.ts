import { waitUntil } from '@skep/testkit';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { EXAMPLES } from '@skep/ui-nodes/examples';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import { APP, GALLERY, useBrowser } from './web/browser.js';
import { openPanel } from './web/mcp-host.js';

const UI = 'io.modelcontextprotocol/ui';
const PAGE = 'ui://skep/panel';
const TYPE = 'text/html;profile=mcp-app';
const PANEL = `${APP}____panel__center`;
const web = useBrowser();
const clients: Client[] = [];
let key: string;

beforeAll(async () => {
  key = String((await web.skep.http('POST', '/v1/keys', { token: web.bob.access, body: { name: 'mcp' } })).json['key']);
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

interface ClientOptions {
  path?: string;
  mode?: 'auto' | 'legacy';
  shows?: boolean;
}

async function connect({ path = '/mcp', mode = 'auto', shows = true }: ClientOptions = {}): Promise<Client> {
  const capabilities = shows ? { extensions: { [UI]: { mimeTypes: [TYPE] } } } : {};
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode }, capabilities });
  await client.connect(new StreamableHTTPClientTransport(new URL(path, web.skep.url), { requestInit: { headers: { 'x-api-key': key } } }));
  clients.push(client);
  return client;
}

const toolOf = async (client: Client, name: string) => (await client.listTools()).tools.find((tool) => tool.name === name);
const notes = async () =>
  (
    await web.skep.http('POST', `/v1/extensions/${APP}/call`, {
      token: web.bob.access,
      body: { user_id: web.bob.id, function: 'list_notes' },
    })
  ).text;

describe.each(['auto', 'legacy'] as const)('a client that shows panels, and negotiates: %s', (mode) => {
  it('finds the page of panels, and the tools that show one', async () => {
    const client = await connect({ mode });
    expect(await toolOf(client, PANEL)).toMatchObject({
      annotations: { title: 'Panel center', readOnlyHint: true },
      _meta: { ui: { resourceUri: PAGE } },
    });
    expect((await client.listResources()).resources).toEqual([expect.objectContaining({ uri: PAGE, mimeType: TYPE })]);
    const { contents } = await client.readResource({ uri: PAGE });
    expect(contents).toEqual([expect.objectContaining({ uri: PAGE, mimeType: TYPE, text: expect.stringMatching(/^<!doctype html>/) })]);
    await expect(client.readResource({ uri: 'ui://skep/other' })).rejects.toMatchObject({ code: -32_602 });
  });

  it('gets the nodes of a panel, the tools that they may call, and the same in words', async () => {
    const result = await (await connect({ mode })).callTool({ name: PANEL, arguments: {} });
    expect(result.structuredContent).toMatchObject({
      app: { url: `${web.skep.url}/app/apps/${APP}` },
      panel: { panel_id: 'center', title: 'Panel center', refresh: 'manual' },
      tools: { save_note: `${APP}__save_note`, __panel__left: `${APP}____panel__left` },
      tree: { type: 'Stack' },
    });
    expect(result.content).toEqual([{ type: 'text', text: expect.stringMatching(/^Panel center\n\n[^]*\nSave\n[^]*In Skep: http/) }]);
  });
});

it('a client that shows no panels gets their words', async () => {
  const client = await connect({ shows: false });
  expect((await toolOf(client, PANEL))?._meta?.['ui']).toBeUndefined();
  const result = await client.callTool({ name: PANEL, arguments: {} });
  expect(result.structuredContent).toBeUndefined();
  expect(result.content).toEqual([{ type: 'text', text: expect.stringContaining('Save') }]);
});

it('at the address of one app, tools and those of its panels have their own names', async () => {
  const client = await connect({ path: `/mcp/${APP}` });
  expect((await toolOf(client, '__panel__center'))?._meta).toMatchObject({ ui: { resourceUri: PAGE } });
  const { structuredContent } = await client.callTool({ name: '__panel__center', arguments: {} });
  expect(structuredContent).toMatchObject({ tools: { save_note: 'save_note' } });
  expect((await client.readResource({ uri: PAGE })).contents).toHaveLength(1);
});

describe('in a sandbox of its client, a panel', () => {
  it('shows every type of node, accessibly, in light and dark, and fits a narrow frame', async () => {
    for (const theme of ['light', 'dark']) {
      await using page = await newPage({ width: theme === 'dark' ? 320 : 1000, height: 800 });
      const { view, evaluate } = await openPanel(page.page, await connect(), { name: `${GALLERY}____panel__center`, context: { theme } });
      await view.locator('.ui-nodes .ui-nodes').waitFor();
      const shown = await evaluate<number>(`document.querySelector('.ui-nodes .ui-nodes > *').children.length`);
      expect(shown).toBe(EXAMPLES.filter(({ modal }) => !modal).length);
      expect(await evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe(theme);
      await view.locator('svg.ui-icon path').first().waitFor();
      expect(await evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await evaluate(axe.source);
      const found = await evaluate<string[]>(
        `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
      );
      expect(found).toEqual([]);
    }
  });

  it('calls functions of its app through the client, and refreshes', async () => {
    const { view, asked } = await openPanel(web.page, await connect(), { name: PANEL });
    expect(await notes()).not.toContain('from a panel');
    await view.getByRole('button', { name: 'Save' }).click();
    await waitUntil('the note', async () => (await notes()).includes('from a panel'));
    const calls = () => asked.filter(({ method }) => method === 'tools/call').map(({ params }) => params['name']);
    await waitUntil('the refresh', () => calls().length === 2);
    expect(calls()).toEqual([`${APP}__save_note`, PANEL]);
  });

  it('does no harm: it runs no script of its app, calls no other app, and asks nothing of the network', async () => {
    const requests: string[] = [];
    web.page.on('request', (request) => requests.push(request.url()));
    const attack = (name: string) => ({ type: 'Button', props: { label: name, on_click: { action: 'call', function: name } } });
    const { view, asked, evaluate } = await openPanel(web.page, await connect(), {
      name: PANEL,
      change: (result) => {
        const shown = result['structuredContent'] as { tree: object };
        const children = [shown.tree, attack('billing__change_plan'), attack('constructor')];
        return { ...result, structuredContent: { ...shown, tree: { type: 'Stack', props: { children } } } };
      },
    });
    for (const name of ['billing__change_plan', 'constructor']) {
      await view.getByRole('button', { name }).click();
      await view.getByText(`This app has no function “${name}”.`).waitFor();
    }
    expect(asked.filter(({ method }) => method === 'tools/call')).toEqual([]);
    expect([await evaluate('window.hacked'), await web.page.evaluate('window.hacked')]).toEqual([undefined, undefined]);
    expect(requests.filter((url) => !url.startsWith('https://host.example/') && !/^(about|data):/.test(url))).toEqual([]);
  });

  it('leads to the page of Skep where a call is confirmed, if its client cannot ask', async () => {
    const confirm = (on: boolean) =>
      web.skep.http('PATCH', '/v1/me/settings', {
        token: web.bob.access,
        body: { confirmation_enabled: on, confirmation_actions: { write: on } },
      });
    await confirm(true);
    const { view, asked } = await openPanel(web.page, await connect(), { name: PANEL });
    await view.getByRole('button', { name: 'Save' }).click();
    await view.getByRole('button', { name: 'Confirm in Skep' }).click();
    await waitUntil('the page', () => asked.some(({ method }) => method === 'ui/open-link'));
    expect(asked.at(-1)?.params['url']).toContain(`${web.skep.url}/app/confirmations/`);
    await confirm(false);
  });

  it('says why nothing runs in a client that passes no calls on', async () => {
    const { view } = await openPanel(web.page, await connect(), { name: PANEL, capabilities: {} });
    await view.getByRole('button', { name: 'Save' }).click();
    await view.getByText('This client does not let panels call functions.').waitFor();
  });
});

it('outside of a client, the page says what it is for', async () => {
  const [content] = (await (await connect()).readResource({ uri: PAGE })).contents as { text: string }[];
  await web.page.setContent(content!.text);
  await web.page.getByRole('alert').getByText('add the address of your Skep there').waitFor();
});

/** A page of its own size. */
async function newPage(viewport: { width: number; height: number }) {
  const context = await web.page.context().browser()!.newContext({ viewport });
  const page = await context.newPage();
  return { page, [Symbol.asyncDispose]: () => context.close() };
}
