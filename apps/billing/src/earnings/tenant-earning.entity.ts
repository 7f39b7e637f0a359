import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a developer earned from the users of a tenant and can be paid out: a payout takes its parts from one tenant after another. */
@Entity('tenant_earning')
export class TenantEarningEntity {
  @PrimaryColumn('text') developer_id: string;
  /** The tenant of the callers. */
  @PrimaryColumn('text') tenant_id: string;
  /** Credits, before payouts. */
  @Column('bigint') payable: number;
}
