import { isObject } from '@skep/contracts';
import { holdsScope } from '@skep/contracts/auth';
import { nodes } from '@skep/contracts/nodes';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { done, type Tool, type ToolOutput, type ToolSource, type ToolUse } from './tool.js';
import { Toolbox } from './toolbox.js';

const LIST_MS = 10_000;
/** Longer than an approval and a command usually take; the key of the step finds the command again. */
const COMMAND_MS = 420_000;

const INVOKE_PARAMETERS = {
  type: 'object',
  properties: {
    node_id: { type: 'string', description: 'Id of the node, or `any` for one that is online and accepts the command.' },
    command: { type: 'string', description: 'Name of the command, such as `system.run`.' },
    args: { type: 'object', description: 'Its arguments, such as {"command": "uname -a"} for `system.run`.' },
  },
  required: ['node_id', 'command'],
};

/** Commands for devices of a person. Shell commands run only there. */
@Injectable()
export class NodeTools implements ToolSource, OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly toolbox: Toolbox,
  ) {}

  onModuleInit(): void {
    this.toolbox.add(this);
  }

  list(ctx: Ctx): Promise<Tool[]> {
    if (!holdsScope(ctx.scopes, 'agent:use')) return Promise.resolve([]);
    return Promise.resolve([
      {
        name: 'node_invoke',
        description: 'Runs a command on a device of the person. Some commands wait for their approval.',
        parameters: INVOKE_PARAMETERS,
        hasEffect: true,
        isOutside: true,
        use: (use, args) => this.invoke(use, args),
      },
      {
        name: 'node_list',
        description: 'Lists the devices of the person, with the commands that they accept.',
        parameters: { type: 'object', properties: {} },
        hasEffect: false,
        // A device describes itself.
        isOutside: true,
        use: (use) => this.describe(use),
      },
    ]);
  }

  private async invoke({ ctx }: ToolUse, { node_id = 'any', command, args }: Record<string, unknown>): Promise<ToolOutput> {
    const invoked = { node_id: String(node_id), command: String(command), args: isObject(args) ? args : {} };
    const input = { ...invoked, invoked_by: 'agent' as const };
    const { output, exit_code, data } = await this.bus.call(nodes.invokeNode, { ...ctx, deadline: Date.now() + COMMAND_MS }, input);
    return done(JSON.stringify({ output, exit_code, data }));
  }

  private async describe({ ctx }: ToolUse): Promise<ToolOutput> {
    const { nodes: rows } = await this.bus.call(nodes.listNodes, { ...ctx, deadline: Date.now() + LIST_MS }, {});
    return done(
      JSON.stringify(
        rows.map(({ id, name, platform, status, capabilities, declared_commands }) => ({
          ...{ node_id: id, name, platform, status },
          commands: declared_commands ?? capabilities,
        })),
      ),
    );
  }
}
