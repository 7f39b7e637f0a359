import { Aggregate } from '@skep/platform';
import { CallModule } from '../call/call.module.js';
import { McpModule } from '../mcp/mcp.module.js';
import { McpRequestHandlers } from './mcp-request.handlers.js';
import { ReadMcpServer } from './read-mcp-server.js';
import { RequestMcpServer } from './request-mcp-server.js';

@Aggregate({ imports: [CallModule, McpModule], handlers: [McpRequestHandlers], providers: [ReadMcpServer, RequestMcpServer] })
export class McpRequestModule {}
