import type { ChannelName } from '@skep/contracts/channels';
import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A contact of the installation's number who is a person of Skep: each contact is linked to one person. */
@Entity('link')
@Unique('link_external', ['channel', 'external_id'])
@Index('link_owner', ['tenant_id', 'user_id'])
@Index('link_seen', ['last_seen_at'])
export class LinkEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') channel: ChannelName;
  /** The network's id of the contact, such as their number. */
  @Column('text') external_id: string;
  @Column('text', { nullable: true }) external_name: string | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) confirmed_at: Date;
  /** When the contact wrote last. */
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) last_seen_at: Date;
}
