import { kernel } from '@skep/contracts/kernel';
import { holdsScope } from '@skep/contracts/auth';
import { type FunctionInfo, type MyExtension, registry } from '@skep/contracts/registry';
import { Bus, type Ctx, toolNameOf } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { done, failed, type Tool, type ToolOutput, type ToolSource, type ToolUse } from './tool.js';
import { Toolbox } from './toolbox.js';

const CALL_MS = 100_000;

/** The functions of the apps that a person has installed: priced, confirmed and recorded like any other call. */
@Injectable()
export class AppTools implements ToolSource, OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly toolbox: Toolbox,
  ) {}

  onModuleInit(): void {
    this.toolbox.add(this);
  }

  async list(ctx: Ctx): Promise<Tool[]> {
    if (!holdsScope(ctx.scopes, 'extensions:call')) return [];
    const { rows } = await this.bus.call(registry.listMyExtensions, ctx, {});
    return rows.filter(isCallable).flatMap(({ app_id, functions }) => functions.map((fn) => this.toTool(app_id, fn)));
  }

  private toTool(app_id: string, fn: FunctionInfo): Tool {
    return {
      name: toolNameOf(app_id, fn),
      description: fn.description,
      parameters: fn.params_schema,
      hasEffect: fn.action_type !== 'read',
      isOutside: false,
      isOfApp: true,
      use: (use, args) => this.call(use, app_id, fn.name, args),
    };
  }

  private async call({ ctx }: ToolUse, app_id: string, name: string, params: Record<string, unknown>): Promise<ToolOutput> {
    const call = { app_id, user_id: ctx.user, tenant_id: ctx.tenant, function: name, params };
    const { status, data, error, data_format, error_code } = await this.bus.call(
      kernel.callFunction,
      { ...ctx, deadline: Date.now() + CALL_MS },
      call,
    );
    // Results of MCP servers are what someone outside wrote, and so are the errors of servers.
    const isOutside = data_format === 'mcp' || error_code === 'EXT_UNSTRUCTURED_ERROR';
    if (status === 'success') return { ...done(JSON.stringify(data ?? null)), isOutside };
    const words = error ?? 'The call failed.';
    return { ...failed(data ? `${words} ${JSON.stringify(data)}` : words), isOutside };
  }
}

const isCallable = ({ system, is_installed, is_disabled, is_suspended }: MyExtension) =>
  is_installed && !is_disabled && !is_suspended && !system;
