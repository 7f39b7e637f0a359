import { auth, type UserErased } from '@skep/contracts/auth';
import { type NodeRef, nodes } from '@skep/contracts/nodes';
import { type Ctx, Database, eraseUser, Handle, Handlers, OnEvent, Runs } from '@skep/platform';
import { InvocationRepository } from '../invocation/invocation.repository.js';
import { NodeRepository } from '../node/node.repository.js';
import { NodeSockets } from '../node/node-sockets.js';

/** Removes nodes: their commands end, and their sockets close. */
@Handlers()
export class RemovalHandlers {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly rows: NodeRepository,
    private readonly invocations: InvocationRepository,
    private readonly sockets: NodeSockets,
  ) {}

  @Handle(nodes.removeNode)
  async removeNode(ctx: Ctx, { node_id }: NodeRef) {
    const socket_id = await this.db.transaction(async () => {
      const open = await this.invocations.listOpenRuns(ctx, node_id);
      const removed = await this.rows.remove(ctx, node_id);
      await this.rows.noteDecision(ctx, node_id, 'removed');
      for (const run_id of open) await this.runs.cancel(run_id);
      return removed;
    });
    await this.sockets.close(socket_id, 'removed');
    return { status: 'removed', node_id };
  }

  @OnEvent(auth.userErased)
  async userErased(_: Ctx, erased: UserErased) {
    const { tenant_id: tenant, user_id: user } = erased;
    const nodesOfUser = await this.rows.list({ tenant, user });
    await eraseUser(this.db, erased);
    this.db.afterCommit(() => {
      for (const { socket_id } of nodesOfUser) void this.sockets.close(socket_id, 'removed');
    });
  }
}
