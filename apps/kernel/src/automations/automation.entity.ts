import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A rule that a user wrote as a sentence. The kernel stores it; nothing runs it yet. */
@Entity('automation')
@Index('automation_owner', ['tenant_id', 'user_id'])
export class AutomationEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @Column('text') user_id: string;
  @Column('text') tenant_id: string;
  @Column('text') prompt: string;
  /** `active` or `paused`. */
  @Column('text', { default: 'active' }) status: string;
  @Column('integer') cooldown_seconds: number;
  @Column('integer') max_per_hour: number;
  /** 0: no limit. */
  @Column('bigint') max_iterations: number;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
