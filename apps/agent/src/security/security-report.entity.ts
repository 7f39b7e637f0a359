import type { SecurityAudit } from '@skep/contracts/agent';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The last audit of a person. */
@Entity('security_report')
export class SecurityReportEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @Column('jsonb') report: SecurityAudit;
}
