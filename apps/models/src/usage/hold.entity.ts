import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Tokens that a completion in progress may use at most. */
@Entity('model_hold')
@Index('model_hold_month', ['tenant_id', 'month'])
@Index('model_hold_expired', ['expires_at'])
export class HoldEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('date') month: string;
  @Column('bigint') tokens: number;
  /** When it counts no longer, should its process have died. */
  @Column('timestamptz') expires_at: Date;
}
