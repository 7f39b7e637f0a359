import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Something that has happened to a person: event rules wait for it. */
@Entity('happening')
@Index('happening_newest', ['tenant_id', 'user_id', 'created_at', 'id'])
@Index('happening_created', ['created_at'])
export class HappeningEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') type: string;
  @Column('jsonb') data: Record<string, unknown>;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
}
