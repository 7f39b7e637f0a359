import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A plugin that a person installed. Its skills are rows of `skill`. */
@Entity('plugin')
export class PluginEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') name: string;
  @Column('text') version: string;
  @Column('text') description: string;
  /** The repository or folder that it came from. */
  @Column('text') source: string;
  /** Null: it came from a folder. */
  @Column('text', { nullable: true }) commit_id: string | null;
  @Column('text', { nullable: true }) mcp_url: string | null;
  @Column('boolean', { default: true }) enabled: boolean;
  @Column('timestamptz', { default: () => 'now()' }) installed_at: Date;
}
