import { type NodeRef, nodes, type PendingNode, type PendingNodes } from '@skep/contracts/nodes';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { NodeRepository } from '../node/node.repository.js';
import { DecidePairing } from './decide-pairing.js';
import { PairingRepository } from './pairing.repository.js';

@Handlers()
export class PairingHandlers {
  constructor(
    private readonly rows: NodeRepository,
    private readonly requests: PairingRepository,
    private readonly decide: DecidePairing,
  ) {}

  @Handle(nodes.listPendingNodes)
  async listPendingNodes(ctx: Ctx): Promise<PendingNodes> {
    const [own, asking] = await Promise.all([this.rows.listPending(ctx), this.requests.list(ctx)]);
    return { pending: [...own, ...asking].map(toPending).sort((a, b) => b.created_at.getTime() - a.created_at.getTime()) };
  }

  @Handle(nodes.approveNode)
  approveNode(ctx: Ctx, { node_id }: NodeRef) {
    return this.decide.approve(ctx, node_id);
  }

  @Handle(nodes.rejectNode)
  async rejectNode(ctx: Ctx, { node_id }: NodeRef) {
    await this.decide.reject(ctx, node_id);
    return { status: 'rejected', node_id };
  }
}

const toPending = ({ id, name, platform, capabilities, created_at }: Omit<PendingNode, 'node_id'> & { id: string }): PendingNode => ({
  ...{ node_id: id, name, platform },
  ...{ capabilities, created_at },
});
