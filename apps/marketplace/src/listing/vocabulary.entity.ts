import { Entity, PrimaryColumn } from 'typeorm';

/** A word of any present or former listing; misspelled words of searches are corrected to these. */
@Entity('vocabulary')
export class VocabularyEntity {
  @PrimaryColumn('text') word: string;
}
