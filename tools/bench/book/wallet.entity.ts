import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The row that Skep's billing keeps; what the answer does not need is left out. */
@Entity('wallet')
export class WalletEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @Column('bigint') balance: string;
  @Column('text') plan: string;
  @Column('text') status: string;
  @Column('bigint') included_tokens: string;
  @Column('bigint') held: string;
  @Column('timestamptz') updated_at: Date;
}
