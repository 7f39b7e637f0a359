import { Database, statement, unprepared } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { incompleteWord, parseSearchWords } from './search-words.js';

/** Touches words that exist already: see remove_unused_words.sql. */
const ADD_WORDS = statement(
  'insert into vocabulary (word) select unnest(:words::text[]) on conflict (word) do update set checked_at = excluded.checked_at',
);

const startsWith = (text: string, start: string) => `${text} collate "C" >= ${start} and ${text} collate "C" < ${start} || chr(1114111)`;
const IS_NEAR = `length(v.word) between length(m.word) - m.max_edits and length(m.word) + m.max_edits
                 and levenshtein_less_equal(v.word, m.word, m.max_edits) <= m.max_edits`;
/**
 * Corrects only words that are in no listing. One mistake leaves the first or the last half of a word right, so an index gives the words
 * that begin or end like it; of two mistakes one third is taken to be right. Two swapped letters count as one mistake, although they are two edits.
 */
const FIND_CORRECTIONS = unprepared(
  `with misspelled as (
    select t.word, t.max_edits, length(t.word) / (t.max_edits + 1) as right_letters
      from unnest(:words::text[], :last_ones::boolean[], :max_edits::int[]) t (word, is_last, max_edits)
     where not exists (select from vocabulary v where v.word = t.word)
       and not (t.is_last and exists (select from vocabulary v where ${startsWith('v.word', 't.word')}))
  )
  select m.word, c.corrections
    from misspelled m
    cross join lateral (
      select array_agg(c.word order by levenshtein(c.word, m.word), c.word) as corrections
        from (select v.word from vocabulary v where ${startsWith('v.word', 'left(m.word, m.right_letters)')} and ${IS_NEAR}
              union
              select v.word from vocabulary v where ${startsWith('reverse(v.word)', 'left(reverse(m.word), m.right_letters)')} and ${IS_NEAR}
              union
              select v.word from unnest(:swapped::text[], :swaps::text[]) s (word, swap) join vocabulary v on v.word = s.swap
               where s.word = m.word) c
    ) c
   where c.corrections is not null`,
  { word: 'text', corrections: 'text[]' },
);

/** A bounded number: each word has a list of listings to read. */
const FIND_COMPLETIONS = statement(`select word from vocabulary where ${startsWith('word', ':start')} order by word collate "C" limit 50`, {
  word: 'text',
});

/** Stores the words of all listings, with which the words of searches are completed and corrected. */
@Injectable()
export class VocabularyRepository {
  constructor(private readonly db: Database) {}

  /** Adds the words, sorted, so that concurrent transactions with common words do not deadlock. */
  async addWords(words: Iterable<string>): Promise<void> {
    await this.db.rows(ADD_WORDS, { words: [...new Set(words)].sort() });
  }

  /** Words that complete the last one of the search, at most 50, the word itself included. */
  async findCompletions(search: string): Promise<string[]> {
    const start = incompleteWord(search);
    return start === undefined ? [] : (await this.db.rows(FIND_COMPLETIONS, { start })).map(({ word }) => word);
  }

  /** The corrections of each misspelled word of the search, nearest first. Words without a correction are left out. */
  async findCorrections(search: string): Promise<ReadonlyMap<string, string[]>> {
    const words = parseSearchWords(search);
    if (!words.length) return new Map();
    const swaps = words.flatMap(({ word, swaps }) => swaps.map((swap) => [word, swap] as const));
    const rows = await this.db.rows(FIND_CORRECTIONS, {
      words: words.map(({ word }) => word),
      last_ones: words.map(({ isLast }) => isLast),
      max_edits: words.map(({ maxEdits }) => maxEdits),
      swapped: swaps.map(([word]) => word),
      swaps: swaps.map(([, swap]) => swap),
    });
    return new Map(rows.map(({ word, corrections }) => [word, corrections]));
  }
}
