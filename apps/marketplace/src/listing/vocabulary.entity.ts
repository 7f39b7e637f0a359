import { Entity, PrimaryColumn } from 'typeorm';

/** One word of any current or former listing; misspelled words of searches are corrected to these. */
@Entity('vocabulary')
export class VocabularyEntity {
  @PrimaryColumn('text') word: string;
}
