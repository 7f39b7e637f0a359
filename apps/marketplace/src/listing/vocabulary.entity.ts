import { Entity, PrimaryColumn } from 'typeorm';

/** Every word that some listing has held: where the right spelling of a mistyped word is found. */
@Entity('vocabulary')
export class Vocabulary {
  @PrimaryColumn('text') word: string;
}
