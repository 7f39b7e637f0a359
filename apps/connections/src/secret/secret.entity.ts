import type { SecretScope } from '@skep/contracts/connections';
import { Sealed } from '@skep/platform';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The value of a secret. One of the app itself belongs to its developer, so that it does not pass to another one with the app. */
@Entity('secret')
export class SecretEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') app_id: string;
  @PrimaryColumn('text') scope: SecretScope;
  @PrimaryColumn('text') name: string;
  @Sealed() value: string;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
  @Column('timestamptz', { nullable: true }) last_accessed_at: Date | null;
}
