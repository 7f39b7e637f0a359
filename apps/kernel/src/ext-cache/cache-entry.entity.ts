import type { CacheEnvelope } from '@skep/contracts/kernel';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A value that the code of an app keeps for a user until it expires. */
@Entity('cache_entry')
@Index('cache_entry_expired', ['expires_at'])
export class CacheEntryEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') app_id: string;
  @PrimaryColumn('text') model: string;
  @PrimaryColumn('text') key: string;
  @Column('jsonb') envelope: CacheEnvelope;
  @Column('timestamptz') expires_at: Date;
}
