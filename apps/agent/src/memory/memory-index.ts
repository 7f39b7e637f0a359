import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Embedded } from './embedder.js';
import { ownerKey, type Owner, type Place, placesOf } from './memory-owner.js';

/** Entries with one term that are considered. A term with more of them says little. */
export const HITS_MAX = 300;
const NEAR_MAX = 200;
const WORDS_MAX = 12;
const MINE = 'tenant_id = :tenant and user_id = :user';

const LEXEMES = statement(
  `select lexeme as word, hashtext(:owner || ' ' || lexeme) as term from unnest(to_tsvector('english', :query))
    order by length(lexeme) desc, lexeme limit ${WORDS_MAX}`,
  { word: 'text', term: 'int4' },
);
/** Entry and the position of the term that it has. */
const HITS = statement(
  `with place as materialized (select memory_terms(:owner, '', :places::text[]) as terms)
   select asked.n::int as n, hit.seq from place, unnest(:terms::integer[]) with ordinality asked (term, n)
    cross join lateral (select seq from memory_term of where of.terms @> (array[asked.term] || place.terms) limit ${HITS_MAX}) hit`,
  { n: 'int4', seq: 'int8' },
);
const HITS_OF_ALL = statement(
  `select seq from memory_term where terms @> (:terms::integer[] || memory_terms(:owner, '', :places::text[])) limit ${HITS_MAX}`,
  { seq: 'int8' },
);
/** The words of the owner that have most of their three characters in common with a word. */
const SIMILAR = statement(
  `with grams as (select word_grams(:word) as all_of),
   alike as (
     select known.word, count(*)::float8 / (cardinality(grams.all_of) + greatest(length(known.word) - 2, 1) - count(*)) as similarity
       from grams, unnest(grams.all_of) asked (gram) join memory_word known on (known.tenant_id, known.user_id, known.gram) = (:tenant, :user, asked.gram)
      group by known.word, grams.all_of)
   select hashtext(:owner || ' ' || word) as term from alike where similarity >= 0.4 order by similarity desc, word limit 3`,
  { term: 'int4' },
);
const NEAR = statement(
  `select seq from memory where ${MINE} and embedded_by = :model
      and (:memory_type::text is null or memory_type = :memory_type) and (:level::text is null or level = :level)
      and (:project_id::text is null or project_id = :project_id) and (:agent_id::text is null or agent_id = :agent_id)
    order by bit_count(signature # :signature::bit varying), seq limit ${NEAR_MAX}`,
  { seq: 'int8' },
);
const NEAR_ANYWHERE = statement(
  `select seq from memory where ${MINE} and embedded_by = :model
    order by bit_count(signature # :signature::bit varying), seq limit ${NEAR_MAX}`,
  { seq: 'int8' },
);

/** Which words of a question an entry has. `weights` are those of the words: a rare one says more. */
export interface WordHits {
  weights: readonly number[];
  /** The positions of the words, by the number of the entry. */
  hits: ReadonlyMap<number, ReadonlySet<number>>;
}

/** The indexes of the memory: by words, by words that are spelt alike, and by the signs of vectors. */
@Injectable()
export class MemoryIndex {
  constructor(private readonly db: Database) {}

  async findWords({ tenant, user }: Owner, query: string, place: Place): Promise<WordHits> {
    const owner = ownerKey({ tenant, user });
    const words = await this.db.rows(LEXEMES, { owner, query });
    if (!words.length) return { weights: [], hits: new Map() };
    const places = placesOf(place);
    const terms = words.map(({ term }) => term);
    const [found, ofAll] = await Promise.all([
      this.db.rows(HITS, { owner, terms, places }),
      this.db.rows(HITS_OF_ALL, { owner, terms, places }),
    ]);
    const hits = new Map<number, Set<number>>();
    const counts = words.map(() => 0);
    const add = (seq: number, n: number) => hits.set(seq, (hits.get(seq) ?? new Set<number>()).add(n));
    for (const { n, seq } of found) {
      add(seq, n - 1);
      counts[n - 1]!++;
    }
    for (const { seq } of ofAll) words.forEach((_, n) => add(seq, n));
    for (const [n, { word }] of words.entries()) {
      if (counts[n] || word.length < 4) continue;
      const alike = (await this.db.rows(SIMILAR, { owner, tenant, user, word })).map(({ term }) => term);
      for (const { seq } of alike.length ? await this.db.rows(HITS, { owner, terms: alike, places }) : []) add(seq, n);
    }
    return { weights: counts.map(weightOf), hits };
  }

  /** The entries whose vectors have most signs in common with that of the question. */
  async findNear({ tenant, user }: Owner, { model, signature }: Embedded, place: Place): Promise<number[]> {
    const values = { tenant, user, model, signature };
    const { memory_type = null, level = null, project_id = null, agent_id = null } = place;
    const rows = placesOf(place).length
      ? await this.db.rows(NEAR, { ...values, memory_type, level, project_id, agent_id })
      : await this.db.rows(NEAR_ANYWHERE, values);
    return rows.map(({ seq }) => seq);
  }
}

const weightOf = (count: number): number => 1 / (1 + Math.log2(1 + count));
