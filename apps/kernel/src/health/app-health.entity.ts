import type { HealthStatus } from '@skep/contracts/kernel';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How the server of an app has answered its latest calls. */
@Entity('app_health')
@Check('app_health_status', `status in ('ok', 'degraded', 'down')`)
@Index('app_health_checked', ['checked_at'])
export class AppHealthEntity {
  @PrimaryColumn('text') app_id: string;
  @Column('text') status: Exclude<HealthStatus, 'unknown'>;
  @Column('timestamptz') checked_at: Date;
}
