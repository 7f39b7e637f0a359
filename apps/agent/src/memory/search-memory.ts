import type { FoundMemories, FoundMemory, SearchMemory as Input } from '@skep/contracts/agent';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Embedder, type Embedded, similarity } from './embedder.js';
import { MemoryIndex, type WordHits } from './memory-index.js';
import { type Candidate, MemoryRepository } from './memory.repository.js';

/** How much meaning and words count. */
const WEIGHTS = { meaning: 0.7, words: 0.3 };
/** Entries whose score is computed. */
const CANDIDATES_MAX = 300;

/**
 * Searches the memory of a person: entries that are near by the signs of their vectors, and those with words of the question, are scored by their
 * whole vectors and by the words that they have. Without a model of meanings words alone count.
 */
@Injectable()
export class SearchMemory {
  constructor(
    private readonly embedder: Embedder,
    private readonly index: MemoryIndex,
    private readonly memory: MemoryRepository,
  ) {}

  async run(ctx: Ctx, { query, limit, top_k, threshold = 0, use_hybrid, ...place }: Input): Promise<FoundMemories> {
    const [[meaning], words] = await Promise.all([this.embedder.embed(ctx, [query]), this.index.findWords(ctx, query, place)]);
    const near = meaning ? await this.index.findNear(ctx, meaning, place) : [];
    const considersWords = use_hybrid || !meaning;
    const seqs = [...new Set([...near, ...(considersWords ? bestHits(words) : [])])];
    const candidates = seqs.length ? await this.memory.read(ctx, seqs, place, meaning !== undefined) : [];
    const results = candidates
      .map((candidate) => describe(candidate, scoresOf(candidate, meaning, words, considersWords)))
      .filter(({ score }) => score > 0 && score >= threshold)
      // Of two that fit equally well, the newer one.
      .toSorted((a, b) => b.score - a.score || b.seq - a.seq)
      .slice(0, top_k ?? limit)
      .map(({ seq: _, ...result }) => result);
    return { results, count: results.length };
  }
}

const wordScore = ({ weights, hits }: WordHits, seq: number): number => {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const found = [...(hits.get(seq) ?? [])].reduce((sum, n) => sum + weights[n]!, 0);
  return all ? found / all : 0;
};

const bestHits = (words: WordHits): number[] =>
  [...words.hits.keys()]
    .map((seq) => ({ seq, score: wordScore(words, seq) }))
    .toSorted((a, b) => b.score - a.score || b.seq - a.seq)
    .slice(0, CANDIDATES_MAX)
    .map(({ seq }) => seq);

interface Scores {
  score: number;
  vector_score?: number;
  keyword_score?: number;
}

function scoresOf({ seq, vector }: Candidate, meaning: Embedded | undefined, words: WordHits, considersWords: boolean): Scores {
  const keyword_score = wordScore(words, seq);
  if (!meaning) return { score: round(keyword_score), keyword_score: round(keyword_score) };
  const vector_score = vector ? similarity(vector, meaning.vector) : 0;
  if (!considersWords) return { score: round(vector_score), vector_score: round(vector_score) };
  // An entry with all words of the question is a result, whatever its vector.
  const score = Math.max(WEIGHTS.meaning * vector_score + WEIGHTS.words * keyword_score, WEIGHTS.meaning * keyword_score);
  return { score: round(score), vector_score: round(vector_score), keyword_score: round(keyword_score) };
}

const round = (score: number): number => Math.round(score * 10_000) / 10_000;

function describe(entry: Candidate, { score, ...scores }: Scores): FoundMemory & { seq: number } {
  const { seq, id, content, metadata, memory_type, level, project_id, agent_id, source, origin, created_at } = entry;
  const known = { project_id, agent_id, source };
  const given = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null));
  return {
    seq,
    id,
    content,
    score,
    metadata: { ...metadata, memory_type, level, ...given, origin, created_at: created_at.toISOString(), ...scores },
  };
}
