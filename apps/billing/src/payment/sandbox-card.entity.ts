import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A card that does not exist. As with Stripe's own test cards, 0002 is declined and 3155 wants its owner to be asked. */
@Entity('sandbox_card')
@Index('sandbox_card_of', ['tenant_id', 'user_id', 'created_at'])
export class SandboxCardEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text', { default: '4242' }) last4: string;
  @Column('boolean', { default: false }) is_default: boolean;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
