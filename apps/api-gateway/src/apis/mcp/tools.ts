import { isRefusal } from '@skep/contracts';
import { builtins } from '@skep/contracts/builtins';
import { kernel } from '@skep/contracts/kernel';
import { type MyExtension, registry } from '@skep/contracts/registry';
import { Bus, type Ctx, safeToolName, SHORTENED_TOOL, TOOL_SEPARATOR, toolNameOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { ServerCapabilities, Tool } from '@modelcontextprotocol/server';
import { type AppFunction, functionsOf, panelMeta } from './panels.js';

/** A function that a tool calls. */
export interface CalledFunction {
  app_id: string;
  app: MyExtension;
  fn: AppFunction;
}

/** The tools of a caller: at `/mcp` the functions and panels of all apps that they have, at `/mcp/{app_id}` those of one app. */
@Injectable()
export class Tools {
  constructor(private readonly bus: Bus) {}

  /** An app that the caller has, or makes. @throws Problem `app_not_installed` */
  async findApp(ctx: Ctx, app_id: string): Promise<MyExtension | undefined> {
    const found = await this.bus.call(registry.getMyExtension, ctx, { app_id }).catch((error: unknown) => {
      if (isRefusal(error)) return undefined;
      throw error;
    });
    return found && !found.is_disabled && !found.is_suspended ? found : undefined;
  }

  /** What the MCP server of an app offers beside tools; empty if the app has none. */
  async findPassed(ctx: Ctx, { app_id }: MyExtension): Promise<ServerCapabilities> {
    if (Object.hasOwn(builtins, app_id)) return {};
    return (await this.bus.call(kernel.getMcpServer, ctx, { app_id })).capabilities;
  }

  /** A page of tools. The order does not depend on earlier requests. @throws Problem `invalid_input` for a cursor that no page gave */
  async list(ctx: Ctx, cursor: string | undefined, showsPanels: boolean): Promise<{ tools: Tool[]; nextCursor?: string }> {
    const { apps, next } = await this.page(ctx, cursor);
    return { tools: toolsOf(apps, showsPanels), ...(next !== undefined && { nextCursor: next }) };
  }

  /** All tools, for a search. */
  async listAll(ctx: Ctx): Promise<Tool[]> {
    const all: Tool[] = [];
    for await (const apps of this.pages(ctx)) all.push(...toolsOf(apps, false));
    return all;
  }

  /** The tools of one app, by the names of its functions. */
  listOf(app: MyExtension, showsPanels: boolean): Tool[] {
    return listedOf(app, showsPanels).map((fn) => toTool(safeToolName(fn.name), fn, showsPanels));
  }

  /** The function that a tool of `app` calls, or of any app that the caller has. */
  async find(ctx: Ctx, name: string, app?: MyExtension): Promise<CalledFunction | undefined> {
    if (app) return functionOf(app, (fn) => safeToolName(fn.name) === name);
    const [app_id = ''] = name.split(TOOL_SEPARATOR);
    const named = name.includes(TOOL_SEPARATOR) ? await this.findApp(ctx, app_id) : undefined;
    const found = named && isCallable(named) ? functionOf(named, (fn) => toolNameOf(app_id, fn) === name) : undefined;
    return found ?? (SHORTENED_TOOL.test(name) ? this.findShortened(ctx, name) : undefined);
  }

  private async findShortened(ctx: Ctx, name: string): Promise<CalledFunction | undefined> {
    for await (const apps of this.pages(ctx))
      for (const app of apps) {
        const found = functionOf(app, (fn) => toolNameOf(app.app_id, fn) === name);
        if (found) return found;
      }
    return undefined;
  }

  private async *pages(ctx: Ctx): AsyncGenerator<MyExtension[]> {
    let cursor: string | undefined;
    do {
      const { apps, next } = await this.page(ctx, cursor);
      yield apps;
      cursor = next;
    } while (cursor !== undefined);
  }

  /** As many apps as fit into one answer. */
  private async page(ctx: Ctx, cursor: string | undefined): Promise<{ apps: MyExtension[]; next: string | undefined }> {
    const { bytes, next } = await this.bus.forward(registry.listMyExtensions, ctx, JSON.stringify({ cursor }));
    const rows = JSON.parse(Buffer.from(bytes).toString()) as MyExtension[];
    return { apps: rows.filter(isCallable), next };
  }
}

const isCallable = ({ is_installed, is_disabled, is_suspended }: MyExtension) => is_installed && !is_disabled && !is_suspended;

/** Without panels that an action shows, if the client shows none. */
const listedOf = (app: MyExtension, showsPanels: boolean): AppFunction[] =>
  functionsOf(app).filter(({ panel }) => showsPanels || !panel?.isOpened);

const toolsOf = (apps: readonly MyExtension[], showsPanels: boolean): Tool[] =>
  apps.flatMap((app) => listedOf(app, showsPanels).map((fn) => toTool(toolNameOf(app.app_id, fn), fn, showsPanels)));

function functionOf(app: MyExtension, matches: (fn: AppFunction) => boolean): CalledFunction | undefined {
  const fn = functionsOf(app).find(matches);
  return fn && { app_id: app.app_id, app, fn };
}

function toTool(name: string, fn: AppFunction, showsPanels: boolean): Tool {
  const { panel, description, params_schema, return_schema, action_type } = fn;
  const title = panel?.title ?? fn.name;
  return {
    name,
    description: description || title,
    inputSchema: { ...params_schema, type: 'object' },
    ...(return_schema?.['type'] === 'object' && { outputSchema: return_schema as Tool['outputSchema'] }),
    annotations: { title, readOnlyHint: action_type === 'read', destructiveHint: action_type === 'destructive' },
    ...(panel && showsPanels && { _meta: panelMeta(panel) }),
  };
}
