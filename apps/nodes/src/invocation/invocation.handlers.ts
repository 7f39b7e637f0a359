import {
  type ApprovalResolved,
  type InvokeNode,
  type ListNodeLogs,
  NoCommandApproval,
  type NodeLogs,
  nodes,
  type PendingApprovals,
  type ResolveApproval,
} from '@skep/contracts/nodes';
import { type Ctx, Database, Handle, Handlers, Runs } from '@skep/platform';
import { NodeRepository } from '../node/node.repository.js';
import { InvocationRepository } from './invocation.repository.js';
import { DECISION } from './invocation-run.js';
import { Invoke } from './invoke.js';

@Handlers()
export class InvocationHandlers {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly nodes: NodeRepository,
    private readonly invocations: InvocationRepository,
    private readonly invoke: Invoke,
  ) {}

  @Handle(nodes.invokeNode)
  invokeNode(ctx: Ctx, input: InvokeNode) {
    return this.invoke.run(ctx, input);
  }

  @Handle(nodes.listCommandApprovals)
  async listCommandApprovals(ctx: Ctx): Promise<PendingApprovals> {
    const asking = await this.invocations.listAsking(ctx);
    return { pending: asking.map(({ id, shown, node_id, created_at }) => ({ id, command: shown, node_id, created_at })) };
  }

  @Handle(nodes.resolveCommandApproval)
  async resolveCommandApproval(ctx: Ctx, { id, approved, remember }: ResolveApproval): Promise<ApprovalResolved> {
    await this.db.transaction(async () => {
      const decided = await this.invocations.decide(ctx, id, approved, 'The command was denied.');
      // The time of one that still asks may be over.
      if (!decided || !(await this.runs.answer(decided.run_id, DECISION, { approved }))) throw NoCommandApproval();
      if (approved && remember) await this.invocations.remember(ctx, decided);
    });
    return { status: approved ? 'approved' : 'denied', approval_id: id };
  }

  @Handle(nodes.listNodeLogs)
  async listNodeLogs(ctx: Ctx, { node_id, limit }: ListNodeLogs): Promise<NodeLogs> {
    await this.nodes.find(ctx, node_id);
    return { logs: await this.invocations.log(ctx, node_id, limit) };
  }
}
