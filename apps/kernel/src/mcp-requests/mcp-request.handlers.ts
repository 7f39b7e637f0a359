import type { AppRef } from '@skep/contracts';
import { kernel, type McpRequest, type ReadMcpServer as ReadInput } from '@skep/contracts/kernel';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AppResolver } from '../call/app-resolver.js';
import { ReadMcpServer } from './read-mcp-server.js';
import { RequestMcpServer } from './request-mcp-server.js';

@Handlers()
export class McpRequestHandlers {
  constructor(
    private readonly apps: AppResolver,
    private readonly reader: ReadMcpServer,
    private readonly requests: RequestMcpServer,
  ) {}

  @Handle(kernel.readMcpServer)
  readMcpServer(ctx: Ctx, input: ReadInput) {
    return this.reader.run(ctx, input);
  }

  @Handle(kernel.getMcpServer)
  async getMcpServer(ctx: Ctx, { app_id }: AppRef) {
    const { mcp } = await this.apps.resolve(ctx, app_id);
    return { capabilities: mcp?.capabilities ?? {} };
  }

  @Handle(kernel.requestMcpServer)
  requestMcpServer(ctx: Ctx, input: McpRequest) {
    return this.requests.run(ctx, input);
  }
}
