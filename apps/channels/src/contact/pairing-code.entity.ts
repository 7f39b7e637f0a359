import type { ChannelName } from '@skep/contracts/channels';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { BridgeEntity } from '../bridge/bridge.entity.js';

/** What a stranger got instead of an answer. Only the person of the bridge can verify it, so it is no secret. */
@Entity('pairing_code')
@Unique('pairing_code_contact', ['bridge_id', 'contact_id'])
@Unique('pairing_code_code', ['tenant_id', 'user_id', 'code'])
@Index('pairing_code_expiry', ['expires_at'])
export class PairingCodeEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') bridge_id: string;
  @ManyToOne(() => BridgeEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'bridge_id', foreignKeyConstraintName: 'pairing_code_bridge' })
  bridge?: BridgeEntity;
  @Column('text') channel: ChannelName;
  @Column('text') code: string;
  @Column('text') contact_id: string;
  @Column('text', { nullable: true }) contact_name: string | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
}
