import { Aggregate } from '@skep/platform';
import { ServerClient } from './server-client.js';

@Aggregate({ providers: [ServerClient], exports: [ServerClient], outgoing: ['servers of developers', 'MCP servers of apps'] })
export class ServerClientModule {}
