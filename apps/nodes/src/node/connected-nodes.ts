import { type NodeDescription, type NodeDialect, nodes } from '@skep/contracts/nodes';
import { as, Database, newCtx, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { NodeEntity } from './node.entity.js';
import { isTokenOf, nodeOfToken } from './node-token.js';

const FIND = statement('select * from node where id = :id', NodeEntity);
const ON_SOCKET = statement('select * from node where socket_id = :socket_id', NodeEntity);
const CONNECT = statement(
  `with before as (select id, socket_id from node where id = :id for update)
   update node n set socket_id = :socket_id, dialect = :dialect, last_seen = now() from before where n.id = before.id
   returning before.socket_id as previous`,
  { previous: 'text?' },
);
const DISCONNECT = statement('update node set socket_id = null where socket_id = :socket_id returning id, tenant_id, user_id', {
  ...{ id: 'text', tenant_id: 'text', user_id: 'text' },
});
const SEEN = statement('update node set last_seen = now() where socket_id = :socket_id');
const SILENT = statement(
  `select socket_id, dialect from node where socket_id is not null and last_seen < now() - :ms * interval '1 millisecond'
    order by last_seen limit 100`,
  { socket_id: 'text', dialect: as<NodeDialect>('text') },
);

/** Which nodes are online, and over which sockets. Devices have no tenant until they have signed in. */
@Injectable()
export class ConnectedNodes {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** The approved node that a token is of. */
  async findByToken(token: string): Promise<NodeEntity | undefined> {
    const id = nodeOfToken(token);
    const node = id === undefined ? undefined : await this.db.acrossTenants(() => this.db.row(FIND, { id }));
    return node?.approved_at && isTokenOf(node.token_hashes, token) ? node : undefined;
  }

  findOnSocket(socket_id: string): Promise<NodeEntity | undefined> {
    return this.db.acrossTenants(() => this.db.row(ON_SOCKET, { socket_id }));
  }

  /** @returns the socket over which it was online before */
  connect(node: NodeEntity, socket_id: string, dialect: NodeDialect): Promise<string | null> {
    const { id, tenant_id } = node;
    return this.db.inTenant(tenant_id, () =>
      this.db.transaction(async () => {
        const connected = await this.db.row(CONNECT, { id, socket_id, dialect });
        if (connected?.previous === null) await this.publish(nodes.nodeConnected, node);
        return connected?.previous ?? null;
      }),
    );
  }

  /** What it does not say stays as it was. */
  async describe({ id, tenant_id }: NodeEntity, said: NodeDescription): Promise<void> {
    const { platform, capabilities, declared_commands, device_family, version, os_version, metadata } = said;
    const all = { platform, capabilities, declared_commands, device_family, version, os_version, metadata };
    const change = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    if (Object.keys(change).length)
      await this.db.inTenant(tenant_id, () => this.db.repository(NodeEntity).update({ id, tenant_id }, change));
  }

  async disconnect(socket_id: string): Promise<void> {
    await this.db.acrossTenants(() =>
      this.db.transaction(async () => {
        const node = await this.db.row(DISCONNECT, { socket_id });
        if (node) await this.publish(nodes.nodeDisconnected, node);
      }),
    );
  }

  async seen(socket_id: string): Promise<void> {
    await this.db.acrossTenants(() => this.db.rows(SEEN, { socket_id }));
  }

  /** Those that are online and were not heard for some milliseconds. */
  silentFor(ms: number) {
    return this.db.acrossTenants(() => this.db.rows(SILENT, { ms }));
  }

  private publish(
    event: typeof nodes.nodeConnected,
    { id: node_id, tenant_id, user_id }: Pick<NodeEntity, 'id' | 'tenant_id' | 'user_id'>,
  ): Promise<void> {
    const ctx = newCtx({ tenant: tenant_id, user: user_id, actor: 'service:nodes' });
    return this.outbox.add(event, ctx, { tenant_id, user_id, node_id });
  }
}
