import { connections } from '@skep/contracts/connections';
import { Aggregate } from '@skep/platform';
import { CallTokenModule } from '../call-token/call-token.module.js';
import { ServerClientModule } from '../server-client/server-client.module.js';
import { McpCommands } from './mcp-commands.js';
import { McpClient } from './mcp-client.js';
import { McpCredentials } from './mcp-credentials.js';
import { McpRelay } from './mcp-relay.js';
import { RequestStates } from './request-states.js';
import { ToolPins } from './tool-pins.js';

@Aggregate({
  imports: [CallTokenModule, ServerClientModule],
  providers: [McpClient, McpCommands, McpCredentials, McpRelay, RequestStates, ToolPins],
  exports: [McpClient, McpCredentials, McpRelay, ToolPins],
  calls: [connections.getProviderToken, connections.getSecret, connections.listAccounts],
})
export class McpModule {}
