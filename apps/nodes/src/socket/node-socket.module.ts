import { Aggregate } from '@skep/platform';
import { InvocationModule } from '../invocation/invocation.module.js';
import { NodeModule } from '../node/node.module.js';
import { PairingModule } from '../pairing/pairing.module.js';
import { Identify } from './identify.js';
import { NodeSocketHandlers } from './node-socket.handlers.js';
import { SilentNodesJob } from './silent-nodes.job.js';

@Aggregate({
  imports: [InvocationModule, NodeModule, PairingModule],
  handlers: [NodeSocketHandlers],
  providers: [Identify, SilentNodesJob],
})
export class NodeSocketModule {}
