import type { MemoryOrigin } from '@skep/contracts/agent';
import { Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** Something that a person's agents remember. */
@Entity('memory')
@Index('memory_id', ['id'], { unique: true })
@Index('memory_content', ['tenant_id', 'user_id', 'content_hash'], { unique: true })
@Index('memory_newest', ['tenant_id', 'user_id', 'seq'])
@Index('memory_signature', { synchronize: false })
export class MemoryEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) seq: number;
  @Column('uuid') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') content: string;
  /** Of content and place: the same entry is added once. */
  @Column('bytea') content_hash: Buffer;
  @Column('text') memory_type: string;
  @Column('text') level: string;
  @Column('text', { nullable: true }) project_id: string | null;
  @Column('text', { nullable: true }) agent_id: string | null;
  @Column('text', { nullable: true }) source: string | null;
  @Column('text') origin: MemoryOrigin;
  @Column('jsonb', { default: {} }) metadata: Record<string, unknown>;
  /** The model of the vector; null if there is none. */
  @Column('text', { nullable: true }) embedded_by: string | null;
  /** A bit for each number of the vector that is above 0. */
  @Column('bit varying', { nullable: true }) signature: string | null;
  @Column('bytea', { nullable: true }) vector: Buffer | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}

/** Hashes of the words of an entry. Without a tenant, because row-level security would keep the index from being used. */
@Entity('memory_term')
@Index('memory_term_terms', { synchronize: false })
export class MemoryTermEntity {
  @ForeignKey(() => MemoryEntity, { name: 'memory_term_of', onDelete: 'CASCADE' }) @PrimaryColumn('bigint') seq: number;
  @Column('integer', { array: true }) terms: number[];
}

/** A word that a person's memory contains, by three of its characters. */
@Entity('memory_word')
export class MemoryWordEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') gram: string;
  @PrimaryColumn('text') word: string;
}
