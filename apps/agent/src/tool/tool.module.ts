import { auth } from '@skep/contracts/auth';
import { kernel } from '@skep/contracts/kernel';
import { nodes } from '@skep/contracts/nodes';
import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { AppTools } from './app-tools.js';
import { NodeTools } from './node-tools.js';
import { Toolbox } from './toolbox.js';
import { WebSearchHandlers } from './web-search.handlers.js';
import { WebSearch } from './web-search.js';
import { WebTools } from './web-tools.js';

@Aggregate({
  handlers: [WebSearchHandlers],
  providers: [AppTools, NodeTools, WebSearch, WebTools, Toolbox],
  exports: [Toolbox],
  calls: [auth.describeUser, kernel.callFunction, nodes.invokeNode, nodes.listNodes, registry.listMyExtensions],
  outgoing: ['web search', 'pages of the web'],
})
export class ToolModule {}
