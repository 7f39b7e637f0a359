import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A recovery code that has not been used; it is deleted when it is. */
@Entity('recovery_code')
@Index('recovery_code_account', ['account_id'])
export class RecoveryCodeEntity {
  /** HMAC-SHA-256 of account and code with a key of SKEP_ENCRYPTION_KEY: fifty bits alone could be guessed from a plain hash. */
  @PrimaryColumn('bytea') hash: Buffer;
  @Column('text') account_id: string;
  @Column('text') tenant_id: string;
}
