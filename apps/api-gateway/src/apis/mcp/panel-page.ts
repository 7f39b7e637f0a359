import {
  ProtocolError,
  ProtocolErrorCode,
  type ListResourcesResult,
  type ReadResourceResult,
  type Server,
} from '@modelcontextprotocol/server';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PANEL_TYPE, PANEL_URI } from './panels.js';

/** The build of apps/web. */
const FILE = fileURLToPath(new URL('../../../../../web/dist/panel/panel.html', import.meta.url));
const TTL_MS = 3_600_000;
/** The page loads nothing, so clients allow it nothing. */
const META = { ui: { prefersBorder: true } };
const ABOUT = {
  uri: PANEL_URI,
  name: 'panel',
  title: 'Panel',
  description: 'Shows the panels of apps that their tools return.',
  mimeType: PANEL_TYPE,
};

let page: Promise<string> | undefined;

/** The page that shows panels inside MCP clients. It is the same for everyone: what it shows comes with the results of tools. */
export const isPanelPage = (uri: unknown): boolean => uri === PANEL_URI;

export async function readPanelPage(): Promise<ReadResourceResult> {
  page ??= readFile(FILE, 'utf8');
  return { contents: [{ uri: PANEL_URI, mimeType: PANEL_TYPE, text: await page, _meta: META }], ttlMs: TTL_MS, cacheScope: 'public' };
}

/** Makes a server offer the page as its only resource. */
export function registerPanelPage(server: Server): void {
  server.setRequestHandler('resources/list', (): ListResourcesResult => ({ resources: [ABOUT] }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [] }));
  server.setRequestHandler('resources/read', ({ params: { uri } }) => {
    if (isPanelPage(uri)) return readPanelPage();
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown resource: ${uri}`, { uri });
  });
}
