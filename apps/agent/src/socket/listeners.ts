import { agent, type SocketDialect } from '@skep/contracts/agent';
import { Bus, type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ListenerEntity } from './listener.entity.js';

const ADD = statement(
  `insert into listener (socket_id, conversation_id, tenant_id, user_id, dialect) values (:socket_id, :conversation_id, :tenant, :user, :dialect)
   on conflict (socket_id, conversation_id) do update set dialect = excluded.dialect`,
);
const REMOVE = statement('delete from listener where socket_id = :socket_id');

/** Which sockets get what is shown of a conversation. */
@Injectable()
export class Listeners {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  /** A socket that listened before gets it in this dialect from now on. */
  async add({ tenant, user }: Ctx, socket_id: string, conversation_id: string, dialect: SocketDialect): Promise<void> {
    await this.db.rows(ADD, { socket_id, conversation_id, tenant, user, dialect });
    this.bus.broadcast(agent.listenersChanged, { conversation_id });
  }

  /** A socket that has closed may have been of anyone, or of no one. */
  async remove(socket_id: string): Promise<void> {
    await this.db.acrossTenants(() => this.db.rows(REMOVE, { socket_id }));
  }

  list({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>, conversation_id: string): Promise<ListenerEntity[]> {
    const where = { tenant_id: tenant, user_id: user, conversation_id };
    return this.db.inTenant(tenant, () => this.db.repository(ListenerEntity).find({ where, take: 100 }));
  }

  onChange(listener: (conversation_id: string) => void): void {
    this.bus.subscribe(agent.listenersChanged, ({ conversation_id }) => listener(conversation_id));
  }
}
