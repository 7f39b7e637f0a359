import { Migration } from '@skep/platform';

/** Words by their end: a misspelled word ends or begins like its correction. */
export class WordEndings1795824000301 extends Migration {
  readonly sql = `
    drop index vocabulary_length;
    create index vocabulary_ending on vocabulary (reverse(word) collate "C");`;
}
