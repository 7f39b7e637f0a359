import { isObject } from '@skep/contracts';
import type { CallResult } from '@skep/contracts/kernel';
import type { FunctionInfo, MyExtension } from '@skep/contracts/registry';
import type { CallToolResult, ClientCapabilities, Tool } from '@modelcontextprotocol/server';
import { toWords } from './panel-words.js';

/** The extension of MCP for interfaces inside clients (MCP Apps). */
export const UI = 'io.modelcontextprotocol/ui';
/** The page that shows panels inside clients, and its type. */
export const PANEL_URI = 'ui://skep/panel';
export const PANEL_TYPE = 'text/html;profile=mcp-app';

const FUNCTION_PREFIX = '__panel__';
const PARAMS = { type: 'object', additionalProperties: true };
/** Panels of the app's page. Those in other slots are opened by an action. */
const COLUMNS: readonly unknown[] = ['left', 'center', 'right'];

/** A panel as far as clients need it. */
interface Panel {
  panel_id: string;
  title: string;
  /** `manual`, `interval:30s` or `on_event:a,b`. */
  refresh: string;
  /** Whether an action shows it, and not a person. */
  isOpened: boolean;
}

/** A function of an app, or one that shows a panel of it. */
export interface AppFunction extends FunctionInfo {
  panel?: Panel;
}

const textOf = (value: unknown, otherwise: string) => (typeof value === 'string' && value) || otherwise;

/** The functions of an app, and of its panels. */
export const functionsOf = (app: MyExtension): AppFunction[] => [
  ...app.functions,
  ...app.panels.flatMap((panel) => toFunction(app, panel)),
];

function toFunction({ name }: MyExtension, { panel_id, title, slot, refresh }: Record<string, unknown>): AppFunction[] {
  if (typeof panel_id !== 'string') return [];
  const panel = {
    panel_id,
    title: textOf(title, panel_id),
    refresh: textOf(refresh, 'manual'),
    isOpened: !COLUMNS.includes(textOf(slot, 'center')),
  };
  const description = `Shows the panel “${panel.title}” of ${name}. It changes nothing and costs nothing.`;
  return [{ name: FUNCTION_PREFIX + panel_id, description, params_schema: PARAMS, action_type: 'read', panel }];
}

/** Whether a client shows panels. One of 2025 has said so in another request, if at all. */
export const showsPanels = (capabilities: ClientCapabilities | undefined): boolean => {
  const settings = capabilities?.extensions?.[UI];
  const types = isObject(settings) && settings['mimeTypes'];
  return !capabilities || (Array.isArray(types) && types.includes(PANEL_TYPE));
};

/** What the tool of a panel says about it to a client that shows panels. */
export const panelMeta = ({ isOpened }: Panel): Tool['_meta'] => ({
  ui: { resourceUri: PANEL_URI, ...(isOpened && { visibility: ['app'] }) },
});

/** A panel in words, and for a client that shows it the nodes, with the tools that these may call. */
export function toPanelResult(
  { app, panel }: { app: MyExtension; panel: Panel },
  { ui }: CallResult,
  { site, nameOf, shows }: { site: string; nameOf: (fn: FunctionInfo) => string; shows: boolean },
): CallToolResult {
  const url = `${site}/app/apps/${app.app_id}`;
  const { panel_id, title, refresh } = panel;
  const tools = Object.fromEntries(functionsOf(app).map((fn) => [fn.name, nameOf(fn)]));
  return {
    content: [{ type: 'text', text: [title, toWords(ui), `In Skep: ${url}`].filter(Boolean).join('\n\n') }],
    ...(shows && { structuredContent: { app: { name: app.name, url }, panel: { panel_id, title, refresh }, tools, tree: ui } }),
  };
}
