import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A group of an organisation, as its identity provider says. */
@Entity('provisioned_group')
@Index('provisioned_group_name', ['tenant_id', 'display_name'], { unique: true })
@Index('provisioned_group_external', ['tenant_id', 'external_id'])
export class ProvisionedGroupEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') display_name: string;
  @Column('text', { nullable: true }) external_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}

@Entity('provisioned_member')
@Index('provisioned_member_account', ['account_id'])
export class ProvisionedMemberEntity {
  @PrimaryColumn('text') group_id: string;
  @PrimaryColumn('text') account_id: string;
  @Column('text') tenant_id: string;
}
