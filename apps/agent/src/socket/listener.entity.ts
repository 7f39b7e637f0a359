import type { SocketDialect } from '@skep/contracts/agent';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A socket that gets what is shown of a conversation. */
@Entity('listener')
@Index('listener_conversation', ['conversation_id'])
@Index('listener_created', ['created_at'])
@Check('listener_dialect', "dialect in ('event', 'type')")
export class ListenerEntity {
  @PrimaryColumn('text') socket_id: string;
  @PrimaryColumn('text') conversation_id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  /** How its client names messages. */
  @Column('text') dialect: SocketDialect;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
