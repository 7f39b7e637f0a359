import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../ir/ir.js';

/** What an app knows of a user in short, by section. */
@Entity('skeleton_section')
@Index('skeleton_section_updated', ['updated_at'])
export class SkeletonSectionEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') app_id: string;
  @PrimaryColumn('text') section: string;
  @Column('jsonb') data: JsonObject;
  @Column('timestamptz') updated_at: Date;
  /** Null if the app has saved it: nothing else makes it. */
  @Column('timestamptz', { nullable: true }) fresh_until: Date | null;
}
