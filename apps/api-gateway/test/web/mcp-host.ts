import type { Client } from '@modelcontextprotocol/client';
import type { FrameLocator, Page } from 'playwright-core';

type Json = Record<string, unknown>;

interface Message {
  id?: number;
  method: string;
  params?: Json;
}

/** What hosts allow a page that declares nothing (MCP Apps, 2026-01-26). */
const POLICY = [
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
  "media-src 'self' data:; connect-src 'none'; frame-src 'none'; object-src 'none'; base-uri 'self'",
].join('; ');

const HOST_PAGE = `<!doctype html><html lang="en"><title>Host</title><style>body { margin: 0 }</style>
<iframe id="view" title="Panel" sandbox="allow-scripts" style="width: 100%; height: 800px; border: 0"></iframe>
<script>
  const view = document.getElementById('view');
  addEventListener('message', async ({ data, source }) => {
    if (source === view.contentWindow && data?.method) for (const message of await answerView(data)) source.postMessage(message, '*');
  });
  readPage().then((html) => (view.srcdoc = html));
</script>`;

/** A panel in a page of an MCP client, as far as hosts have to be one. */
export interface HostedPanel {
  view: FrameLocator;
  /** What the panel asked its host, by method. */
  asked: { method: string; params: Json }[];
  evaluate<T>(script: string): Promise<T>;
}

interface Opening {
  name: string;
  args?: Json;
  context?: Json;
  capabilities?: Json;
  /** Changes the result before the panel gets it. */
  change?: (result: Json) => Json;
}

/** Calls a tool, and shows its result in the page that the tool names, in a sandbox without an origin. */
export async function openPanel(page: Page, client: Client, opening: Opening): Promise<HostedPanel> {
  const { name, args = {}, context = { theme: 'light' }, capabilities = { serverTools: {}, openLinks: {}, message: {} } } = opening;
  const asked: HostedPanel['asked'] = [];
  const tool = (await client.listTools()).tools.find((one) => one.name === name);
  const { resourceUri } = (tool?._meta?.['ui'] ?? {}) as { resourceUri: string };
  const [content] = (await client.readResource({ uri: resourceUri })).contents as { text: string }[];
  const result = (await client.callTool({ name, arguments: args })) as Json;

  const answers: Record<string, (params: Json) => Promise<Json> | Json> = {
    'ui/initialize': () => ({
      protocolVersion: '2026-01-26',
      hostInfo: { name: 'test', version: '1.0.0' },
      hostCapabilities: capabilities,
      hostContext: context,
    }),
    'tools/call': async (params) => (await client.callTool(params as { name: string })) as Json,
    'ui/open-link': () => ({}),
    'ui/message': () => ({}),
  };
  await page.exposeFunction('readPage', () =>
    content!.text.replace('<head>', `<head><meta http-equiv="Content-Security-Policy" content="${POLICY}">`),
  );
  await page.exposeFunction('answerView', async ({ id, method, params = {} }: Message): Promise<Json[]> => {
    asked.push({ method, params });
    if (method === 'ui/notifications/initialized')
      return [
        { jsonrpc: '2.0', method: 'ui/notifications/tool-input', params: { arguments: args } },
        { jsonrpc: '2.0', method: 'ui/notifications/tool-result', params: opening.change?.(result) ?? result },
      ];
    if (id === undefined) return [];
    try {
      const answer = answers[method];
      if (!answer) throw new Error(`${method} is not answered`);
      return [{ jsonrpc: '2.0', id, result: await answer(params) }];
    } catch (error) {
      return [{ jsonrpc: '2.0', id, error: { code: -32_000, message: (error as Error).message } }];
    }
  });
  await page.route('https://host.example/', (route) => route.fulfill({ contentType: 'text/html', body: HOST_PAGE }));
  await page.goto('https://host.example/');
  const view = page.frameLocator('#view');
  await view.getByRole('heading', { level: 1 }).or(view.getByRole('alert')).first().waitFor();
  return { view, asked, evaluate: (script) => page.frames()[1]!.evaluate(script) };
}
