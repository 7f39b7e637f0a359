import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The conversation in which the coach gets to know a person. */
@Entity('intake')
export class IntakeEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  /** By fields of the profile, and by other names that the person gave. null: they do not want to say it. */
  @Column('jsonb') answers: Record<string, unknown>;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
