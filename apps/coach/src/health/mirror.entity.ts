import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What opens a person's rows to queries that we did not write: see sql/my_activities.sql. Its lock orders what is written of a person. */
@Entity('mirror')
@Index('mirror_key', ['key'], { unique: true })
export class MirrorEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @Column('uuid') key: string;
}
