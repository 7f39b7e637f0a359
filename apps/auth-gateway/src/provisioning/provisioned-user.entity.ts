import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What the identity provider of an organisation has said about an account that it has created, in addition to what the account has. */
@Entity('provisioned_user')
@Index('provisioned_user_external', ['tenant_id', 'external_id'])
export class ProvisionedUserEntity {
  @PrimaryColumn('text') account_id: string;
  @Column('text') tenant_id: string;
  @Column('text', { nullable: true }) external_id: string | null;
  /** The provider has removed the person: it sees the account again when it provisions them again. */
  @Column('boolean', { default: false }) is_removed: boolean;
}
