import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A user of a tenant whose e-mail address is verified. Until then there is only a pending sign-up. */
@Entity('account')
@Index('account_email', ['tenant_id', 'email'], { unique: true })
@Index('account_time', ['tenant_id', 'created_at', 'id'])
@Index('account_active', ['tenant_id', 'is_active', 'created_at', 'id'])
@Index('account_sso', { synchronize: false })
@Index('account_role', ['tenant_id', 'role', 'created_at', 'id'])
@Index('account_role_active', ['tenant_id', 'role', 'is_active', 'created_at', 'id'])
export class AccountEntity {
  /** `imp_u_` and 20 digits or lower-case letters. */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  /** In lower case. */
  @Column('text') email: string;
  /** argon2id in PHC format; null if the user does not sign in with a password. */
  @Column('text', { nullable: true }) password_hash: string | null;
  @Column('text') role: string;
  /** The effective scopes. A trigger computes them from the three columns below; see sql/set_account_scopes.sql. */
  @Column('text', { array: true }) scopes: string[];
  /** The role's default scopes when the role was assigned or last cascaded. */
  @Column('text', { array: true, default: [] }) role_scopes: string[];
  @Column('text', { array: true, default: [] }) granted_scopes: string[];
  @Column('text', { array: true, default: [] }) denied_scopes: string[];
  @Column('boolean', { default: true }) is_active: boolean;
  @Column('text', { nullable: true }) agency_id: string | null;
  @Column('text', { nullable: true }) org_id: string | null;
  @Column('text', { default: 'password' }) auth_method: string;
  /** `first_name`, `last_name` and others; all are optional. */
  @Column('jsonb') attributes: Record<string, unknown>;
  @Column('bigint', { nullable: true }) cases_user_id: number | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) last_login: Date | null;
  /** A login asks for a second factor: the user has an authenticator app or a passkey. Stored here so that a login reads and locks one row. */
  @Column('boolean', { default: false }) second_factor: boolean;
}
