import type { ChannelName, DmPolicy } from '@skep/contracts/channels';
import { Sealed } from '@skep/platform';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A person's set-up of one channel. */
@Entity('bridge')
@Unique('bridge_owner', ['tenant_id', 'user_id', 'channel'])
@Unique('bridge_slug', ['slug'])
@Index('bridge_listened', { synchronize: false })
@Check('bridge_dm_policy', "dm_policy in ('open', 'pairing', 'allowlist')")
export class BridgeEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') channel: ChannelName;
  /** Names it in the address to which its network delivers: unguessable. */
  @Column('text') slug: string;
  /** `Credentials` as JSON. */
  @Sealed() credentials: string;
  @Column('text') bot_id: string;
  @Column('text') bot_name: string;
  @Column('text') dm_policy: DmPolicy;
  /** Ids of contacts who are answered. */
  @Column('text', { array: true, default: '{}' }) allow: string[];
  @Column('boolean', { default: true }) mention_required: boolean;
  @Column('text', { nullable: true }) agent_id: string | null;
  @Column('boolean', { default: true }) enabled: boolean;
  @Column('boolean', { default: false }) running: boolean;
  @Column('timestamptz', { nullable: true }) last_start: Date | null;
  @Column('timestamptz', { nullable: true }) last_stop: Date | null;
  @Column('text', { nullable: true }) last_error: string | null;
  @Column('timestamptz', { nullable: true }) last_inbound: Date | null;
  @Column('timestamptz', { nullable: true }) last_outbound: Date | null;
  @Column('integer', { default: 0 }) message_count_in: number;
  @Column('integer', { default: 0 }) message_count_out: number;
  /** Whether a process listens for it: other networks deliver by requests. */
  @Column('boolean') listens: boolean;
  /** Where its listener stopped. */
  @Column('text', { nullable: true }) position: string | null;
  /** The process that listens. */
  @Column('text', { nullable: true }) listener: string | null;
  @Column('timestamptz', { nullable: true }) listen_until: Date | null;
  @Column('timestamptz', { nullable: true }) listen_since: Date | null;
  /** When to try again after a failure. */
  @Column('timestamptz', { nullable: true }) listen_after: Date | null;
  @Column('integer', { default: 0 }) failures: number;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
}
