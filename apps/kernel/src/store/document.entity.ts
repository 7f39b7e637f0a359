import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../ir/ir.js';

/** A JSON object that an app stores for one user. A deleted document stays for a week as a row that is never returned. */
@Entity('document')
@Index('document_owner', { synchronize: false })
@Index('document_collection', { synchronize: false })
@Index('document_deleted', { synchronize: false })
export class DocumentEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') app_id: string;
  @Column('text') collection: string;
  @Column('jsonb') data: JsonObject;
  /** Bytes of `data` as Postgres writes it. */
  @Column('integer') bytes: number;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
  @Column('timestamptz', { nullable: true }) deleted_at: Date | null;
}
