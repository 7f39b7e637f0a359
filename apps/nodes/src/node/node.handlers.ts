import { type CreateNode, type Node, type NodeCreated, type NodeList, type NodeRef, nodes, type UpdateNode } from '@skep/contracts/nodes';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { randomUUID } from 'node:crypto';
import { NodeRepository } from './node.repository.js';

@Handlers()
export class NodeHandlers {
  constructor(
    private readonly db: Database,
    private readonly rows: NodeRepository,
  ) {}

  @Handle(nodes.createNode)
  async createNode(ctx: Ctx, input: CreateNode): Promise<NodeCreated> {
    const id = randomUUID();
    return this.db.transaction(async () => {
      const token = await this.rows.create(ctx, { ...input, id, approved: false });
      await this.rows.noteDecision(ctx, id, 'created');
      return { node_id: id, token, name: input.name, platform: input.platform };
    });
  }

  @Handle(nodes.listNodes)
  async listNodes(ctx: Ctx): Promise<NodeList> {
    return { nodes: await this.rows.toNodes(ctx, await this.rows.list(ctx)) };
  }

  @Handle(nodes.getNode)
  async getNode(ctx: Ctx, { node_id }: NodeRef): Promise<Node> {
    const [node] = await this.rows.toNodes(ctx, [await this.rows.find(ctx, node_id)]);
    return node!;
  }

  @Handle(nodes.updateNode)
  async updateNode(ctx: Ctx, input: UpdateNode): Promise<Node> {
    await this.rows.update(ctx, input);
    return this.getNode(ctx, input);
  }
}
