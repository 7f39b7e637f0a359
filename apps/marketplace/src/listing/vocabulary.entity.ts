import { Entity, PrimaryColumn } from 'typeorm';

/** Every word that some listing has held: where the right spelling of a mistyped word is found. */
@Entity('vocabulary')
export class VocabularyEntity {
  @PrimaryColumn('text') word: string;
}
