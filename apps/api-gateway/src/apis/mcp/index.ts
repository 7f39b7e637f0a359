import { api } from '../../api.js';
import { mcpKey, mcpToken } from '../../auth/mcp-credentials.js';
import { controllers } from './controllers.js';
import { jsonRpcErrors } from './json-rpc-errors.js';

/** The MCP server. Its messages are no routes: what they may be is in the protocol. */
export const mcp = api({
  name: 'mcp',
  prefix: '/mcp',
  info: {
    title: 'Skep, MCP server',
    summary: 'The functions of your apps as tools of the Model Context Protocol.',
    description: 'Speaks the revisions 2026-07-28, 2025-11-25 and 2025-06-18 over Streamable HTTP, without sessions.',
  },
  tags: { mcp: 'Tools over MCP.' },
  errors: jsonRpcErrors,
  auth: [mcpToken, mcpKey],
  routes: [],
  controllers,
});
