import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A sandbox card. As with Stripe's test cards, last4 `0002` is declined and `3155` requires authentication. */
@Entity('sandbox_card')
@Index('sandbox_card_owner', ['tenant_id', 'user_id', 'created_at'])
export class SandboxCardEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text', { default: '4242' }) last4: string;
  @Column('boolean', { default: false }) is_default: boolean;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
