import { Aggregate, keepForEver } from '@skep/platform';
import { ConnectedNodes } from './connected-nodes.js';
import { NodeEntity } from './node.entity.js';
import { NodeHandlers } from './node.handlers.js';
import { NodeRepository } from './node.repository.js';
import { NodeSockets } from './node-sockets.js';
import { RememberedApprovalEntity } from './remembered-approval.entity.js';

@Aggregate({
  entities: [NodeEntity, RememberedApprovalEntity],
  handlers: [NodeHandlers],
  providers: [ConnectedNodes, NodeRepository, NodeSockets],
  exports: [ConnectedNodes, NodeRepository, NodeSockets],
  retention: [
    keepForEver(NodeEntity, 'until removed, or until their user is erased'),
    keepForEver(RememberedApprovalEntity, 'until forgotten, or until their node is removed'),
  ],
})
export class NodeModule {}
