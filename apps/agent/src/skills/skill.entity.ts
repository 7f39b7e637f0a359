import type { SkillSource } from '@skep/contracts/agent';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A skill that a person installed. */
@Entity('skill')
export class SkillEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') name: string;
  @Column('text') source: SkillSource;
  /** The plugin that brought it. */
  @Column('text', { nullable: true }) plugin: string | null;
  /** Its plugin is disabled. */
  @Column('boolean', { default: false }) is_hidden: boolean;
  /** Its name at ClawHub; '' if it is not from there. */
  @Column('text') slug: string;
  /** Its SKILL.md. */
  @Column('text') document: string;
  /** The bytes that were scanned. */
  @Column('bytea') archive: Buffer;
  @Column('text') sha256: string;
  @Column('timestamptz', { default: () => 'now()' }) installed_at: Date;
}

/** Whether a person's agents use a skill, if the person has decided it. */
@Entity('skill_switch')
export class SkillSwitchEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') name: string;
  @Column('boolean') enabled: boolean;
}
