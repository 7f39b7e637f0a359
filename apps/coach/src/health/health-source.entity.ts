import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** `filling`: the past is being read. `failed`: the provider did not give all of it. */
export type SourceState = 'filling' | 'filled' | 'failed';

/** A health provider that a person has connected, and how far its data has arrived. */
@Entity('health_source')
@Check('health_source_state', "state in ('filling', 'filled', 'failed')")
export class HealthSourceEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') provider: string;
  @Column('text') connection_id: string;
  @Column('text', { default: 'filling' }) state: SourceState;
  @Column('text', { nullable: true }) run_id: string | null;
  @Column('text', { nullable: true }) error: string | null;
  @Column('timestamptz', { default: () => 'now()' }) connected_at: Date;
  @Column('timestamptz', { nullable: true }) filled_at: Date | null;
  @Column('timestamptz', { nullable: true }) disconnected_at: Date | null;
}
