import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A delivery of Terra that has been taken. */
@Entity('terra_webhook')
@Index('terra_webhook_received', ['received_at'])
export class TerraWebhookEntity {
  /** `X-Terra-Trace-Id`, or a hash of the body without one. `terra-reference` is shared by the parts of a large request. */
  @PrimaryColumn('text') trace_id: string;
  @Column('timestamptz', { default: () => 'now()' }) received_at: Date;
}
