import {
  MAX_NODES,
  type CreateNode,
  type Node,
  type NodeDecision,
  type NodeDescription,
  NodeNotFound,
  nodes,
  TooManyNodes,
  type UpdateNode,
} from '@skep/contracts/nodes';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { NodeEntity } from './node.entity.js';
import { createNodeToken, hashOfToken } from './node-token.js';
import { RememberedApprovalEntity } from './remembered-approval.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

const LOCK = statement(`select 1 as locked from pg_advisory_xact_lock(hashtextextended('nodes ' || :tenant || ' ' || :user, 0))`, {
  locked: 'int4',
});
const MINE = 'tenant_id = :tenant and user_id = :user';
const REMEMBERED = statement(`select node_id, count(*)::int4 as n from remembered_approval where ${MINE} group by node_id`, {
  node_id: 'text',
  n: 'int4',
});
const REMOVE = statement(`delete from node where id = :id and ${MINE} returning socket_id`, { socket_id: 'text?' });
const APPROVE = statement(
  `update node set approved_at = now(), token_hashes = array_append(token_hashes, :hash) where id = :id and ${MINE} and approved_at is null returning *`,
  NodeEntity,
);

/** The nodes of people. */
@Injectable()
export class NodeRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /**
   * @param node approved: whether it is approved already
   * @returns its token
   * @throws Problem `too_many_nodes`
   */
  async create(
    { tenant, user }: Owner,
    { id, approved, ...node }: CreateNode & { id: string; approved: boolean } & NodeDescription,
  ): Promise<string> {
    const token = createNodeToken(id);
    await this.db.transaction(async () => {
      await this.db.rows(LOCK, { tenant, user });
      if ((await this.rows().countBy({ tenant_id: tenant, user_id: user })) >= MAX_NODES) throw TooManyNodes();
      const row = { id, tenant_id: tenant, user_id: user, ...node, token_hashes: [hashOfToken(token)] };
      await this.rows().insert({ ...row, approved_at: approved ? new Date() : null });
    });
    return token;
  }

  list({ tenant: tenant_id, user: user_id }: Owner): Promise<NodeEntity[]> {
    return this.rows().find({ where: { tenant_id, user_id }, order: { created_at: 'desc', id: 'desc' }, take: MAX_NODES });
  }

  /** Those that their person began to pair, and did not approve yet. */
  async listPending(owner: Owner): Promise<NodeEntity[]> {
    return (await this.list(owner)).filter(({ approved_at }) => !approved_at);
  }

  /** @returns whether there was one that waits */
  async removePending({ tenant: tenant_id, user: user_id }: Owner, id: string): Promise<boolean> {
    return ((await this.rows().delete({ id, tenant_id, user_id, approved_at: IsNull() })).affected ?? 0) > 0;
  }

  /** @throws Problem `node_not_found` */
  async find({ tenant: tenant_id, user: user_id }: Owner, id: string): Promise<NodeEntity> {
    const found = await this.rows().findOneBy({ id, tenant_id, user_id });
    if (!found) throw NodeNotFound();
    return found;
  }

  /** @throws Problem `node_not_found` */
  async update(owner: Owner, { node_id: id, name, denied_commands, forget_approvals }: UpdateNode): Promise<void> {
    const { tenant_id, user_id } = await this.find(owner, id);
    const change = { ...(name !== undefined && { name }), ...(denied_commands && { denied_commands }) };
    if (Object.keys(change).length) await this.rows().update({ id, tenant_id, user_id }, change);
    if (forget_approvals) await this.db.repository(RememberedApprovalEntity).delete({ node_id: id, tenant_id, user_id });
  }

  /** Removes a node with its log. @returns the socket over which it is online @throws Problem `node_not_found` */
  async remove({ tenant, user }: Owner, id: string): Promise<string | null> {
    const removed = await this.db.row(REMOVE, { id, tenant, user });
    if (!removed) throw NodeNotFound();
    return removed.socket_id;
  }

  /** Approves one that its person began to pair. @returns it with another token; undefined if there is none that waits */
  async approve({ tenant, user }: Owner, id: string): Promise<{ name: string; token: string } | undefined> {
    const token = createNodeToken(id);
    const approved = await this.db.row(APPROVE, { id, tenant, user, hash: hashOfToken(token) });
    return approved && { name: approved.name, token };
  }

  /** Notes in the current transaction what a person has decided, for the audit log. */
  async noteDecision(ctx: Ctx, node_id: string, decision: NodeDecision): Promise<void> {
    const { tenant: tenant_id, user: user_id } = ctx;
    await this.outbox.add(nodes.nodeDecided, ctx, { tenant_id, user_id, node_id, decision });
  }

  /** As their person sees them. */
  async toNodes(owner: Owner, rows: readonly NodeEntity[]): Promise<Node[]> {
    const { tenant, user } = owner;
    const remembered = new Map((await this.db.rows(REMEMBERED, { tenant, user })).map(({ node_id, n }) => [node_id, n]));
    return rows.map(({ tenant_id: _, user_id: __, token_hashes: ___, dialect: ____, ...row }) => ({
      ...row,
      last_heartbeat: row.last_seen,
      remembered_approvals: remembered.get(row.id) ?? 0,
      status: statusOf(row),
    }));
  }

  private rows() {
    return this.db.repository(NodeEntity);
  }
}

function statusOf({ approved_at, socket_id, last_seen }: Pick<NodeEntity, 'approved_at' | 'socket_id' | 'last_seen'>): Node['status'] {
  if (!approved_at) return 'pending';
  if (socket_id) return 'online';
  return last_seen ? 'offline' : 'paired';
}
