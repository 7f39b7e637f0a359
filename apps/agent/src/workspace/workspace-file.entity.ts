import type { WorkspaceFileName } from '@skep/contracts/agent';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A file of a person's workspace. */
@Entity('workspace_file')
export class WorkspaceFileEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') filename: WorkspaceFileName;
  @Column('text') content: string;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
