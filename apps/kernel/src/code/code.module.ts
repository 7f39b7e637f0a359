import { channels } from '@skep/contracts/channels';
import { connections } from '@skep/contracts/connections';
import { Aggregate } from '@skep/platform';
import { CacheModule } from '../ext-cache/cache.module.js';
import { FileModule } from '../files/file.module.js';
import { McpModule } from '../mcp/mcp.module.js';
import { ServerClientModule } from '../server-client/server-client.module.js';
import { StoreModule } from '../store/store.module.js';
import { CodeRunner } from './code-runner.js';
import { FetchForCode } from './fetch-for-code.js';
import { FilesOfCode } from './files-of-code.js';
import { CodeRequests } from './requests.js';

@Aggregate({
  imports: [CacheModule, FileModule, McpModule, ServerClientModule, StoreModule],
  providers: [CodeRunner, CodeRequests, FetchForCode, FilesOfCode],
  exports: [CodeRunner, CodeRequests],
  calls: [channels.notify, connections.getSecret],
})
export class CodeModule {}
