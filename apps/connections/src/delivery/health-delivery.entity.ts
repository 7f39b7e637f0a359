import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Health data of a person that has arrived, for the service that keeps it. */
@Entity('health_delivery')
@Index('health_delivery_received', ['received_at'])
@Index('health_delivery_owner', ['tenant_id', 'user_id'])
export class HealthDeliveryEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') provider: string;
  @Column('text') connection_id: string;
  /** Kind of the data, as the sender names it. */
  @Column('text') type: string;
  /** The JSON text of the sender. */
  @Sealed() payload: string;
  @Column('timestamptz', { default: () => 'now()' }) received_at: Date;
}
