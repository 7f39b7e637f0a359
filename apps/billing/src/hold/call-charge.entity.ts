import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { HoldEntity } from './hold.entity.js';

/** The action that a captured hold paid for. Append-only. */
@Entity('call_charge')
@Index('call_charge_action', ['action_id'])
export class CallChargeEntity {
  @ForeignKey(() => HoldEntity, { name: 'call_charge_hold' }) @PrimaryColumn('text') hold_id: string;
  @Column('text') action_id: string;
  @Column('text') trace_id: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
