import {
  App,
  applyDocumentTheme,
  applyHostStyleVariables,
  type McpUiHostContext,
  PostMessageTransport,
} from '@modelcontextprotocol/ext-apps';
import type { CallToolResult } from '@modelcontextprotocol/client';
import { panel as m } from '../messages/en/panel.js';

type Params = Record<string, unknown>;

/** A function that has not answered by then is cancelled. Skep waits for a call up to 90 seconds. */
const CALL_MS = 100_000;
const CONNECT_MS = 15_000;

/** What a tool returns that shows a panel. */
export interface Shown {
  app: { name: string; url: string };
  panel: { panel_id: string; title: string; refresh: string };
  /** The tools of the app, by the names of its functions. */
  tools: Readonly<Record<string, string>>;
  tree: unknown;
}

/** What a function returned that a node called. */
export interface Called {
  summary?: string | null;
  ui?: unknown;
  refresh_panels?: string[] | null;
  /** Where the person confirms the call, which has not run. */
  confirmUrl?: string;
}

/** What the client reports: the result with which the page was opened, or why there is none. */
export interface Listener {
  onShown(shown: Shown, params: Params): void;
  onFailed(reason: string): void;
}

const textOf = ({ content }: CallToolResult): string =>
  content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n') || m.noPanel;

/** @throws Error with the text of a result that shows no panel */
function readShown(result: CallToolResult): Shown {
  const shown = result.structuredContent as Partial<Shown> | undefined;
  if (result.isError || !shown?.app || !shown.panel || !shown.tools) throw new Error(textOf(result));
  return shown as Shown;
}

function applyContext({ theme, styles }: McpUiHostContext): void {
  if (theme) applyDocumentTheme(theme);
  if (styles?.variables) applyHostStyleVariables(styles.variables);
}

/** The MCP client around the page: everything that the page does goes through it. */
export class PanelClient {
  private readonly app = new App({ name: 'skep-panel', version: '1.0.0' }, { availableDisplayModes: ['inline', 'fullscreen'] });

  /** @throws Error if there is no client, or if it does not answer */
  async connect({ onShown, onFailed }: Listener): Promise<void> {
    if (window.parent === window) throw new Error(m.noClient);
    let params: Params = {};
    this.app.addEventListener('toolinput', (input) => (params = input.arguments ?? {}));
    this.app.addEventListener('toolcancelled', () => onFailed(m.cancelled));
    this.app.addEventListener('hostcontextchanged', applyContext);
    this.app.addEventListener('toolresult', (result) => {
      try {
        onShown(readShown(result), params);
      } catch (error) {
        onFailed((error as Error).message);
      }
    });
    await this.app.connect(new PostMessageTransport(window.parent, window.parent), { timeout: CONNECT_MS }).catch(() => {
      throw new Error(m.noClient);
    });
    applyContext(this.app.getHostContext() ?? {});
  }

  /** Reads a panel. @throws Error that says why it cannot be shown */
  async show(name: string, params: Params): Promise<Shown> {
    return readShown(await this.callTool(name, params));
  }

  /** Calls a function. @throws Error that says why it failed */
  async call(name: string, params: Params): Promise<Called> {
    const result = await this.callTool(name, params);
    const confirmUrl = result._meta?.['skep/confirmUrl'];
    if (typeof confirmUrl === 'string') return { summary: textOf(result), confirmUrl };
    if (result.isError) throw new Error(textOf(result));
    return (result._meta?.['skep/result'] ?? {}) as Called;
  }

  async openLink(url: string): Promise<void> {
    const { isError } = await this.app.openLink({ url });
    if (isError) throw new Error(m.noLink);
  }

  async sendMessage(text: string): Promise<void> {
    const { isError } = await this.app.sendMessage({ role: 'user', content: [{ type: 'text', text }] });
    if (isError) throw new Error(m.noMessage);
  }

  private async callTool(name: string, params: Params): Promise<CallToolResult> {
    if (!this.app.getHostCapabilities()?.serverTools) throw new Error(m.noCalls);
    return this.app.callServerTool({ name, arguments: params }, { timeout: CALL_MS });
  }
}
