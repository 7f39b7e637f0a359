import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The wallet table of Skep's billing, with the columns that the answer needs. */
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
