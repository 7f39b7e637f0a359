import type { ChannelName } from '@skep/contracts/channels';
import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A code that links a contact and a person. It follows from the id and a key, and is not stored. */
@Entity('link_code')
@Unique('link_code_hash', ['code_hash'])
@Index('link_code_owner', ['tenant_id', 'user_id', 'expires_at'])
@Index('link_code_external', ['channel', 'external_id', 'expires_at'])
@Index('link_code_expiry', ['expires_at'])
export class LinkCodeEntity {
  @PrimaryColumn('text') id: string;
  /** Who shows it in their app; empty for a code that was given in a chat. */
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') channel: ChannelName;
  /** Who got it in a chat; null for a code that an app shows. */
  @Column('text', { nullable: true }) external_id: string | null;
  @Column('text', { nullable: true }) external_name: string | null;
  @Column('bytea') code_hash: Buffer;
  @Column('timestamptz') expires_at: Date;
  @Column('timestamptz', { nullable: true }) used_at: Date | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
}
