import { coach, type Source, type SourceMessage, SourceNotFound } from '@skep/contracts/coach';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { SourceMessageEntity } from './source-message.entity.js';

const WRITE = statement(
  `insert into source_message (id, tenant_id, user_id, source, parent, client_message_id, text)
   values (:id, :tenant, :user, :source, :parent, :client_message_id, :text)
   on conflict (tenant_id, user_id, source, parent, client_message_id) do nothing returning created_at`,
  { created_at: 'timestamptz' },
);
const FIND = statement(
  `select id from source_message where tenant_id = :tenant and user_id = :user and source = :source and parent = :parent
      and client_message_id = :client_message_id`,
  { id: 'text' },
);

/** What a person writes. */
export interface NewSource {
  source: Source;
  /** The conversation that it belongs to, such as a board; left out if there is only one. */
  parent?: string;
  client_message_id: string;
  text: string;
}

/** What people write to the coach, wherever they do. Each message is one event `sourceWritten`. */
@Injectable()
export class Sources {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Keeps a message in the current transaction, unless there is one with its `client_message_id`. `id`: that of the first one. */
  async write(ctx: Ctx, { source, parent = '', client_message_id, text }: NewSource): Promise<{ id: string; isNew: boolean }> {
    const { tenant, user } = ctx;
    const key = { tenant, user, source, parent, client_message_id };
    return this.db.transaction(async () => {
      const id = `src_${randomUUID().replaceAll('-', '')}`;
      const written = await this.db.row(WRITE, { ...key, id, text });
      if (!written) return { id: (await this.db.row(FIND, key))!.id, isNew: false };
      const at = written.created_at;
      await this.outbox.add(coach.sourceWritten, ctx, { tenant_id: tenant, user_id: user, source, message_id: id, at });
      return { id, isNew: true };
    });
  }

  /** @throws Problem `source_not_found`, also for those of others */
  async find({ tenant: tenant_id, user: user_id }: Ctx, id: string): Promise<SourceMessage> {
    const message = await this.rows().findOneBy({ tenant_id, user_id, id });
    if (!message) throw SourceNotFound();
    return message;
  }

  /** The newest messages of a person, newest first. */
  latest({ tenant: tenant_id, user: user_id }: Ctx, take: number): Promise<SourceMessage[]> {
    return this.rows().find({ where: { tenant_id, user_id }, order: { created_at: 'desc' }, take });
  }

  private rows() {
    return this.db.repository(SourceMessageEntity);
  }
}
