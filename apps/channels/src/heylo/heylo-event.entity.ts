import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An event of Heylo: one that comes again is not stored again. */
@Entity('heylo_event')
@Index('heylo_event_received', ['received_at'])
export class HeyloEventEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') type: string;
  /** The event as JSON: it has words of people. */
  @Sealed() content: string;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) received_at: Date;
}
