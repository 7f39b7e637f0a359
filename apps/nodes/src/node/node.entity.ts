import type { NodeDialect } from '@skep/contracts/nodes';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A device of a person. */
@Entity('node')
@Index('node_newest', ['tenant_id', 'user_id', 'created_at', 'id'])
@Index('node_connected', { synchronize: false })
@Index('node_silent', { synchronize: false })
@Check('node_dialect', "dialect in ('event', 'type')")
@Check('node_socket', 'socket_id is null or (dialect is not null and last_seen is not null and approved_at is not null)')
export class NodeEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') name: string;
  @Column('text') platform: string;
  @Column('text', { array: true }) capabilities: string[];
  @Column('text', { array: true, nullable: true }) declared_commands: string[] | null;
  @Column('text', { array: true, default: () => "'{}'" }) denied_commands: string[];
  @Column('text', { nullable: true }) device_family: string | null;
  @Column('text', { nullable: true }) version: string | null;
  @Column('text', { nullable: true }) os_version: string | null;
  @Column('jsonb', { default: {} }) metadata: Record<string, unknown>;
  /** Of its tokens. One that its person began to pair has the token of then and that of the approval. */
  @Column('text', { array: true }) token_hashes: string[];
  @Column('timestamptz', { nullable: true }) approved_at: Date | null;
  /** The socket over which it is online. */
  @Column('text', { nullable: true }) socket_id: string | null;
  /** How its program names messages. */
  @Column('text', { nullable: true }) dialect: NodeDialect | null;
  @Column('timestamptz', { nullable: true }) last_seen: Date | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
