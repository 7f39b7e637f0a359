import type { UpdateRuntime } from '@skep/contracts/agent';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a person or, with the user '', a tenant changed of the runtime settings. */
@Entity('runtime_setting')
export class RuntimeSettingEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @Column('jsonb') settings: UpdateRuntime;
  /** Of a tenant: what no user may change. */
  @Column('jsonb', { default: {} }) enforced: UpdateRuntime;
}
