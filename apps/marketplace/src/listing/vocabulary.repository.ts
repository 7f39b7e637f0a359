import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { typedWords } from './words.js';

const LEARN = statement('insert into vocabulary (word) select unnest($1::text[]) on conflict do nothing');

/** Only a word that is in no listing is taken for a mistyped one. Changed-over letters are one mistake, though two edits. */
const NEAR = statement<{ word: string; near: string[] }>(`
  with unknown as (
    select t.word, t.edits
      from unnest($1::text[], $2::boolean[], $3::int[]) t (word, last, edits)
     where not exists (select from vocabulary v where v.word = t.word)
       and not (t.last and exists (select from vocabulary v where starts_with(v.word, t.word)))
  )
  select u.word, n.near
    from unknown u
    cross join lateral (
      select array_agg(c.word order by levenshtein(c.word, u.word), c.word) as near
        from (select v.word from vocabulary v
               where length(v.word) between length(u.word) - u.edits and length(u.word) + u.edits
                 and levenshtein_less_equal(v.word, u.word, u.edits) <= u.edits
              union
              select v.word from unnest($4::text[], $5::text[]) s (word, swap) join vocabulary v on v.word = s.swap
               where s.word = u.word) c
    ) n
   where n.near is not null`);

@Injectable()
export class VocabularyRepository {
  constructor(private readonly db: Database) {}

  /** Keeps the words; in order, so that two listings that share words never wait for each other in a circle. */
  async learn(words: Iterable<string>): Promise<void> {
    await this.db.rows(LEARN, [[...new Set(words)].sort()]);
  }

  /** The words of the vocabulary that may have been meant, for each word of the search that no listing holds, nearest first. */
  async near(search: string): Promise<ReadonlyMap<string, string[]>> {
    const typed = typedWords(search);
    if (!typed.length) return new Map();
    const swaps = typed.flatMap(({ word, swaps }) => swaps.map((swap) => [word, swap] as const));
    const rows = await this.db.rows(NEAR, [
      typed.map(({ word }) => word),
      typed.map(({ last }) => last),
      typed.map(({ edits }) => edits),
      swaps.map(([word]) => word),
      swaps.map(([, swap]) => swap),
    ]);
    return new Map(rows.map(({ word, near }) => [word, near]));
  }
}
