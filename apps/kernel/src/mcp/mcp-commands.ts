import { Injectable } from '@nestjs/common';
import type { StdioServerParameters } from '@modelcontextprotocol/client/stdio';
import { IrError } from '../ir/ir-error.js';
import { KernelConfig } from '../kernel.config.js';
import { type McpCommand, nameOfCommand, parseCommands } from './parse-commands.js';

/** The programs that apps may name as their MCP server. A person's developer can name one, and never say what runs. */
@Injectable()
export class McpCommands {
  private readonly commands: ReadonlyMap<string, McpCommand>;

  constructor(private readonly config: KernelConfig) {
    this.commands = parseCommands(config.SKEP_MCP_COMMANDS);
  }

  /** @throws IrError if the operator does not list it */
  find(url: string): StdioServerParameters {
    const name = nameOfCommand(url);
    const listed = this.commands.get(name);
    if (!listed) throw new IrError('EXT_UNSTRUCTURED_ERROR', `the operator lists no program '${name}' in SKEP_MCP_COMMANDS`);
    return { ...listed, stderr: 'ignore', maxBufferSize: this.config.SKEP_MCP_MAX_BYTES };
  }
}
