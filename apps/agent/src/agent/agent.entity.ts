import type { AgentInfo } from '@skep/contracts/agent';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An agent of a person or, with the user '', of everyone of a tenant. */
@Entity('agent')
export class AgentEntity implements Omit<AgentInfo, 'source'> {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') id: string;
  @Column('text') name: string;
  @Column('text') type: string;
  @Column('boolean', { default: true }) enabled: boolean;
  @Column('text', { nullable: true }) provider: string | null;
  @Column('text', { nullable: true }) model: string | null;
  @Column('double precision', { nullable: true }) temperature: number | null;
  @Column('integer', { nullable: true }) max_tokens: number | null;
  @Column('integer', { nullable: true }) max_tool_iterations: number | null;
  @Column('text', { nullable: true }) system_prompt: string | null;
  @Column('jsonb', { nullable: true }) persona: unknown;
  @Column('jsonb', { default: {} }) default_provider_params: Record<string, unknown>;
  /** Tools that need no approval after content from outside. */
  @Column('jsonb', { default: [] }) approved_tools: string[];
  /** No user may replace it. */
  @Column('boolean', { default: false }) enforced: boolean;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
}
