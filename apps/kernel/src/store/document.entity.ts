import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../ir/ir.js';

/** What an app keeps for one person. Deleted ones stay, and are never seen again. */
@Entity('document')
@Index('document_owner', { synchronize: false })
export class DocumentEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') app_id: string;
  @Column('text') collection: string;
  @Column('jsonb') data: JsonObject;
  /** Length of `data` as text. */
  @Column('integer') bytes: number;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
  @Column('timestamptz', { nullable: true }) deleted_at: Date | null;
}
