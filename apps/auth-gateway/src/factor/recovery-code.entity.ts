import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An unused recovery code. It is deleted when it is used. */
@Entity('recovery_code')
@Index('recovery_code_account', ['account_id'])
export class RecoveryCodeEntity {
  /** HMAC-SHA-256 of account and code with a key of the installation: 50 bits could be guessed from a plain hash. */
  @PrimaryColumn('bytea') hash: Buffer;
  @Column('text') account_id: string;
  @Column('text') tenant_id: string;
}
