import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A file that an app stores. Its content is the stored object. */
@Entity('app_file')
export class AppFileEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') app_id: string;
  /** '' for files of the app itself. */
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text', { collation: 'C' }) path: string;
  @Column('text') object_id: string;
  @Column('bigint') size: number;
  @Column('text') sha256: string;
  @Column('text') media_type: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
