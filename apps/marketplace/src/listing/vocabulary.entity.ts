import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One word of a listing; misspelled words of searches are corrected to these. */
@Entity('vocabulary')
@Index('vocabulary_length', { synchronize: false })
@Index('vocabulary_prefix', { synchronize: false })
@Index('vocabulary_checked', ['checked_at'])
export class VocabularyEntity {
  @PrimaryColumn('text') word: string;
  /** When a listing with this word was saved or found last. */
  @Column('timestamptz', { default: () => 'now()' }) checked_at: Date;
}
