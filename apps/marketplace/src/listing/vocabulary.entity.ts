import { Entity, Index, PrimaryColumn } from 'typeorm';

/** One word of any current or former listing; misspelled words of searches are corrected to these. */
@Entity('vocabulary')
@Index('vocabulary_length', { synchronize: false })
@Index('vocabulary_prefix', { synchronize: false })
export class VocabularyEntity {
  @PrimaryColumn('text') word: string;
}
